import type { PathCertificate } from './certificate.js';
import type { PathCode } from './codes.js';
import type { CertificateRole } from './question.js';

/** Bits of KeyUsage (RFC 5280 §4.2.1.3). */
export const KEY_USAGE = { digitalSignature: 0, contentCommitment: 1, keyCertSign: 5, crlSign: 6 } as const;

const EKU = { timeStamping: '1.3.6.1.5.5.7.3.8', ocspSigning: '1.3.6.1.5.5.7.3.9' } as const;

/**
 * Purposes one of which makes a certificate with extended key usage fit to sign documents: any, e-mail protection, document signing
 * (RFC 9336), and the two older private ones. Server and client authentication alone are none.
 */
const DOCUMENT_PURPOSES: ReadonlySet<string> = new Set(['2.5.29.37.0', '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.36', '1.3.6.1.4.1.311.10.3.12', '1.2.840.113583.1.1.5']);

/** @returns why a certificate whose path holds may still not be used in this role; null when it may */
export function unfitness(certificate: PathCertificate, role: CertificateRole): PathCode | null {
  switch (role) {
    case 'any': return null;
    case 'crl': return mayUse(certificate, [KEY_USAGE.crlSign]) ? null : 'not-for-this-use';
    case 'person': case 'organisation': return signerUnfitness(certificate, (oids) => oids.some((oid) => DOCUMENT_PURPOSES.has(oid)), false);
    // RFC 3161 §2.3: time-stamping alone, and critical.
    case 'timestamp': return signerUnfitness(certificate, (oids, critical) => critical && oids.length === 1 && oids[0] === EKU.timeStamping, true);
    case 'ocsp': return signerUnfitness(certificate, (oids) => oids.includes(EKU.ocspSigning), true);
  }
}

function signerUnfitness(certificate: PathCertificate, fits: (oids: string[], critical: boolean) => boolean, purposeRequired: boolean): PathCode | null {
  const { isAuthority, keyUsage, extendedKeyUsage: purpose } = certificate;
  if (isAuthority || keyUsage?.has(KEY_USAGE.keyCertSign) === true) return 'authority-as-signer';
  const purposeFits = purpose === null ? !purposeRequired : fits(purpose.oids, purpose.critical);
  return purposeFits && mayUse(certificate, [KEY_USAGE.digitalSignature, KEY_USAGE.contentCommitment]) ? null : 'not-for-this-use';
}

const mayUse = ({ keyUsage }: PathCertificate, bits: readonly number[]): boolean => keyUsage === null || bits.some((bit) => keyUsage.has(bit));
