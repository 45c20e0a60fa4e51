import type { PathCertificate } from './certificate.js';
import { publicKeyOf } from './strength.js';

/** More candidates than any true hierarchy has; hostile sets of cross-certificates could give thousands. */
const MOST_PATHS = 8;
const MOST_STEPS = 64;

/**
 * Ways from a certificate to an anchor by names and signatures alone. Whether one holds (times, constraints, use) is OpenSSL's to say;
 * this only names its certificates, which OpenSSL does not tell.
 * @returns from the certificate to the anchor, each
 */
export function pathsOf(certificate: PathCertificate, intermediates: readonly PathCertificate[], anchors: readonly PathCertificate[]): PathCertificate[][] {
  const found: PathCertificate[][] = [];
  let steps = 0;
  const extend = (path: readonly PathCertificate[]): void => {
    const last = path.at(-1) as PathCertificate;
    for (const candidate of [...anchors, ...intermediates]) {
      if (found.length >= MOST_PATHS || candidate.subject !== last.issuer || path.some(({ fingerprint }) => fingerprint === candidate.fingerprint)) continue;
      if (steps++ >= MOST_STEPS || !signedBy(last, candidate)) continue;
      if (anchors.includes(candidate) && isRoot(candidate)) found.push([...path, candidate]);
      else extend([...path, candidate]);
    }
  };
  extend([certificate]);
  return found;
}

/** Only a self-issued certificate ends a path: OpenSSL is never told to stop at another. */
export const isRoot = ({ issuer, subject }: PathCertificate): boolean => issuer === subject;

export function signedBy(certificate: PathCertificate, issuer: PathCertificate): boolean {
  const key = publicKeyOf(issuer.x509);
  return key !== null && certificate.x509.verify(key);
}
