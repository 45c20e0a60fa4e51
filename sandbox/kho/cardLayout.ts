import type { Refusal } from './cardRules.js';
import { childOf, childrenOf, type XmlElement } from './xmlTree.js';

/** Where the parts of a card stand, by the version it states; kept here a second time so that no mistake is shared with the hub. */
export type CardLayout = {
  version: '1.0' | '1.1';
  /** DU_LIEU_HOC_BA, and what in it holds the blocks. */
  data: XmlElement;
  content: XmlElement;
  general: XmlElement;
  /** Role blocks by tag, each with the element it has to sign; GVBM one of `results`. */
  blocks: { tag: RoleTag; element: XmlElement; signs: readonly XmlElement[] }[];
};

export type RoleTag = 'GVBM' | 'GVCN' | 'CBQL' | 'KY_PHAT_HANH';

/** The block with the general information, in either layout; what else the card is made of is not looked at. */
export function generalOf(card: XmlElement): XmlElement | undefined {
  const data = childOf(card, 'DU_LIEU_HOC_BA');
  const content = data === undefined ? undefined : childOf(data, 'THONG_TIN_HOC_BA') ?? data;
  return content === undefined ? undefined : childOf(content, 'THONG_TIN_CHUNG');
}

export function layoutOf(card: XmlElement): CardLayout | Refusal {
  const data = childOf(card, 'DU_LIEU_HOC_BA');
  const general = generalOf(card);
  if (data === undefined || general === undefined) return { error: 'THIEU_TRUONG', field: data === undefined ? 'DU_LIEU_HOC_BA' : 'THONG_TIN_CHUNG', description: 'Học bạ phải có đúng một DU_LIEU_HOC_BA với THONG_TIN_CHUNG.' };
  const version = childOf(general, 'PHIEN_BAN')?.text.trim() ?? '';
  if (version === '1.0') return older(card, data, general);
  if (version === '1.1') return newer(card, data, general);
  return { error: 'SAI_GIA_TRI', field: 'PHIEN_BAN', description: 'Giá trị của PHIEN_BAN không đúng quy định.' };
}

const misplaced = (field: string): Refusal => ({ error: 'SAI_DINH_DANG', field, description: `Bố cục học bạ không đúng phiên bản nêu ở PHIEN_BAN (${field}).` });

function older(card: XmlElement, data: XmlElement, general: XmlElement): CardLayout | Refusal {
  if (general.parent !== data) return misplaced('THONG_TIN_HOC_BA');
  if (childOf(card, 'PHAT_HANH_HOC_BA') !== undefined) return misplaced('PHAT_HANH_HOC_BA');
  const holder = childOf(card, 'DANH_SACH_THONG_TIN_KY');
  if (holder === undefined) return { error: 'THIEU_CHU_KY', field: 'DANH_SACH_THONG_TIN_KY', description: 'Học bạ chưa có thông tin ký.' };
  const blocks = (['GVCN', 'CBQL', 'KY_PHAT_HANH'] as const).flatMap((tag) => childrenOf(holder, tag).map((element) => ({ tag, element, signs: [data, card] })));
  return { version: '1.0', data, content: data, general, blocks };
}

function newer(card: XmlElement, data: XmlElement, general: XmlElement): CardLayout | Refusal {
  const content = general.parent;
  if (content === null || content === data) return misplaced('THONG_TIN_HOC_BA');
  const issuing = childOf(card, 'PHAT_HANH_HOC_BA');
  if (issuing === undefined) return { error: 'THIEU_CHU_KY', field: 'PHAT_HANH_HOC_BA', description: 'Học bạ chưa có thông tin phát hành.' };
  const teaching = childOf(card, 'DANH_SACH_THONG_TIN_KY');
  const list = teaching === undefined ? undefined : childOf(teaching, 'DANH_SACH_GVBM');
  const subjects = childrenOf(childOf(content, 'BANG_DIEM') ?? content, 'MON_HOC');
  const results = subjects.flatMap((subject) => childrenOf(subject, 'DIEM_TONG_KET'));
  if (results.length !== subjects.length) return misplaced('DIEM_TONG_KET');
  const whole = [data, card];
  return {
    version: '1.1', data, content, general,
    blocks: [
      ...(list === undefined ? [] : childrenOf(list, 'GVBM')).map((element) => ({ tag: 'GVBM' as const, element, signs: [...results, content, ...whole] })),
      ...(teaching === undefined ? [] : childrenOf(teaching, 'GVCN')).map((element) => ({ tag: 'GVCN' as const, element, signs: [content, ...whole] })),
      ...(['CBQL', 'KY_PHAT_HANH'] as const).flatMap((tag) => childrenOf(issuing, tag).map((element) => ({ tag, element, signs: whole }))),
    ],
  };
}
