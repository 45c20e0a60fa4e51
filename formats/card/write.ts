import type { CardData } from '../../domain/card.js';
import { escapeAttribute, hasForbiddenCharacter, normalText, textElement } from '../xml/text.js';
import { dateTimeMs } from './dateTime.js';
import { generalValues, historyValues, subjectValues, summaryValues, traitValues, type Values } from './fields.js';
import { profileOf, type Profile } from './profile.js';
import { GENERAL_FIELDS, HISTORY_FIELDS, SUBJECT_FIELDS, SUBJECT_NAME_FIELDS, SUBJECT_RESULT_FIELDS, SUMMARY_FIELDS, TRAIT_FIELDS, type FieldRule } from './tags.js';

export type CardFault = {
  code: 'missing-field' | 'forbidden-character' | 'bad-value';
  /** The Ministry's tag. */
  tag: string;
  /** A Vietnamese sentence for the clerk; it names the field, never its value. */
  message: string;
};

/** Thrown by `writeCard`: the caller has not asked `cardFaults` first. Holds tags only, no values. */
export class CardNotWritable extends Error {
  constructor(readonly faults: readonly CardFault[]) {
    super(`card not writable: ${faults.map(({ code, tag }) => `${code} ${tag}`).join(', ')}`);
    this.name = 'CardNotWritable';
  }
}

type Block = { name: string; rules: readonly FieldRule[]; values: Values<string> };

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const PERSONAL_NUMBER = /^\d{12}$/;
const COUNT = /^\d{1,4}$/;
/** At most 4 decimals, with a dot (spec §2). */
const MEASURE = /^\d{1,3}(\.\d{1,4})?$/;

/** Fields whose form is fixed: the writer never writes what the strict reader or the Kho would send back. */
const FORMS: Readonly<Record<string, RegExp>> = {
  MA_TRA_CUU_UUID: UUID_V4, TEN_NAM_HOC: /^\d{4}-\d{4}$/, MA_KHOI: /^[1-5]$/, CAN_NANG: MEASURE, CHIEU_CAO: MEASURE,
  SO_CCCD: PERSONAL_NUMBER, SO_CCCD_GIAM_HIEU_KY_HOC_BA: PERSONAL_NUMBER, SO_CCCD_GIAO_VIEN_CHU_NHIEM: PERSONAL_NUMBER,
  TONG_SO_BUOI_NGHI_CO_PHEP: COUNT, THONG_SO_BUOI_NGHI_KHONG_PHEP: COUNT, DIEM_KIEM_TRA_DINH_KY: /^(10|\d)$/,
};
const MOMENTS = new Set(['NGAY_SINH', 'NGAY_TAO_HOC_BA', 'NGAY_KY_PHAT_HANH_HOC_BA', 'NGAY_TRANG_THAI_CHUYEN_DEN']);

/** A value without any of these is written as it stands: it is allowed, composed and needs no escape (`readOwnData` says why). */
const UNUSUAL = /[^\t\n\x20-\x25\x27-;=?-\u02ff\u1e00-\u1eff\u2010-\u2027]/;

/** The blocks of a card in the order in which they are written (spec §2). */
function blocksOf(data: CardData, profile: Profile): Block[] {
  return [
    { name: 'THONG_TIN_CHUNG', rules: GENERAL_FIELDS, values: generalValues(data, profile) },
    ...data.record.history.map((entry) => ({ name: 'QUA_TRINH_HOC_TAP', rules: HISTORY_FIELDS, values: historyValues(entry) })),
    ...data.record.subjects.map((subject) => ({ name: 'MON_HOC', rules: SUBJECT_FIELDS, values: subjectValues(subject) })),
    { name: 'DANH_GIA_NANG_LUC_PHAM_CHAT', rules: TRAIT_FIELDS, values: traitValues(data) },
    { name: 'TONG_KET', rules: SUMMARY_FIELDS, values: summaryValues(data) },
  ];
}

/**
 * Why a card cannot be written: mandatory fields that are empty, characters XML cannot carry, values outside their form. Empty means
 * writable. The value rules of circular 27 are `recordFaults`' (domain).
 */
export const cardFaults = (data: CardData): CardFault[] => faultsOf(data, blocksOf(data, profileOf(data.profile)));

function faultsOf(data: CardData, blocks: readonly Block[]): CardFault[] {
  const empty = (tag: string, what: string): CardFault => ({ code: 'missing-field', tag, message: `Học bạ chưa có ${what}.` });
  return [
    ...blocks.flatMap(blockFaults),
    ...(data.record.history.length === 0 ? [empty('QUA_TRINH_HOC_TAP', 'quá trình học tập của năm nào')] : []),
    ...(data.record.subjects.length === 0 ? [empty('MON_HOC', 'kết quả của môn học nào')] : []),
  ];
}

function blockFaults({ rules, values }: Block): CardFault[] {
  return rules.flatMap(({ tag, label, mandatory }): CardFault[] => {
    const value = values[tag] ?? '';
    if (value.trim() === '') return mandatory ? [{ code: 'missing-field', tag, message: `Thiếu ${label}: mục này bắt buộc có trên học bạ.` }] : [];
    if (UNUSUAL.test(value) && hasForbiddenCharacter(value)) return [{ code: 'forbidden-character', tag, message: `Mục ${label} có ký tự điều khiển không nhìn thấy; hãy gõ lại mục này.` }];
    return wellFormed(tag, value) ? [] : [{ code: 'bad-value', tag, message: `Mục ${label} không đúng dạng quy định.` }];
  });
}

const wellFormed = (tag: string, value: string): boolean => (MOMENTS.has(tag) ? dateTimeMs(value) !== null : FORMS[tag]?.test(value) ?? true);

/**
 * One `HOC_BA` element in the layout of the card's profile, as yet unsigned (the holders of signatures are empty). The bytes are their
 * own canonical form: no declaration, line feeds only, NFC, expanded empty elements; they are stored and sent as they are, never
 * serialised again.
 * @throws CardNotWritable when `cardFaults` is not empty
 */
export function writeCard(data: CardData): Buffer {
  const profile = profileOf(data.profile);
  const blocks = blocksOf(data, profile);
  const faults = faultsOf(data, blocks);
  if (faults.length > 0) throw new CardNotWritable(faults);
  const written = (name: string, write = writeBlock): string => blocks.filter((block) => block.name === name).map(write).join('');
  const subjects = written('MON_HOC', (block) => writeSubject(block, data.cardId, profile));
  const content = `${written('THONG_TIN_CHUNG')}${written('QUA_TRINH_HOC_TAP')}<BANG_DIEM>${subjects}</BANG_DIEM>${written('DANH_GIA_NANG_LUC_PHAM_CHAT')}${written('TONG_KET')}`;
  const withId = (tag: string, id: string, inner: string): string => element(tag, inner, ` ${profile.idAttribute}="${escapeAttribute(id)}"`);
  const signed = profile.content === null ? content : withId(profile.content.tag, profile.content.id, content);
  const holders = profile.holders.map(({ tag }) => element(tag, ''));
  return Buffer.from(element('HOC_BA', withId('DU_LIEU_HOC_BA', profile.dataId(data.cardId), signed) + holders.join('')), 'utf8');
}

const element = (tag: string, inner: string, attributes = ''): string => `<${tag}${attributes}>${inner}</${tag}>`;

const writeBlock = ({ name, rules, values }: Block): string => element(name, writeFields(rules, values));

function writeSubject({ name, values }: Block, cardId: string, { result, idAttribute }: Profile): string {
  if (result === null) return element(name, writeFields(SUBJECT_FIELDS, values));
  const id = escapeAttribute(result.id(values['MA_MON_HOC'] ?? '', cardId));
  return element(name, writeFields(SUBJECT_NAME_FIELDS, values) + element(result.tag, writeFields(SUBJECT_RESULT_FIELDS, values), ` ${idAttribute}="${id}"`));
}

const writeFields = (rules: readonly FieldRule[], values: Values<string>): string => rules.map(({ tag }) => {
  const value = values[tag];
  if (value === null || value === undefined || value.trim() === '') return '';
  return UNUSUAL.test(value) ? textElement(tag, normalText(value)) : `<${tag}>${value}</${tag}>`;
}).join('');
