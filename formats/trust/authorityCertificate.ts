import type { ProposedCertificate } from '../../domain/trust.js';
import { subjectName, subjectOf } from '../signature/subject.js';
import { readPathCertificate } from './certificate.js';
import { isRoot } from './paths.js';
import { isStrong, isStrongKey, publicKeyOf } from './strength.js';

export type AuthorityCertificate = Omit<ProposedCertificate, 'authority' | 'uses'>;

/** What is to be known of an authority's certificate before it is trusted; null for bytes that are none in DER, or no authority's. */
export function readAuthorityCertificate(der: Uint8Array): AuthorityCertificate | null {
  const certificate = readPathCertificate(der);
  if (certificate === null || !certificate.isAuthority) return null;
  const selfSigned = isRoot(certificate);
  const key = publicKeyOf(certificate.x509);
  return {
    der: certificate.der.toString('base64'), subject: subjectName(subjectOf(certificate.der)), selfSigned,
    notBefore: new Date(certificate.notBefore).toISOString(), notAfter: new Date(certificate.notAfter).toISOString(),
    // A root's signature on itself proves nothing and is not looked at; its key is.
    weak: selfSigned ? key === null || !isStrongKey(key) : !isStrong(certificate),
  };
}
