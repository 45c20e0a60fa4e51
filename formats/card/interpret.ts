import type { SchoolYear } from '../../domain/brand.js';
import { SIGNATURE_ROLES, type CardData, type SignatureRole } from '../../domain/card.js';
import type { XmlElement } from '../xml/element.js';
import { dateTimeMs } from './dateTime.js';
import { GENERAL_FIELDS, HISTORY_FIELDS, ROLE_TAGS, SUBJECT_FIELDS, SUMMARY_FIELDS, TRAIT_FIELDS, V1_0, type GeneralTag } from './profile.js';
import { assertContainer, CardFormatFault, exactlyOne, readFields, sortChildren } from './readFields.js';
import {
  bad, day, optional, personalNumber, readAttendance, readHistory, readIdentity, readSubject, readSummary, readTraits, text,
  type Read, type UnknownSubject,
} from './readRecord.js';

export type ReadCard = {
  data: CardData;
  /** Subjects of a foreign card that our catalogue has no code for; they are not in `data.record.subjects`. */
  unknownSubjects: UnknownSubject[];
  /** What the role blocks state, in their order. Nothing is verified here. */
  signatures: { role: SignatureRole; signedAt: string; personalNumber: string | null }[];
};

const ID_ATTRIBUTES = ['id', 'Id', 'ID'] as const;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * The one interpretation of a parsed HOC_BA of profile v1.0, used by the reader and by the verifier alike.
 * @throws CardFormatFault
 */
export function interpretCard(root: XmlElement): ReadCard {
  if (root.name !== 'HOC_BA' || root.namespace !== '') throw new CardFormatFault('unknown-root', root.name);
  assertContainer(root);
  const parts = sortChildren(root, ['DU_LIEU_HOC_BA', 'DANH_SACH_THONG_TIN_KY']);
  return {
    ...interpretData(exactlyOne(parts.DU_LIEU_HOC_BA, 'DU_LIEU_HOC_BA')),
    signatures: interpretRoles(exactlyOne(parts.DANH_SACH_THONG_TIN_KY, 'DANH_SACH_THONG_TIN_KY')),
  };
}

function interpretData(data: XmlElement): Omit<ReadCard, 'signatures'> {
  assertContainer(data, ...ID_ATTRIBUTES);
  if (data.attributes.length !== 1) throw new CardFormatFault('unexpected-attribute', data.name);
  const blocks = sortChildren(data, ['THONG_TIN_CHUNG', 'QUA_TRINH_HOC_TAP', 'BANG_DIEM', 'DANH_GIA_NANG_LUC_PHAM_CHAT', 'TONG_KET']);
  const general = readFields(exactlyOne(blocks.THONG_TIN_CHUNG, 'THONG_TIN_CHUNG'), GENERAL_FIELDS);
  const traits = readFields(exactlyOne(blocks.DANH_GIA_NANG_LUC_PHAM_CHAT, 'DANH_GIA_NANG_LUC_PHAM_CHAT'), TRAIT_FIELDS);
  const summary = readFields(exactlyOne(blocks.TONG_KET, 'TONG_KET'), SUMMARY_FIELDS);
  const subjects = interpretScores(exactlyOne(blocks.BANG_DIEM, 'BANG_DIEM'));
  return {
    data: {
      ...interpretContext(general),
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

function interpretScores(table: XmlElement): ReturnType<typeof readSubject>[] {
  assertContainer(table);
  const subjects = sortChildren(table, ['MON_HOC']).MON_HOC.map((entry) => readSubject(readFields(entry, SUBJECT_FIELDS)));
  const codes = subjects.map((subject) => ('subject' in subject ? subject.subject : subject.code));
  if (new Set(codes).size !== codes.length) throw new CardFormatFault('duplicate', 'MON_HOC');
  return subjects;
}

function interpretContext(general: Read<GeneralTag>): Omit<CardData, 'record'> {
  if (text(general, 'PHIEN_BAN') !== V1_0.version) throw new CardFormatFault('profile-unsupported', 'PHIEN_BAN');
  if (text(general, 'MA_CAP_HOC') !== V1_0.primaryLevel) bad('MA_CAP_HOC');
  const schoolYear = text(general, 'TEN_NAM_HOC');
  if (!/^\d{4}-\d{4}$/.test(schoolYear)) bad('TEN_NAM_HOC');
  const cardId = text(general, 'MA_TRA_CUU_UUID');
  if (!UUID_V4.test(cardId)) bad('MA_TRA_CUU_UUID');
  const grade = text(general, 'MA_KHOI');
  if (!/^[1-5]$/.test(grade)) bad('MA_KHOI');
  const district = text(general, 'TEN_QUAN_HUYEN');
  return {
    cardId,
    profile: 'v1.0',
    schoolYear: schoolYear as SchoolYear,
    province: { departmentCode: text(general, 'MA_SO_GIAO_DUC'), departmentName: text(general, 'TEN_SO_GD'), provinceName: text(general, 'TEN_TINH_THANH_PHO') },
    school: {
      code: text(general, 'MA_TRUONG'),
      name: text(general, 'TEN_TRUONG'),
      communeName: text(general, 'TEN_XA_PHUONG'),
      districtName: district === V1_0.noDistrict ? null : district,
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

/** Role blocks stand in the order of signing, each at most once; the inside of a Signature is the verifier's matter. */
function interpretRoles(list: XmlElement): ReadCard['signatures'] {
  assertContainer(list);
  let last = -1;
  return list.children.map((block) => {
    const place = SIGNATURE_ROLES.findIndex((role) => ROLE_TAGS[role] === block.name);
    const role = SIGNATURE_ROLES[place];
    if (role === undefined) throw new CardFormatFault('unknown-block', block.name);
    if (place === last) throw new CardFormatFault('duplicate', block.name);
    if (place < last) throw new CardFormatFault('role-order', block.name);
    last = place;
    assertContainer(block, ...ID_ATTRIBUTES);
    const parts = sortChildren({ ...block, children: block.children.filter(({ name }) => name !== 'Signature') }, ['NGAY_KY', 'SO_CCCD']);
    exactlyOne(block.children.filter(({ name }) => name === 'Signature'), 'Signature');
    const signedAt = exactlyOne(parts.NGAY_KY, 'NGAY_KY').text;
    if (dateTimeMs(signedAt) === null) bad('NGAY_KY');
    if (role === 'principal' || parts.SO_CCCD.length > 0) exactlyOne(parts.SO_CCCD, 'SO_CCCD');
    return { role, signedAt, personalNumber: parts.SO_CCCD[0]?.text ?? null };
  });
}
