import type { SchoolYear } from '../../domain/brand.js';
import type { CardData } from '../../domain/card.js';
import { childrenNamed, type XmlElement } from '../xml/element.js';
import { readDay } from './dateTime.js';
import { cardParts, type CardParts } from './layout.js';
import type { BlockRole, Profile } from './profile.js';
import { assertContainer, CardFormatFault, exactlyOne, readFields, sortChildren } from './readFields.js';
import {
  bad, day, optional, personalNumber, readAttendance, readHistory, readIdentity, readSubject, readSummary, readTraits, text,
  type Read, type UnknownSubject,
} from './readRecord.js';
import {
  GENERAL_FIELDS, HISTORY_FIELDS, SUBJECT_FIELDS, SUBJECT_NAME_FIELDS, SUBJECT_RESULT_FIELDS, SUMMARY_FIELDS, TRAIT_FIELDS,
  type GeneralTag, type SubjectTag,
} from './tags.js';

export type ReadCard = {
  data: CardData;
  /** Subjects of a foreign card that our catalogue has no code for; they are not in `data.record.subjects`. */
  unknownSubjects: UnknownSubject[];
  /** What the role blocks state, in their order. Nothing is verified here. */
  signatures: { role: BlockRole; signedAt: string | null; personalNumber: string | null }[];
};

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * The one interpretation of a parsed HOC_BA, used by the reader and by the verifiers alike. The profile is the campaign's: a card
 * that states another PHIEN_BAN is refused, whatever its shape.
 * @throws CardFormatFault
 */
export function interpretCard(root: XmlElement, profile: Profile): ReadCard {
  const { data, content, blocks } = cardParts(root, profile);
  // Something has to be named by the signatures' references.
  if (data.attributes.length !== 1) throw new CardFormatFault('unexpected-attribute', data.name);
  return { ...interpretData(content, profile), signatures: blocks.map(interpretBlock) };
}

function interpretData(content: XmlElement, profile: Profile): Omit<ReadCard, 'signatures'> {
  const blocks = sortChildren(content, ['THONG_TIN_CHUNG', 'QUA_TRINH_HOC_TAP', 'BANG_DIEM', 'DANH_GIA_NANG_LUC_PHAM_CHAT', 'TONG_KET']);
  const general = readFields(exactlyOne(blocks.THONG_TIN_CHUNG, 'THONG_TIN_CHUNG'), GENERAL_FIELDS);
  const context = interpretContext(general, profile);
  const traits = readFields(exactlyOne(blocks.DANH_GIA_NANG_LUC_PHAM_CHAT, 'DANH_GIA_NANG_LUC_PHAM_CHAT'), TRAIT_FIELDS);
  const summary = readFields(exactlyOne(blocks.TONG_KET, 'TONG_KET'), SUMMARY_FIELDS);
  const subjects = interpretScores(exactlyOne(blocks.BANG_DIEM, 'BANG_DIEM'), profile);
  return {
    data: {
      ...context,
      record: {
        identity: readIdentity(general),
        attendance: readAttendance(general),
        body: { weightKg: text(general, 'CAN_NANG'), heightCm: text(general, 'CHIEU_CAO') },
        history: blocks.QUA_TRINH_HOC_TAP.map((entry) => readHistory(readFields(entry, HISTORY_FIELDS))),
        subjects: subjects.filter((subject) => 'subject' in subject),
        ...readTraits(traits),
        remarks: {
          qualities: text(traits, 'NHAN_XET_PHAM_CHAT'),
          generalCompetences: text(traits, 'NHAN_XET_NANG_LUC_CHUNG'),
          specificCompetences: text(traits, 'NHAN_XET_NANG_LUC_DAC_THU'),
          teacher: text(summary, 'NHAN_XET_GVCN'),
        },
        summary: readSummary(summary),
      },
    },
    unknownSubjects: subjects.filter((subject) => 'code' in subject),
  };
}

function interpretScores(table: XmlElement, profile: Profile): ReturnType<typeof readSubject>[] {
  assertContainer(table);
  const subjects = sortChildren(table, ['MON_HOC']).MON_HOC.map((entry) => readSubject(subjectFields(entry, profile)));
  const codes = subjects.map((subject) => ('subject' in subject ? subject.subject : subject.code));
  if (new Set(codes).size !== codes.length) throw new CardFormatFault('duplicate', 'MON_HOC');
  return subjects;
}

function subjectFields(entry: XmlElement, { result }: Profile): Read<SubjectTag> {
  if (result === null) return readFields(entry, SUBJECT_FIELDS);
  const names = readFields({ ...entry, children: entry.children.filter(({ name }) => name !== result.tag) }, SUBJECT_NAME_FIELDS);
  return new Map<SubjectTag, string>([...names, ...readFields(exactlyOne(childrenNamed(entry, result.tag), result.tag), SUBJECT_RESULT_FIELDS)]);
}

function interpretContext(general: Read<GeneralTag>, profile: Profile): Omit<CardData, 'record'> {
  if (text(general, 'PHIEN_BAN') !== profile.version) throw new CardFormatFault('profile-unsupported', 'PHIEN_BAN');
  if (text(general, 'MA_CAP_HOC') !== profile.level) bad('MA_CAP_HOC');
  const schoolYear = text(general, 'TEN_NAM_HOC');
  if (!/^\d{4}-\d{4}$/.test(schoolYear)) bad('TEN_NAM_HOC');
  const cardId = text(general, 'MA_TRA_CUU_UUID');
  if (!UUID_V4.test(cardId)) bad('MA_TRA_CUU_UUID');
  const grade = text(general, 'MA_KHOI');
  if (!/^[1-5]$/.test(grade)) bad('MA_KHOI');
  const district = text(general, 'TEN_QUAN_HUYEN');
  return {
    cardId,
    profile: profile.code,
    schoolYear: schoolYear as SchoolYear,
    province: { departmentCode: text(general, 'MA_SO_GIAO_DUC'), departmentName: text(general, 'TEN_SO_GD'), provinceName: text(general, 'TEN_TINH_THANH_PHO') },
    school: {
      code: text(general, 'MA_TRUONG'),
      name: text(general, 'TEN_TRUONG'),
      communeName: text(general, 'TEN_XA_PHUONG'),
      districtName: district === profile.noDistrict.text ? null : district,
    },
    class: { name: text(general, 'TEN_LOP'), grade: Number(grade) },
    approver: {
      fullName: text(general, 'TEN_GIAM_HIEU_KY_HOC_BA'),
      personalNumber: personalNumber(general, 'SO_CCCD_GIAM_HIEU_KY_HOC_BA'),
      title: text(general, 'CHUC_VU_GIAM_HIEU_KY_HOC_BA'),
    },
    // Both are optional in the annex; a card without a homeroom teacher has empty names here.
    teacher: { fullName: text(general, 'TEN_GIAO_VIEN_CHU_NHIEM'), personalNumber: optional(general, 'SO_CCCD_GIAO_VIEN_CHU_NHIEM') === null ? '' : personalNumber(general, 'SO_CCCD_GIAO_VIEN_CHU_NHIEM') },
    placeOfIssue: text(general, 'DIA_DANH_PHAT_HANH_HOC_BA'),
    createdOn: day(general, 'NGAY_TAO_HOC_BA'),
    plannedIssueOn: day(general, 'NGAY_KY_PHAT_HANH_HOC_BA'),
  };
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
