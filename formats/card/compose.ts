import type { SchoolYear } from '../../domain/brand.js';
import type { CardData } from '../../domain/card.js';
import type { Profile } from './profile.js';
import { CardFormatFault } from './readFields.js';
import {
  bad, day, optional, personalNumber, readAttendance, readHistory, readIdentity, readSubject, readSummary, readTraits, text,
  type Read, type UnknownSubject,
} from './readRecord.js';
import type { GeneralTag, HistoryTag, SubjectTag, SummaryTag, TraitTag } from './tags.js';

/** The fields of a card by block, however it was read. */
export type CardFields = {
  general: Read<GeneralTag>;
  history: readonly Read<HistoryTag>[];
  subjects: readonly Read<SubjectTag>[];
  traits: Read<TraitTag>;
  summary: Read<SummaryTag>;
};

export type CardContent = {
  data: CardData;
  /** Subjects of a foreign card that our catalogue has no code for; they are not in `data.record.subjects`. */
  unknownSubjects: UnknownSubject[];
};

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * What the fields of a card say, checked value by value; the same for every way of reading one.
 * @throws CardFormatFault
 */
export function composeCard({ general, history, subjects: entries, traits, summary }: CardFields, profile: Profile): CardContent {
  const context = composeContext(general, profile);
  const subjects = entries.map(readSubject);
  const codes = subjects.map((subject) => ('subject' in subject ? subject.subject : subject.code));
  if (new Set(codes).size !== codes.length) throw new CardFormatFault('duplicate', 'MON_HOC');
  return {
    data: {
      ...context,
      record: {
        identity: readIdentity(general),
        attendance: readAttendance(general),
        body: { weightKg: text(general, 'CAN_NANG'), heightCm: text(general, 'CHIEU_CAO') },
        history: history.map(readHistory),
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

function composeContext(general: Read<GeneralTag>, profile: Profile): Omit<CardData, 'record'> {
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
