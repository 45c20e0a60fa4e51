import type { X509Certificate } from 'node:crypto';
import { checkSignature, SignedDocument } from './signatures.js';
import { childrenOf, NotReadableXml, readXml, type XmlElement } from './xmlTree.js';

/** A batch as it came; `text` is what the places of its elements count in. */
export type Batch = { text: string; root: XmlElement; cards: readonly XmlElement[] };

export type BatchReading = { ok: true; batch: Batch } | { ok: false; reason: string };

const ROOT = 'DANH_SACH_HOC_BA';
const ROOT_ID = 'dataDanhSach';

export function readBatch(xml: string): BatchReading {
  const text = xml.replace(/^\uFEFF/, '');
  let root: XmlElement;
  try {
    root = readXml(text);
  } catch (error) {
    if (!(error instanceof NotReadableXml)) throw error;
    return { ok: false, reason: `XML không đọc được: ${error.message.slice(0, 120)}` };
  }
  if (root.local !== ROOT || root.attributes['id'] !== ROOT_ID) return { ok: false, reason: `Gốc phải là ${ROOT} id="${ROOT_ID}".` };
  const cards = childrenOf(root, 'HOC_BA');
  if (cards.length === 0) return { ok: false, reason: 'Gói không có học bạ nào.' };
  if (root.children.some((child) => child.local !== 'HOC_BA' && child.local !== 'Signature')) return { ok: false, reason: 'Gói có thẻ lạ bên cạnh HOC_BA.' };
  return { ok: true, batch: { text, root, cards } };
}

export type Sender = { ok: true; certificate: X509Certificate } | { ok: false; reason: string };

/**
 * Who signed the transaction: the Signature inside the root, or the one beside `content`, over the whole root.
 * @param beside text of the Signature when it is not inside
 */
export function transactionSender({ text, root }: Batch, beside: string | undefined): Sender {
  const inside = childrenOf(root, 'Signature');
  if (inside.length + (beside === undefined ? 0 : 1) !== 1) return { ok: false, reason: 'Giao dịch phải có đúng một chữ ký của bên gửi.' };
  const document = new SignedDocument(text, root);
  if (inside[0] !== undefined) return signerOf(document, inside[0]);
  try {
    const signature = readXml(beside ?? '');
    return signerOf(document, signature, new SignedDocument(beside ?? '', signature));
  } catch (error) {
    if (!(error instanceof NotReadableXml)) throw error;
    return { ok: false, reason: 'Chữ ký đi kèm không phải XML.' };
  }
}

/** Who signed the whole document; `home` is where the Signature stands when that is elsewhere. */
export function signerOf(document: SignedDocument, signature: XmlElement, home = document): Sender {
  const checked = checkSignature(home, signature, document);
  if (!checked.good) return { ok: false, reason: checked.reason };
  const whole = [...checked.covers].some((id) => document.resolve(id) === document.root);
  return whole ? { ok: true, certificate: checked.certificate } : { ok: false, reason: 'Chữ ký không phủ toàn bộ tài liệu.' };
}
