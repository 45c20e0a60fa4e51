import type { CardData } from '../../domain/card.js';
import { COMPETENCE_CODES, QUALITY_CODES, SUBJECTS, type HistoryEntry, type SubjectResult } from '../../domain/record.js';
import { vietnamMidnight } from './dateTime.js';
import type { Profile } from './profile.js';
import { COMPETENCE_TAGS, QUALITY_TAGS, type GeneralTag, type HistoryTag, type SubjectTag, type SummaryTag, type TraitTag } from './tags.js';

/** What each tag of a block says; null leaves the tag out (spec §2). */
export type Values<Tag extends string> = Record<Tag, string | null>;

export const SEX_NAMES = { male: 'Nam', female: 'Nữ' } as const;

const yesNo = (value: boolean): string => (value ? '1' : '0');

export function generalValues(data: CardData, { version, circular, level, noDistrict }: Profile): Values<GeneralTag> {
  const { identity, attendance, body } = data.record;
  return {
    PHIEN_BAN: version,
    THONG_TU: circular,
    MA_TRA_CUU_UUID: data.cardId,
    TEN_NAM_HOC: data.schoolYear,
    MA_SO_GIAO_DUC: data.province.departmentCode,
    TEN_SO_GD: data.province.departmentName,
    MA_TRUONG: data.school.code,
    TEN_TRUONG: data.school.name,
    TEN_QUAN_HUYEN: data.school.districtName ?? (data.createdOn >= noDistrict.from ? noDistrict.text : null),
    TEN_XA_PHUONG: data.school.communeName,
    TEN_TINH_THANH_PHO: data.province.provinceName,
    MA_CAP_HOC: level,
    SO_SO_DANG_BO: identity.registerNumber,
    HO_VA_TEN: identity.fullName,
    SO_CCCD: identity.personalNumber,
    MA_HOC_SINH: identity.pupilCode,
    GIOI_TINH: SEX_NAMES[identity.sex],
    NGAY_SINH: vietnamMidnight(identity.birthDate),
    CAN_NANG: body.weightKg,
    CHIEU_CAO: body.heightCm,
    TONG_SO_BUOI_NGHI_CO_PHEP: String(attendance.excusedAbsences),
    THONG_SO_BUOI_NGHI_KHONG_PHEP: String(attendance.unexcusedAbsences),
    NOI_SINH: identity.birthPlace,
    QUE_QUAN: identity.homeTown,
    CHO_O_HIEN_NAY: identity.address,
    DAN_TOC: identity.ethnicity,
    QUOC_TICH: identity.nationality,
    HO_VA_TEN_CHA: identity.fatherName,
    HO_VA_TEN_ME: identity.motherName,
    HO_VA_TEN_NGUOI_GIAM_HO: identity.guardianName,
    TEN_GIAM_HIEU_KY_HOC_BA: data.approver.fullName,
    SO_CCCD_GIAM_HIEU_KY_HOC_BA: data.approver.personalNumber,
    DIA_DANH_PHAT_HANH_HOC_BA: data.placeOfIssue,
    NGAY_TAO_HOC_BA: vietnamMidnight(data.createdOn),
    NGAY_KY_PHAT_HANH_HOC_BA: vietnamMidnight(data.plannedIssueOn),
    CHUC_VU_GIAM_HIEU_KY_HOC_BA: data.approver.title,
    TEN_GIAO_VIEN_CHU_NHIEM: data.teacher.fullName,
    SO_CCCD_GIAO_VIEN_CHU_NHIEM: data.teacher.personalNumber,
    MA_KHOI: String(data.class.grade),
    TEN_LOP: data.class.name,
    // TEN_NAM_HOC is the year's name, NAM_HOC the year as the exchange numbers it (`nam_hoc`, spec §4): its first calendar year.
    NAM_HOC: data.schoolYear.slice(0, 4),
  };
}

export const historyValues = (entry: HistoryEntry): Values<HistoryTag> => ({
  NAM_HOC: entry.schoolYear,
  TEN_LOP: entry.className,
  TEN_TRUONG: entry.schoolName,
  NGAY_TRANG_THAI_CHUYEN_DEN: vietnamMidnight(entry.enteredOn),
});

export const subjectValues = ({ subject, level, test }: SubjectResult): Values<SubjectTag> => ({
  MA_MON_HOC: subject,
  TEN_MON_HOC: SUBJECTS[subject].name,
  MUC_DAT_DUOC: level,
  DIEM_KIEM_TRA_DINH_KY: test === null ? null : String(test),
});

export function traitValues({ record }: CardData): Values<TraitTag> {
  return {
    ...Object.fromEntries(COMPETENCE_CODES.map((code) => [COMPETENCE_TAGS[code], record.competences[code]])),
    ...Object.fromEntries(QUALITY_CODES.map((code) => [QUALITY_TAGS[code], record.qualities[code]])),
    NHAN_XET_PHAM_CHAT: record.remarks.qualities,
    NHAN_XET_NANG_LUC_CHUNG: record.remarks.generalCompetences,
    NHAN_XET_NANG_LUC_DAC_THU: record.remarks.specificCompetences,
  } as Values<TraitTag>;
}

export const summaryValues = ({ record: { summary, remarks } }: CardData): Values<SummaryTag> => ({
  KET_QUA_XEP_LOAI: summary.result,
  DUOC_LEN_LOP: yesNo(summary.promoted),
  NOI_DUNG_HOAN_THANH_CHUONG_TRINH: null,
  DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC: yesNo(summary.gradeCompleted),
  DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC: summary.primaryCompleted === null ? null : yesNo(summary.primaryCompleted),
  NOI_DUNG_KHEN_THUONG: summary.award,
  NOI_DUNG_KHEN_THUONG_DOT_XUAT: summary.suddenAward,
  NHAN_XET_GVCN: remarks.teacher,
});
