import { createHash, timingSafeEqual, verify, X509Certificate } from 'node:crypto';
import { canonicalForm, methodOf, transformsOf } from './canonical.js';
import { childOf, childrenOf, type XmlElement } from './xmlTree.js';

/** A document in which references are resolved; one per card, so that ids need to be unique only there. */
export class SignedDocument {
  readonly #ids = new Map<string, XmlElement | 'twice'>();
  readonly #canonical = new Map<string, string>();

  constructor(readonly text: string, readonly root: XmlElement) {
    this.#index(root);
  }

  /** The only element of that id; the root for ''. */
  resolve(id: string): XmlElement | undefined {
    const found = id === '' ? this.root : this.#ids.get(id);
    return found === 'twice' ? undefined : found;
  }

  /** Base64 digest of the element that a Reference names; null when its transforms are not supported. */
  digest(reference: XmlElement, element: XmlElement, algorithm: string, signature: XmlElement): string | null {
    const method = transformsOf(reference);
    if (method === null) return null;
    const without = method.enveloped && isInside(signature, element) ? signature : null;
    // Every role covers the same data: it is canonicalised once.
    const key = JSON.stringify([element.start, without?.start ?? null, method, algorithm]);
    const known = this.#canonical.get(key) ?? createHash(algorithm).update(canonicalForm(this.text, element, method, without)).digest('base64');
    this.#canonical.set(key, known);
    return known;
  }

  #index(element: XmlElement): void {
    const id = idOf(element);
    if (id !== undefined) this.#ids.set(id, this.#ids.has(id) ? 'twice' : element);
    for (const child of element.children) this.#index(child);
  }
}

export type Checked =
  | { good: true; certificate: X509Certificate; /** Ids the Signature covers, `''` for the whole document. */ covers: ReadonlySet<string> }
  | { good: false; reason: string };

const SIGNATURE_METHOD = /^http:\/\/www\.w3\.org\/2001\/04\/xmldsig-more#(rsa|ecdsa)-(sha256|sha384|sha512)$/;
const DIGEST_METHOD = /^http:\/\/www\.w3\.org\/2001\/04\/(?:xmlenc#(sha256|sha512)|xmldsig-more#(sha384))$/;

/**
 * Checks one XML Signature with the certificate it carries: the value over SignedInfo, then every Reference's digest.
 * @param home where the Signature stands
 * @param target where its references are looked up first, when it stands beside what it signs
 */
export function checkSignature(home: SignedDocument, signature: XmlElement, target: SignedDocument = home): Checked {
  const bad = (reason: string): Checked => ({ good: false, reason });
  const signedInfo = childOf(signature, 'SignedInfo');
  const certificate = certificateIn(signature);
  if (certificate === null || signedInfo === undefined) return bad('Chữ ký thiếu SignedInfo, X509SubjectName hoặc X509Certificate đọc được.');
  if (!valueHolds(home, signature, signedInfo, certificate)) return bad('Giá trị chữ ký không khớp chứng thư, hoặc thuật toán không được hỗ trợ.');
  const covers = new Set<string>();
  for (const reference of childrenOf(signedInfo, 'Reference')) {
    const uri = reference.attributes['URI'];
    if (uri === undefined || (uri !== '' && !uri.startsWith('#'))) return bad('Reference trỏ ra ngoài tài liệu.');
    const id = uri.slice(1);
    const place = target.resolve(id) === undefined ? home : target;
    const element = place.resolve(id);
    if (element === undefined) return bad('Reference trỏ tới id không có hoặc lặp lại.');
    const algorithm = DIGEST_METHOD.exec(childOf(reference, 'DigestMethod')?.attributes['Algorithm'] ?? '');
    const digest = algorithm === null ? null : place.digest(reference, element, algorithm[1] ?? algorithm[2] ?? '', signature);
    if (digest === null) return bad('Thuật toán băm hoặc phép biến đổi không được hỗ trợ.');
    if (!sameBytes(digest, textOf(reference, 'DigestValue'))) return bad('Dữ liệu đã thay đổi sau khi ký.');
    covers.add(id);
  }
  return covers.size === 0 ? bad('Chữ ký không có Reference.') : { good: true, certificate, covers };
}

function valueHolds(home: SignedDocument, signature: XmlElement, signedInfo: XmlElement, certificate: X509Certificate): boolean {
  const method = SIGNATURE_METHOD.exec(childOf(signedInfo, 'SignatureMethod')?.attributes['Algorithm'] ?? '');
  const canonicalization = childOf(signedInfo, 'CanonicalizationMethod');
  const form = canonicalization === undefined ? null : methodOf(canonicalization);
  const key = certificate.publicKey;
  if (method === null || form === null || key.asymmetricKeyType !== (method[1] === 'rsa' ? 'rsa' : 'ec')) return false;
  const bytes = Buffer.from(canonicalForm(home.text, signedInfo, form, null), 'utf8');
  return verify(method[2], bytes, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(textOf(signature, 'SignatureValue'), 'base64'));
}

/** A person signs thirty cards in a row. By what the bytes are: only equal ones share an answer. */
const certificates = new Map<string, X509Certificate>();
const MOST_CERTIFICATES = 2_000;
const fingerprint = (der: Buffer): string => createHash('sha256').update(der).digest('hex');

function certificateIn(signature: XmlElement): X509Certificate | null {
  const keyInfo = childOf(signature, 'KeyInfo');
  const data = keyInfo === undefined ? undefined : childOf(keyInfo, 'X509Data');
  const encoded = data === undefined || childOf(data, 'X509SubjectName') === undefined ? undefined : childrenOf(data, 'X509Certificate')[0]?.text;
  if (encoded === undefined) return null;
  const der = Buffer.from(encoded, 'base64');
  const known = certificates.get(fingerprint(der));
  if (known !== undefined) return known;
  try {
    const certificate = new X509Certificate(der);
    if (certificates.size >= MOST_CERTIFICATES) certificates.clear();
    certificates.set(fingerprint(der), certificate);
    return certificate;
  } catch (error) {
    // OpenSSL names what it could not read by a code; anything else is not the sender's fault.
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

const textOf = (element: XmlElement, local: string): string => childOf(element, local)?.text ?? '';

function sameBytes(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left, 'base64'), Buffer.from(right, 'base64')];
  return a.length === b.length && timingSafeEqual(a, b);
}

function isInside(element: XmlElement, ancestor: XmlElement): boolean {
  for (let at: XmlElement | null = element; at !== null; at = at.parent) if (at === ancestor) return true;
  return false;
}

/** `CCCD:…` or `MST:…` of the certificate's subject, or null. */
export const uidOf = (certificate: X509Certificate): string | null =>
  /^UID=(.+)$/m.exec(certificate.subject)?.[1] ?? null;

/** The SHA-256 of the DER, lower-case hex. */
export const fingerprintOf = (certificate: X509Certificate): string => certificate.fingerprint256.replaceAll(':', '').toLowerCase();

/** Any of the spellings of an id; ds elements have only `Id`, the Ministry's may have each. */
export const idOf = (element: XmlElement): string | undefined => element.attributes['id'] ?? element.attributes['Id'] ?? element.attributes['ID'];
