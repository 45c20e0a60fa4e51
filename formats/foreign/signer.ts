import { createHash, verify } from 'node:crypto';
import { certificateFacts, type CertificateFacts } from '../signature/certificate.js';
import type { NamespacedElement } from '../xml/namespaceReader.js';
import { DIGESTS, XADES } from './algorithms.js';
import { strictBase64 } from './base64.js';
import { ForeignFault } from './codes.js';
import { attribute, type ForeignSignature } from './signatureShape.js';

/** The certificate whose key made the value, and the others, which can only be intermediates (spec §3.1). */
export type ForeignSigner = { certificate: CertificateFacts; others: readonly CertificateFacts[] };

/**
 * @param signedInfo canonical SignedInfo
 * @throws ForeignFault
 */
export function signerOf(signature: ForeignSignature, signedInfo: string): ForeignSigner {
  const bytes = Buffer.from(signedInfo, 'utf8');
  const offered = signature.certificates.map((der) => certificateFacts(der));
  if (offered.some((facts) => facts === null)) throw new ForeignFault('certificate-unreadable');
  const facts = offered as CertificateFacts[];
  const fitting = facts.filter(({ publicKey }) => publicKey.asymmetricKeyType === (signature.algorithm.key === 'rsa' ? 'rsa' : 'ec'));
  const strong = fitting.filter(({ algorithm }) => algorithm !== null);
  const sized = strong.filter((one) => signature.value.length === valueLength(one));
  const signers = sized.filter(({ publicKey }) => verify(signature.algorithm.hash, bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature.value));
  const [signer, second] = signers;
  if (second !== undefined) throw new ForeignFault('certificate-ambiguous');
  if (signer === undefined) {
    if (strong.length === 0 && (fitting.length > 0 || facts.some(({ algorithm }) => algorithm === null))) throw new ForeignFault('key-unsupported');
    throw new ForeignFault(sized.length === 0 && strong.length > 0 ? 'signature-length' : 'signature-mismatch');
  }
  assertReferred(signature, signer);
  return { certificate: signer, others: facts.filter((one) => one !== signer) };
}

/** Bytes of a signature value: as long as the modulus for RSA, r and s of full width for ECDSA. A short value has been cut. */
function valueLength({ publicKey, algorithm }: CertificateFacts): number {
  const details = publicKey.asymmetricKeyDetails;
  if (algorithm === 'rsa') return Math.ceil((details?.modulusLength ?? 0) / 8);
  return { prime256v1: 64, secp384r1: 96, secp521r1: 132 }[details?.namedCurve ?? ''] ?? -1;
}

/** Where XAdES states the signer's certificate by digest, one of them must be of the certificate that verified; other digests than ours say nothing. */
function assertReferred({ objects }: ForeignSignature, { certificate }: CertificateFacts): void {
  const stated = objects.flatMap(signedDigests).flatMap((element) => {
    const method = element.children.find(({ name }) => name === 'DigestMethod');
    const hash = DIGESTS[(method && attribute(method, 'Algorithm')) ?? ''];
    return hash === undefined ? [] : [{ hash, value: strictBase64(element.children.find(({ name }) => name === 'DigestValue')?.text ?? '') }];
  });
  if (stated.length === 0) return;
  if (!stated.some(({ hash, value }) => value?.equals(createHash(hash).update(certificate.raw).digest()))) throw new ForeignFault('certificate-reference');
}

/** CertDigest elements of XAdES' SigningCertificate, in either version of it. */
function signedDigests(element: NamespacedElement): NamespacedElement[] {
  const here = /^SigningCertificate(?:V2)?$/.test(element.name) && XADES.has(element.namespace);
  return here
    ? element.children.flatMap((entry) => entry.children.filter(({ name }) => name === 'CertDigest'))
    : element.children.flatMap(signedDigests);
}
