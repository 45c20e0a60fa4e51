import { childrenNamed, type XmlElement } from '../xml/element.js';
import { composeCard, type CardContent, type CardFields } from './compose.js';
import { readDay } from './dateTime.js';
import { cardParts, type CardParts } from './layout.js';
import type { BlockRole, Profile } from './profile.js';
import { assertContainer, CardFormatFault, exactlyOne, readFields, sortChildren } from './readFields.js';
import { bad, type Read } from './readRecord.js';
import {
  GENERAL_FIELDS, HISTORY_FIELDS, SUBJECT_FIELDS, SUBJECT_NAME_FIELDS, SUBJECT_RESULT_FIELDS, SUMMARY_FIELDS, TRAIT_FIELDS, type SubjectTag,
} from './tags.js';

export type ReadCard = CardContent & {
  /** What the role blocks state, in their order. Nothing is verified here. */
  signatures: { role: BlockRole; signedAt: string | null; personalNumber: string | null }[];
};

/**
 * The one interpretation of a parsed HOC_BA, used by the reader and by the verifiers alike. The profile is the campaign's: a card
 * that states another PHIEN_BAN is refused, whatever its shape.
 * @throws CardFormatFault
 */
export function interpretCard(root: XmlElement, profile: Profile): ReadCard {
  const { data, content, blocks } = cardParts(root, profile);
  // Something has to be named by the signatures' references.
  if (data.attributes.length !== 1) throw new CardFormatFault('unexpected-attribute', data.name);
  return { ...composeCard(fieldsOf(content, profile), profile), signatures: blocks.map(interpretBlock) };
}

/** The fields of each block, from a parsed tree: the blocks stand in any order, none twice. */
function fieldsOf(content: XmlElement, profile: Profile): CardFields {
  const blocks = sortChildren(content, ['THONG_TIN_CHUNG', 'QUA_TRINH_HOC_TAP', 'BANG_DIEM', 'DANH_GIA_NANG_LUC_PHAM_CHAT', 'TONG_KET']);
  const scores = exactlyOne(blocks.BANG_DIEM, 'BANG_DIEM');
  assertContainer(scores);
  return {
    general: readFields(exactlyOne(blocks.THONG_TIN_CHUNG, 'THONG_TIN_CHUNG'), GENERAL_FIELDS),
    history: blocks.QUA_TRINH_HOC_TAP.map((entry) => readFields(entry, HISTORY_FIELDS)),
    subjects: sortChildren(scores, ['MON_HOC']).MON_HOC.map((entry) => subjectFields(entry, profile)),
    traits: readFields(exactlyOne(blocks.DANH_GIA_NANG_LUC_PHAM_CHAT, 'DANH_GIA_NANG_LUC_PHAM_CHAT'), TRAIT_FIELDS),
    summary: readFields(exactlyOne(blocks.TONG_KET, 'TONG_KET'), SUMMARY_FIELDS),
  };
}

function subjectFields(entry: XmlElement, { result }: Profile): Read<SubjectTag> {
  if (result === null) return readFields(entry, SUBJECT_FIELDS);
  const names = readFields({ ...entry, children: entry.children.filter(({ name }) => name !== result.tag) }, SUBJECT_NAME_FIELDS);
  return new Map<SubjectTag, string>([...names, ...readFields(exactlyOne(childrenNamed(entry, result.tag), result.tag), SUBJECT_RESULT_FIELDS)]);
}

/** What a block states besides its Signature, which is the verifier's matter. Only CBQL's and the seal's fields are mandatory (spec §2.1). */
function interpretBlock({ role, element }: CardParts<XmlElement>['blocks'][number]): ReadCard['signatures'][number] {
  assertContainer(element);
  const parts = sortChildren({ ...element, children: element.children.filter(({ name }) => name !== 'Signature') }, ['NGAY_KY', 'SO_CCCD']);
  exactlyOne(element.children.filter(({ name }) => name === 'Signature'), 'Signature');
  const one = (tag: 'NGAY_KY' | 'SO_CCCD', mandatory: boolean): string | null => (mandatory || parts[tag].length > 0 ? exactlyOne(parts[tag], tag).text : null);
  const signedAt = one('NGAY_KY', role === 'principal' || role === 'seal');
  if (signedAt !== null && readDay(signedAt) === null) bad('NGAY_KY');
  return { role, signedAt, personalNumber: one('SO_CCCD', role === 'principal') };
}
