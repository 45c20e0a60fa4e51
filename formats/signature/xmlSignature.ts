import { createHash, verify } from 'node:crypto';
import type { CertificateFacts, KeyAlgorithm } from './certificate.js';
import { escapeAttribute, escapeText } from '../xml/text.js';

/** W3C XML Signature, written so that every piece is its own exclusive canonical form (spec §3.1 "Write"). */
export const DSIG_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const SIGNATURE_METHODS = {
  rsa: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  ecdsa: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
} as const satisfies Record<KeyAlgorithm, string>;

/** One covered region: the id it bears and the Base64 SHA-256 of its canonical form; `type` says what kind of element XAdES makes it. */
export type Reference = { id: string; digest: string; enveloped?: boolean; type?: string };

export type SignatureParts = {
  /** `Id` of the Signature element. */
  id: string;
  signedInfo: string;
  /** Base64, or null while the signature is only prepared. */
  signatureValue: string | null;
  subjectName: string;
  /** Base64 of the DER bytes, one line. */
  certificate: string;
  timeId: string;
  /** `YYYY-MM-DDThh:mm:ss+07:00`. */
  signingTime: string;
  /** More Objects, canonical in this place. */
  objects?: string;
};

export const digestBase64 = (canonical: string | Uint8Array): string => createHash('sha256').update(canonical).digest('base64');

/** SignedInfo as it stands inside its Signature; `signedInfoBytes` gives what is signed. */
export function signedInfo(algorithm: KeyAlgorithm, references: readonly Reference[]): string {
  return `<SignedInfo><CanonicalizationMethod Algorithm="${EXCLUSIVE_C14N}"></CanonicalizationMethod>`
    + `<SignatureMethod Algorithm="${SIGNATURE_METHODS[algorithm]}"></SignatureMethod>${references.map(reference).join('')}</SignedInfo>`;
}

const reference = ({ id, digest, enveloped, type }: Reference): string =>
  `<Reference${type === undefined ? '' : ` Type="${type}"`} URI="#${escapeAttribute(id)}"><Transforms>${enveloped === true ? `<Transform Algorithm="${ENVELOPED}"></Transform>` : ''}`
  + `<Transform Algorithm="${EXCLUSIVE_C14N}"></Transform></Transforms><DigestMethod Algorithm="${SHA256}"></DigestMethod>`
  + `<DigestValue>${digest}</DigestValue></Reference>`;

/** Canonical form of a ds element that stands inside a Signature: alone, it declares the namespace itself. */
const canonicalAlone = (element: string): string => element.replace(/^<([A-Za-z]+)/, `<$1 xmlns="${DSIG_NAMESPACE}"`);

export const signedInfoBytes = (info: string): Buffer => Buffer.from(canonicalAlone(info), 'utf8');

/** The property that states the signing time; its canonical form is what the Reference to `timeId` covers. */
const timeProperty = ({ id, timeId, signingTime }: Pick<SignatureParts, 'id' | 'timeId' | 'signingTime'>): string =>
  `<SignatureProperty Id="${escapeAttribute(timeId)}" Target="#${escapeAttribute(id)}"><SigningTime>${signingTime}</SigningTime></SignatureProperty>`;

export const timeReference = (parts: Pick<SignatureParts, 'id' | 'timeId' | 'signingTime'>): Reference =>
  ({ id: parts.timeId, digest: digestBase64(canonicalAlone(timeProperty(parts))) });

/** The whole Signature element; without SignatureValue while it is only prepared. */
export function signatureElement(parts: SignatureParts): string {
  const value = parts.signatureValue === null ? '' : `<SignatureValue>${parts.signatureValue}</SignatureValue>`;
  return `<Signature xmlns="${DSIG_NAMESPACE}" Id="${escapeAttribute(parts.id)}">${parts.signedInfo}${value}`
    + `<KeyInfo><X509Data><X509SubjectName>${escapeText(parts.subjectName)}</X509SubjectName><X509Certificate>${parts.certificate}</X509Certificate></X509Data></KeyInfo>`
    + `<Object><SignatureProperties>${timeProperty(parts)}</SignatureProperties></Object>${parts.objects ?? ''}</Signature>`;
}

/** Whether the holder of the certificate's key signed these bytes. ECDSA values are raw r‖s, as XML Signature wants them. */
export function signedBy({ publicKey, algorithm }: CertificateFacts, bytes: Uint8Array, value: Uint8Array): boolean {
  if (algorithm === null) return false;
  return verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, value);
}
