import { X509Certificate } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { asDocument, childOf, childrenOf, descendants, type XmlElement } from './xmlTree.js';

export type Checked =
  | { good: true; certificate: X509Certificate; /** Ids the Signature covers, `''` for the whole document. */ covers: ReadonlySet<string> }
  | { good: false; reason: string };

/**
 * Checks one XML Signature with the certificate it carries: every digest, the value, and which ids they cover. Only
 * RSA with SHA-256 or better; the library does the canonicalisation.
 * @param document the text in which the Signature's references are resolved
 * @param text where `signature` was read from (the same, or its own when it stands beside the content)
 */
export function checkSignature(document: string, text: string, signature: XmlElement): Checked {
  const keyInfo = childOf(signature, 'KeyInfo');
  const data = keyInfo === undefined ? undefined : childOf(keyInfo, 'X509Data');
  const encoded = data === undefined ? undefined : childrenOf(data, 'X509Certificate')[0]?.text.replace(/\s+/g, '');
  if (data === undefined || encoded === undefined || childOf(data, 'X509SubjectName') === undefined) {
    return { good: false, reason: 'KeyInfo thiếu X509SubjectName hoặc X509Certificate.' };
  }
  const signedInfo = childOf(signature, 'SignedInfo');
  const method = signedInfo === undefined ? undefined : childOf(signedInfo, 'SignatureMethod')?.attributes['Algorithm'];
  if (signedInfo === undefined || method === undefined || !/#rsa-sha(256|384|512)$/.test(method)) {
    return { good: false, reason: 'Thuật toán ký không được hỗ trợ.' };
  }
  if (descendants(signedInfo, 'DigestMethod').some((digest) => !/xmlenc#sha(256|512)$/.test(digest.attributes['Algorithm'] ?? ''))) {
    return { good: false, reason: 'Thuật toán băm không được hỗ trợ.' };
  }
  try {
    const certificate = new X509Certificate(Buffer.from(encoded, 'base64'));
    const checker = new SignedXml({ publicCert: certificate.toString() });
    checker.loadSignature(asDocument(text, signature));
    if (!checker.checkSignature(document)) return { good: false, reason: 'Dữ liệu đã thay đổi sau khi ký.' };
    const covers = new Set(childrenOf(signedInfo, 'Reference').map((reference) => (reference.attributes['URI'] ?? '').replace(/^#/, '')));
    return { good: true, certificate, covers };
  } catch (error) {
    // The library and X509Certificate throw on anything malformed; for a receiver that is a bad signature.
    return { good: false, reason: `Chữ ký không kiểm được (${error instanceof Error ? error.message.slice(0, 80) : 'lỗi không rõ'}).` };
  }
}

/** `CCCD:…` or `MST:…` of the certificate's subject, or null. */
export const uidOf = (certificate: X509Certificate): string | null =>
  /^UID=(.+)$/m.exec(certificate.subject)?.[1] ?? null;

/** The SHA-256 of the DER, lower-case hex. */
export const fingerprintOf = (certificate: X509Certificate): string => certificate.fingerprint256.replaceAll(':', '').toLowerCase();

/** Any of the spellings of an id; ds elements have only `Id`, the Ministry's may have each. */
export const idOf = (element: XmlElement): string | undefined => element.attributes['id'] ?? element.attributes['Id'] ?? element.attributes['ID'];
