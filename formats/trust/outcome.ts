import { PATH_CODES, type PathCode } from './codes.js';

/** One of OpenSSL's complaints about a path: its number (x509_vfy.h), the place in the path, the certificate being 0. */
export type PathError = { number: number; depth: number; inCrlPath: boolean };

const BY_NUMBER: Readonly<Record<number, PathCode>> = {
  2: 'issuer-unknown', 18: 'issuer-unknown', 19: 'issuer-unknown', 20: 'issuer-unknown', 21: 'issuer-unknown', 24: 'issuer-unknown', 27: 'issuer-unknown',
  4: 'signature-wrong', 6: 'signature-wrong', 7: 'signature-wrong', 76: 'signature-wrong', 77: 'signature-wrong', 78: 'signature-wrong',
  9: 'not-yet-valid', 10: 'expired', 13: 'not-standard', 14: 'not-standard',
  22: 'path-too-long', 25: 'path-too-long', 38: 'path-too-long', 55: 'path-too-long',
  23: 'revoked',
  32: 'issuer-not-authority', 79: 'issuer-not-authority',
  34: 'extension-unknown', 45: 'extension-unknown',
  42: 'policy-not-met', 43: 'policy-not-met',
  46: 'name-not-permitted', 47: 'name-not-permitted', 48: 'name-not-permitted', 49: 'name-not-permitted', 51: 'name-not-permitted', 52: 'name-not-permitted', 53: 'name-not-permitted',
  66: 'weak', 67: 'weak', 68: 'weak',
  41: 'not-standard', 80: 'not-standard', 81: 'not-standard', 82: 'not-standard', 83: 'not-standard', 84: 'not-standard', 85: 'not-standard', 86: 'not-standard', 87: 'not-standard',
  88: 'not-standard', 89: 'not-standard', 90: 'not-standard', 91: 'not-standard', 92: 'not-standard', 93: 'not-standard', 94: 'not-standard',
  // What is wrong with a list leaves the certificate unproven, not refused.
  3: 'crl-missing', 33: 'crl-missing', 44: 'crl-missing',
  5: 'crl-unusable', 8: 'crl-unusable', 15: 'crl-unusable', 16: 'crl-unusable', 35: 'crl-unusable', 36: 'crl-unusable', 54: 'crl-unusable',
  11: 'crl-not-yet-valid', 12: 'crl-stale',
  // These say nothing of the certificate: memory, a call OpenSSL could not make.
  1: 'check-failed', 17: 'check-failed', 69: 'check-failed', 70: 'check-failed',
};

/** The answer that a path's errors come to: what refuses it goes before what only leaves it unproven. */
export function codeOf(errors: readonly PathError[]): PathCode {
  const codes = errors.map(oneCode);
  return codes.find((code) => PATH_CODES[code].verdict === 'invalid') ?? codes.find((code) => code === 'check-failed') ?? codes[0] ?? 'check-failed';
}

function oneCode({ number, depth, inCrlPath }: PathError): PathCode {
  if (inCrlPath) return 'crl-unusable';
  const code = BY_NUMBER[number] ?? 'path-refused';
  return code === 'revoked' && depth > 0 ? 'issuer-revoked' : code;
}

/** Only today's measure of strength speaks against the path, and only for its authorities. */
export const onlyWeakAuthorities = (errors: readonly PathError[]): boolean => errors.length > 0 && errors.every(({ number, depth }) => (number === 67 || number === 68) && depth > 0);
