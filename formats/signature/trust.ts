import type { X509Certificate } from 'node:crypto';
import type { SignatureFaultCode } from './codes.js';

export type Trust = { trusted: true } | { trusted: false; code: Extract<SignatureFaultCode, 'issuer-unknown' | 'certificate-not-valid-then' | 'no-anchors'> };

/** What never changes about a certificate and costs a call into OpenSSL each time it is asked. Validity is judged every time. */
type Kept = { isAuthority: boolean; from: number; to: number; issuedBy: WeakMap<X509Certificate, boolean> };
const kept = new WeakMap<X509Certificate, Kept>();

/**
 * Whether a signer's certificate was issued by one of the anchors and both were valid at `at`. Only direct issue by an anchor counts:
 * no intermediates, revocation or policies yet; whoever widens trust does it behind this one function.
 */
export function certificateTrusted({ certificate, anchors, at }: { certificate: X509Certificate; anchors: readonly X509Certificate[]; at: Date }): Trust {
  if (anchors.length === 0) return { trusted: false, code: 'no-anchors' };
  // A certificate that may issue others is no signer's, whoever issued it.
  const issuers = keep(certificate).isAuthority ? [] : anchors.filter((anchor) => issued(anchor, certificate));
  if (issuers.length === 0) return { trusted: false, code: 'issuer-unknown' };
  return validAt(certificate, at) && issuers.some((issuer) => validAt(issuer, at))
    ? { trusted: true }
    : { trusted: false, code: 'certificate-not-valid-then' };
}

function issued(anchor: X509Certificate, certificate: X509Certificate): boolean {
  const { issuedBy } = keep(certificate);
  const answer = issuedBy.get(anchor) ?? (keep(anchor).isAuthority && certificate.checkIssued(anchor) && certificate.verify(anchor.publicKey));
  issuedBy.set(anchor, answer);
  return answer;
}

function validAt(certificate: X509Certificate, at: Date): boolean {
  const { from, to } = keep(certificate);
  return from <= at.getTime() && at.getTime() <= to;
}

function keep(certificate: X509Certificate): Kept {
  const known = kept.get(certificate);
  if (known !== undefined) return known;
  const { ca: isAuthority, validFrom, validTo } = certificate;
  const made = { isAuthority, from: Date.parse(validFrom), to: Date.parse(validTo), issuedBy: new WeakMap<X509Certificate, boolean>() };
  kept.set(certificate, made);
  return made;
}
