import { generalOf, layoutOf, type CardLayout, type RoleTag } from './cardLayout.js';
import { dataRefusal, type Refusal } from './cardRules.js';
import { checkSignature, idOf, SignedDocument, uidOf } from './signatures.js';
import { childOf, descendants, type XmlElement } from './xmlTree.js';

/** What identifies a card and is said back in the result; empty where the card does not say it. */
export type CardFacts = { uuid: string; ma_hoc_sinh: string; ten_hoc_sinh: string; so_cccd: string; nam_hoc: string };

export function cardFacts(card: XmlElement): CardFacts {
  const general = generalOf(card);
  const value = (tag: string): string => (general === undefined ? '' : childOf(general, tag)?.text.trim() ?? '');
  return { uuid: value('MA_TRA_CUU_UUID').toLowerCase(), ma_hoc_sinh: value('MA_HOC_SINH'), ten_hoc_sinh: value('HO_VA_TEN'), so_cccd: value('SO_CCCD'), nam_hoc: value('TEN_NAM_HOC') };
}

/**
 * Judges one card as a document of its own: form, data, then signatures in the order of signing.
 * @param text the card's text; @param card its tree
 */
export function cardRefusal(text: string, card: XmlElement): Refusal | null {
  if (card.odd) return { error: 'SAI_DINH_DANG', field: 'HOC_BA', description: 'Học bạ có chú thích, CDATA hoặc chỉ thị xử lý.' };
  const layout = layoutOf(card);
  return 'error' in layout ? layout : dataRefusal(layout) ?? signatureRefusal(text, card, layout);
}

const ROLES = {
  GVBM: { mandatory: false, person: true, named: null },
  GVCN: { mandatory: false, person: true, named: 'SO_CCCD_GIAO_VIEN_CHU_NHIEM' },
  CBQL: { mandatory: true, person: true, named: 'SO_CCCD_GIAM_HIEU_KY_HOC_BA' },
  KY_PHAT_HANH: { mandatory: true, person: false, named: null },
} as const satisfies Record<RoleTag, { mandatory: boolean; person: boolean; named: string | null }>;

function signatureRefusal(text: string, card: XmlElement, layout: CardLayout): Refusal | null {
  const document = new SignedDocument(text, card);
  for (const [tag, { mandatory }] of Object.entries(ROLES) as [RoleTag, { mandatory: boolean }][]) {
    const blocks = layout.blocks.filter((block) => block.tag === tag);
    if (mandatory && blocks.length === 0) return { error: 'THIEU_CHU_KY', field: tag, description: `Thiếu chữ ký ${tag}.` };
    if (tag !== 'GVBM' && blocks.length > 1) return { error: 'SAI_CHU_KY', field: tag, description: `Chữ ký ${tag} lặp lại.` };
    for (const block of blocks) {
      const refusal = roleRefusal(document, block, layout.general);
      if (refusal !== null) return refusal;
    }
  }
  return null;
}

function roleRefusal(document: SignedDocument, { tag, element: block, signs }: CardLayout['blocks'][number], general: XmlElement): Refusal | null {
  const { person, named } = ROLES[tag];
  const wrong = (error: string, description: string): Refusal => ({ error, field: tag, description });
  const signature = childOf(block, 'Signature');
  if (signature === undefined || (childOf(block, 'NGAY_KY')?.text ?? '') === '') return wrong('THIEU_CHU_KY', `Khối ${tag} thiếu NGAY_KY hoặc Signature.`);
  const checked = checkSignature(document, signature);
  if (!checked.good) return wrong('SAI_CHU_KY', `Chữ ký ${tag} không hợp lệ: ${checked.reason}`);
  if (![...checked.covers].some((id) => signs.some((region) => document.resolve(id) === region))) return wrong('SAI_CHU_KY', `Chữ ký ${tag} không phủ dữ liệu học bạ.`);
  if (!coversSigningTime(signature, checked.covers)) return wrong('SAI_CHU_KY', `Chữ ký ${tag} không phủ thời điểm ký.`);
  const uid = uidOf(checked.certificate);
  if (!person) return uid?.startsWith('MST:') === true ? null : wrong('NGUOI_KY_KHONG_KHOP', 'Ký phát hành phải dùng chứng thư của tổ chức.');
  const stated = childOf(block, 'SO_CCCD')?.text.trim();
  const inData = named === null ? undefined : childOf(general, named)?.text.trim();
  return uid === `CCCD:${stated}` && (inData === undefined || inData === stated)
    ? null : wrong('NGUOI_KY_KHONG_KHOP', `Số định danh trên chứng thư, trong khối ${tag} và trong học bạ không giống nhau.`);
}

/** One Reference names the object that holds the signing time, at any of its levels. */
function coversSigningTime(signature: XmlElement, covers: ReadonlySet<string>): boolean {
  const [time, ...more] = descendants(signature, 'SigningTime');
  if (time === undefined || more.length > 0) return false;
  for (let element: XmlElement | null = time; element !== null && element !== signature; element = element.parent) {
    const id = idOf(element);
    if (id !== undefined && covers.has(id)) return true;
  }
  return false;
}
