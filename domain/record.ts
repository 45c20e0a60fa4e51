import type { PlainDate } from './brand.js';

/**
 * One pupil's school year at primary level, as the school states it (spec §2.1), before it becomes a report card.
 * Field names are English; the Ministry's tag of each stands in `formats/card`.
 */
export type PupilRecord = {
  identity: PupilIdentity;
  attendance: { excusedAbsences: number; unexcusedAbsences: number };
  /** Kilograms and centimetres as the school writes them (at most 4 decimals). */
  body: { weightKg: string; heightCm: string };
  /** School history, one entry a year; a repeated year stands twice. */
  history: readonly HistoryEntry[];
  subjects: readonly SubjectResult[];
  competences: Record<CompetenceCode, TraitLevel | null>;
  qualities: Record<QualityCode, TraitLevel>;
  remarks: { qualities: string; generalCompetences: string; specificCompetences: string; teacher: string };
  summary: YearSummary;
};

export type PupilIdentity = {
  /** MA_HOC_SINH: the sector code, opaque, leading zeros matter. */
  pupilCode: string;
  /** SO_CCCD: 12 digits, or null while the pupil has none (then the card is held). */
  personalNumber: string | null;
  fullName: string;
  sex: Sex;
  birthDate: PlainDate;
  birthPlace: string;
  homeTown: string;
  address: string;
  ethnicity: string;
  /** `Việt Nam` or the country's name; a foreign pupil is held. */
  nationality: string;
  fatherName: string | null;
  motherName: string;
  guardianName: string | null;
  /** SO_SO_DANG_BO: the number in the school's register. */
  registerNumber: string;
};

export type Sex = 'male' | 'female';

export type HistoryEntry = {
  schoolYear: string | null;
  className: string;
  schoolName: string;
  /** NGAY_TRANG_THAI_CHUYEN_DEN: the day the pupil came to that school. */
  enteredOn: PlainDate;
};

export type SubjectResult = {
  subject: SubjectCode;
  level: SubjectLevel;
  /** Year-end periodic test, whole number 0–10; null where the subject has none. */
  test: number | null;
};

/** T hoàn thành tốt, H hoàn thành, C chưa hoàn thành. */
export type SubjectLevel = 'T' | 'H' | 'C';
/** T tốt, Đ đạt, C cần cố gắng. */
export type TraitLevel = 'T' | 'Đ' | 'C';
/** Hoàn thành xuất sắc, hoàn thành tốt, hoàn thành, chưa hoàn thành. */
export type OverallResult = 'HTXS' | 'HTT' | 'HT' | 'CHT';

export type YearSummary = {
  result: OverallResult;
  promoted: boolean;
  gradeCompleted: boolean;
  /** Only grade 5 completes primary school; null in grades 1–4. */
  primaryCompleted: boolean | null;
  award: string | null;
  suddenAward: string | null;
};

/** Our catalogue of subject codes; the Ministry's is not public (spec §2), so it is data and replaceable. */
export const SUBJECTS = {
  TV: { name: 'Tiếng Việt', grades: [1, 2, 3, 4, 5], tested: true, optional: false },
  TOAN: { name: 'Toán', grades: [1, 2, 3, 4, 5], tested: true, optional: false },
  NN1: { name: 'Ngoại ngữ 1', grades: [3, 4, 5], tested: true, optional: false },
  DD: { name: 'Đạo đức', grades: [1, 2, 3, 4, 5], tested: false, optional: false },
  TNXH: { name: 'Tự nhiên và Xã hội', grades: [1, 2, 3], tested: false, optional: false },
  LSDL: { name: 'Lịch sử và Địa lí', grades: [4, 5], tested: true, optional: false },
  KH: { name: 'Khoa học', grades: [4, 5], tested: true, optional: false },
  TIN: { name: 'Tin học', grades: [3, 4, 5], tested: true, optional: false },
  CN: { name: 'Công nghệ', grades: [3, 4, 5], tested: true, optional: false },
  GDTC: { name: 'Giáo dục thể chất', grades: [1, 2, 3, 4, 5], tested: false, optional: false },
  AN: { name: 'Âm nhạc', grades: [1, 2, 3, 4, 5], tested: false, optional: false },
  MT: { name: 'Mĩ thuật', grades: [1, 2, 3, 4, 5], tested: false, optional: false },
  HDTN: { name: 'Hoạt động trải nghiệm', grades: [1, 2, 3, 4, 5], tested: false, optional: false },
  TDT: { name: 'Tiếng dân tộc', grades: [1, 2, 3, 4, 5], tested: false, optional: true },
} as const satisfies Record<string, { name: string; grades: readonly number[]; tested: boolean; optional: boolean }>;
export type SubjectCode = keyof typeof SUBJECTS;
export const SUBJECT_CODES = Object.keys(SUBJECTS) as readonly SubjectCode[];

/** Competences in the card's order. The last three before THE_CHAT are optional by the spec's field list. */
export const COMPETENCES = {
  selfStudy: { name: 'Tự chủ và tự học', mandatory: true, kind: 'general' },
  communication: { name: 'Giao tiếp và hợp tác', mandatory: true, kind: 'general' },
  problemSolving: { name: 'Giải quyết vấn đề và sáng tạo', mandatory: true, kind: 'general' },
  language: { name: 'Ngôn ngữ', mandatory: true, kind: 'specific' },
  calculation: { name: 'Tính toán', mandatory: true, kind: 'specific' },
  science: { name: 'Khoa học', mandatory: true, kind: 'specific' },
  technology: { name: 'Công nghệ', mandatory: false, kind: 'specific' },
  informatics: { name: 'Tin học', mandatory: false, kind: 'specific' },
  aesthetics: { name: 'Thẩm mĩ', mandatory: true, kind: 'specific' },
  physical: { name: 'Thể chất', mandatory: true, kind: 'specific' },
} as const satisfies Record<string, { name: string; mandatory: boolean; kind: 'general' | 'specific' }>;
export type CompetenceCode = keyof typeof COMPETENCES;
export const COMPETENCE_CODES = Object.keys(COMPETENCES) as readonly CompetenceCode[];

export const QUALITIES = {
  patriotism: 'Yêu nước',
  kindness: 'Nhân ái',
  diligence: 'Chăm chỉ',
  honesty: 'Trung thực',
  responsibility: 'Trách nhiệm',
} as const;
export type QualityCode = keyof typeof QUALITIES;
export const QUALITY_CODES = Object.keys(QUALITIES) as readonly QualityCode[];

export const OVERALL_RESULTS = {
  HTXS: 'Hoàn thành xuất sắc',
  HTT: 'Hoàn thành tốt',
  HT: 'Hoàn thành',
  CHT: 'Chưa hoàn thành',
} as const satisfies Record<OverallResult, string>;
export const SUBJECT_LEVELS = { T: 'Hoàn thành tốt', H: 'Hoàn thành', C: 'Chưa hoàn thành' } as const satisfies Record<SubjectLevel, string>;
export const TRAIT_LEVELS = { T: 'Tốt', Đ: 'Đạt', C: 'Cần cố gắng' } as const satisfies Record<TraitLevel, string>;
