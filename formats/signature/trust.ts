import type { X509Certificate } from 'node:crypto';
import type { SignatureFaultCode } from './codes.js';

export type Trust = { trusted: true } | { trusted: false; code: Extract<SignatureFaultCode, 'issuer-unknown' | 'certificate-not-valid-then' | 'no-anchors'> };

/** Which anchor issued a certificate never changes: asked once per pair. Validity is judged every time. */
const issuedBy = new WeakMap<X509Certificate, WeakMap<X509Certificate, boolean>>();

/**
 * Whether a signer's certificate was issued by one of the anchors and both were valid at `at`. Only direct issue by an anchor counts:
 * no intermediates, revocation or policies yet; whoever widens trust does it behind this one function.
 */
export function certificateTrusted({ certificate, anchors, at }: { certificate: X509Certificate; anchors: readonly X509Certificate[]; at: Date }): Trust {
  if (anchors.length === 0) return { trusted: false, code: 'no-anchors' };
  // A certificate that may issue others is no signer's, whoever issued it.
  const issuers = certificate.ca ? [] : anchors.filter((anchor) => issued(anchor, certificate));
  if (issuers.length === 0) return { trusted: false, code: 'issuer-unknown' };
  return validAt(certificate, at) && issuers.some((issuer) => validAt(issuer, at))
    ? { trusted: true }
    : { trusted: false, code: 'certificate-not-valid-then' };
}

function issued(anchor: X509Certificate, certificate: X509Certificate): boolean {
  const known = issuedBy.get(certificate) ?? new WeakMap<X509Certificate, boolean>();
  issuedBy.set(certificate, known);
  const answer = known.get(anchor) ?? (anchor.ca && certificate.checkIssued(anchor) && certificate.verify(anchor.publicKey));
  known.set(anchor, answer);
  return answer;
}

const validAt = (certificate: X509Certificate, at: Date): boolean =>
  Date.parse(certificate.validFrom) <= at.getTime() && at.getTime() <= Date.parse(certificate.validTo);
