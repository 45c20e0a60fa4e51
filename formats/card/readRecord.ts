import type { PlainDate } from '../../domain/brand.js';
import {
  COMPETENCE_CODES, OVERALL_RESULTS, QUALITY_CODES, SUBJECT_LEVELS, SUBJECTS, TRAIT_LEVELS,
  type HistoryEntry, type OverallResult, type PupilIdentity, type PupilRecord, type Sex, type SubjectCode, type SubjectLevel,
  type SubjectResult, type TraitLevel, type YearSummary,
} from '../../domain/record.js';
import { readDay } from './dateTime.js';
import { SEX_NAMES } from './fields.js';
import { CardFormatFault } from './readFields.js';
import { COMPETENCE_TAGS, QUALITY_TAGS, type GeneralTag, type HistoryTag, type SubjectTag, type SummaryTag, type TraitTag } from './tags.js';

/** The values of one block, as `readFields` gives them: mandatory tags are there and not blank. */
export type Read<Tag extends string> = ReadonlyMap<Tag, string>;

/** A subject whose code our catalogue does not know: a note, not a refusal (spec §2). */
export type UnknownSubject = { code: string; name: string; level: SubjectLevel; test: number | null };

export const text = <Tag extends string>(values: Read<Tag>, tag: Tag): string => values.get(tag) ?? '';

/** An optional text: left out and empty both mean null. */
export const optional = <Tag extends string>(values: Read<Tag>, tag: Tag): string | null => values.get(tag) || null;

export function day<Tag extends string>(values: Read<Tag>, tag: Tag): PlainDate {
  return readDay(text(values, tag)) ?? bad(tag);
}

export function personalNumber<Tag extends string>(values: Read<Tag>, tag: Tag): string {
  const value = text(values, tag);
  return /^\d{12}$/.test(value) ? value : bad(tag);
}

export function bad(tag: string): never {
  throw new CardFormatFault('bad-value', tag);
}

function oneOf<Value extends string>(table: Readonly<Record<Value, unknown>>, value: string, tag: string): Value {
  return Object.hasOwn(table, value) ? (value as Value) : bad(tag);
}

/** Yes and no are `1` and `0` when we write; `true` and `false` are read as well (spec §2). */
function yesNo<Tag extends string>(values: Read<Tag>, tag: Tag): boolean {
  const value = text(values, tag);
  if (value === '1' || value === 'true') return true;
  return value === '0' || value === 'false' ? false : bad(tag);
}

function count<Tag extends string>(values: Read<Tag>, tag: Tag): number {
  const value = text(values, tag);
  return /^\d{1,4}$/.test(value) ? Number(value) : bad(tag);
}

export const readIdentity = (values: Read<GeneralTag>): PupilIdentity => ({
  pupilCode: text(values, 'MA_HOC_SINH'),
  personalNumber: personalNumber(values, 'SO_CCCD'),
  fullName: text(values, 'HO_VA_TEN'),
  sex: (Object.keys(SEX_NAMES) as Sex[]).find((sex) => SEX_NAMES[sex] === text(values, 'GIOI_TINH')) ?? bad('GIOI_TINH'),
  birthDate: day(values, 'NGAY_SINH'),
  birthPlace: text(values, 'NOI_SINH'),
  homeTown: text(values, 'QUE_QUAN'),
  address: text(values, 'CHO_O_HIEN_NAY'),
  ethnicity: text(values, 'DAN_TOC'),
  nationality: text(values, 'QUOC_TICH'),
  fatherName: optional(values, 'HO_VA_TEN_CHA'),
  motherName: text(values, 'HO_VA_TEN_ME'),
  guardianName: optional(values, 'HO_VA_TEN_NGUOI_GIAM_HO'),
  registerNumber: text(values, 'SO_SO_DANG_BO'),
});

export const readAttendance = (values: Read<GeneralTag>): PupilRecord['attendance'] => ({
  excusedAbsences: count(values, 'TONG_SO_BUOI_NGHI_CO_PHEP'),
  unexcusedAbsences: count(values, 'THONG_SO_BUOI_NGHI_KHONG_PHEP'),
});

export const readHistory = (values: Read<HistoryTag>): HistoryEntry => ({
  schoolYear: optional(values, 'NAM_HOC'),
  className: text(values, 'TEN_LOP'),
  schoolName: text(values, 'TEN_TRUONG'),
  enteredOn: day(values, 'NGAY_TRANG_THAI_CHUYEN_DEN'),
});

export function readSubject(values: Read<SubjectTag>): SubjectResult | UnknownSubject {
  const code = text(values, 'MA_MON_HOC');
  const level = oneOf(SUBJECT_LEVELS, text(values, 'MUC_DAT_DUOC'), 'MUC_DAT_DUOC');
  const written = optional(values, 'DIEM_KIEM_TRA_DINH_KY');
  if (written !== null && !/^(?:\d|10)$/.test(written)) bad('DIEM_KIEM_TRA_DINH_KY');
  const test = written === null ? null : Number(written);
  return Object.hasOwn(SUBJECTS, code) ? { subject: code as SubjectCode, level, test } : { code, name: text(values, 'TEN_MON_HOC'), level, test };
}

export function readTraits(values: Read<TraitTag>): Pick<PupilRecord, 'competences' | 'qualities'> {
  const level = (tag: TraitTag): TraitLevel | null => {
    const value = optional(values, tag);
    return value === null ? null : oneOf(TRAIT_LEVELS, value, tag);
  };
  return {
    competences: Object.fromEntries(COMPETENCE_CODES.map((code) => [code, level(COMPETENCE_TAGS[code])])) as PupilRecord['competences'],
    qualities: Object.fromEntries(QUALITY_CODES.map((code) => [code, level(QUALITY_TAGS[code])])) as PupilRecord['qualities'],
  };
}

export const readSummary = (values: Read<SummaryTag>): YearSummary => ({
  result: oneOf(OVERALL_RESULTS, text(values, 'KET_QUA_XEP_LOAI'), 'KET_QUA_XEP_LOAI') satisfies OverallResult,
  promoted: yesNo(values, 'DUOC_LEN_LOP'),
  gradeCompleted: yesNo(values, 'DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC'),
  primaryCompleted: optional(values, 'DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC') === null ? null : yesNo(values, 'DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC'),
  award: optional(values, 'NOI_DUNG_KHEN_THUONG'),
  suddenAward: optional(values, 'NOI_DUNG_KHEN_THUONG_DOT_XUAT'),
});
