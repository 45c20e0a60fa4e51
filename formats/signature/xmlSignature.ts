import crypto from 'node:crypto';
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
  certificate: CertificateFacts;
  timeId: string;
  /** `YYYY-MM-DDThh:mm:ss+07:00`. */
  signingTime: string;
  /** More Objects, canonical in this place. */
  objects?: string;
};

/**
 * Everything we write here is kept as bytes of UTF-8, one letter each ("letters"): all of it is ASCII but for names in certificates, and
 * so it is compared with a card's bytes, hashed and signed without being converted.
 */
export const toBytes = (letters: string): Buffer => Buffer.from(letters, 'latin1');
export const toLetters = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Node 20.12 has a hash in one call, which leaves no object behind to be collected; an older 20 has not. */
const hashOnce: (bytes: Uint8Array) => string = typeof crypto.hash === 'function'
  ? (bytes) => crypto.hash('sha256', bytes, 'base64')
  : (bytes) => crypto.createHash('sha256').update(bytes).digest('base64');

export const digestBase64 = (canonical: string | Uint8Array): string => hashOnce(typeof canonical === 'string' ? toBytes(canonical) : canonical);

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
const canonicalAlone = (name: string, element: string): string => `<${name} xmlns="${DSIG_NAMESPACE}"${element.slice(name.length + 1)}`;

export const signedInfoBytes = (info: string): Buffer => toBytes(canonicalAlone('SignedInfo', info));

/** The property that states the signing time; its canonical form is what the Reference to `timeId` covers. */
const timeProperty = ({ id, timeId, signingTime }: Pick<SignatureParts, 'id' | 'timeId' | 'signingTime'>): string =>
  `<SignatureProperty Id="${escapeAttribute(timeId)}" Target="#${escapeAttribute(id)}"><SigningTime>${signingTime}</SigningTime></SignatureProperty>`;

export const timeReference = (parts: Pick<SignatureParts, 'id' | 'timeId' | 'signingTime'>): Reference =>
  ({ id: parts.timeId, digest: digestBase64(canonicalAlone('SignatureProperty', timeProperty(parts))) });

const keyInfos = new WeakMap<CertificateFacts, string>();

function keyInfo(certificate: CertificateFacts): string {
  const known = keyInfos.get(certificate);
  if (known !== undefined) return known;
  const { subjectName, base64 } = certificate;
  const made = `<KeyInfo><X509Data><X509SubjectName>${toLetters(escapeText(subjectName))}</X509SubjectName><X509Certificate>${base64}</X509Certificate></X509Data></KeyInfo>`;
  keyInfos.set(certificate, made);
  return made;
}

/** The whole Signature element; without SignatureValue while it is only prepared. */
export function signatureElement(parts: SignatureParts): string {
  const value = parts.signatureValue === null ? '' : `<SignatureValue>${parts.signatureValue}</SignatureValue>`;
  return `<Signature xmlns="${DSIG_NAMESPACE}" Id="${escapeAttribute(parts.id)}">${parts.signedInfo}${value}`
    + keyInfo(parts.certificate)
    + `<Object><SignatureProperties>${timeProperty(parts)}</SignatureProperties></Object>${parts.objects ?? ''}</Signature>`;
}

/** Whether the holder of the certificate's key signed these bytes. ECDSA values are raw r‖s, as XML Signature wants them. */
export function signedBy({ publicKey, algorithm }: CertificateFacts, bytes: Uint8Array, value: Uint8Array): boolean {
  if (algorithm === null) return false;
  return crypto.verify('sha256', bytes, algorithm === 'rsa' ? publicKey : { key: publicKey, dsaEncoding: 'ieee-p1363' }, value);
}
