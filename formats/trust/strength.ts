import { constants, verify, type KeyObject, type VerifyKeyObjectInput, type X509Certificate } from 'node:crypto';
import type { PathCertificate } from './certificate.js';
import { contextTag, type Der } from './der.js';

const HASHES: Readonly<Record<string, string>> = { '2.16.840.1.101.3.4.2.1': 'sha256', '2.16.840.1.101.3.4.2.2': 'sha384', '2.16.840.1.101.3.4.2.3': 'sha512', '2.16.840.1.101.3.4.2.4': 'sha224' };

/** Signature algorithms that are strong enough (OpenSSL's level 2), by OID: kind of key and hash. RSASSA-PSS has its hash in parameters. */
const ALGORITHMS: Readonly<Record<string, { key: string; hash: string | null }>> = {
  '1.2.840.113549.1.1.11': { key: 'rsa', hash: 'sha256' }, '1.2.840.113549.1.1.12': { key: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', hash: 'sha512' }, '1.2.840.113549.1.1.14': { key: 'rsa', hash: 'sha224' },
  '1.2.840.10045.4.3.1': { key: 'ec', hash: 'sha224' }, '1.2.840.10045.4.3.2': { key: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', hash: 'sha384' }, '1.2.840.10045.4.3.4': { key: 'ec', hash: 'sha512' },
  '1.3.101.112': { key: 'ed25519', hash: null }, '1.3.101.113': { key: 'ed448', hash: null },
};
const PSS = '1.2.840.113549.1.1.10';

type Scheme = { key: string; hash: string | null; options: Pick<VerifyKeyObjectInput, 'padding' | 'saltLength'> };

/** null for an algorithm that is unknown or too weak. */
export function signatureScheme(algorithm: Der): Scheme | null {
  const [type, parameters] = algorithm.sequence();
  const oid = type?.oid() ?? '';
  if (oid === PSS) return parameters === undefined ? null : pssScheme(parameters);
  const known = ALGORITHMS[oid];
  return known === undefined ? null : { ...known, options: {} };
}

/** The hash of text and mask must be one and the same and not left to the default, which is SHA-1 (RFC 4055 §3.1). */
function pssScheme(parameters: Der): Scheme | null {
  const fields = new Map(parameters.sequence().map((field) => [field.tag, field.children()[0]]));
  const hash = HASHES[fields.get(contextTag(0))?.sequence()[0]?.oid() ?? ''];
  const mask = HASHES[fields.get(contextTag(1))?.sequence()[1]?.sequence()[0]?.oid() ?? ''];
  if (hash === undefined || mask !== hash) return null;
  const saltLength = Number(fields.get(contextTag(2))?.natural() ?? 20n);
  return { key: 'rsa', hash, options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } };
}

/** Whether `key` made the signature, by OpenSSL as Node carries it; false for anything weak. */
export function signatureHolds({ algorithm, signed, signature }: { algorithm: Der; signed: Uint8Array; signature: Uint8Array }, key: KeyObject): boolean {
  const scheme = signatureScheme(algorithm);
  if (scheme === null || !isStrongKey(key) || key.asymmetricKeyType?.replace('rsa-pss', 'rsa') !== scheme.key) return false;
  return verify(scheme.hash, signed, { key, ...scheme.options }, signature);
}

/** 112 bits of security, OpenSSL's level 2. */
export function isStrongKey(key: KeyObject): boolean {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa': case 'rsa-pss': return modulusLength >= 2048;
    case 'ec': return ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve);
    case 'ed25519': case 'ed448': return true;
    default: return false;
  }
}

/** Whether a certificate's key is strong, and what signed it too. */
export function isStrong({ x509, algorithm }: PathCertificate): boolean {
  const key = publicKeyOf(x509);
  return key !== null && isStrongKey(key) && signatureScheme(algorithm) !== null;
}

/** null for a key OpenSSL cannot read, such as one whose parameters are its issuer's. */
export function publicKeyOf(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey;
  } catch {
    // Such a key verifies nothing here, which is what every caller makes of null.
    return null;
  }
}
