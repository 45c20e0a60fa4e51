import {
  COMPETENCE_CODES, COMPETENCES, QUALITIES, QUALITY_CODES, SUBJECT_CODES, SUBJECTS,
  type CompetenceCode, type QualityCode, type SubjectCode,
} from '../../domain/record.js';
import type { HeaderRule } from '../workbook/header.js';
import { foldText } from '../workbook/text.js';

/** Column keys are the dotted paths of `RecordFault.field`, so that a broken rule finds its cell by name alone. */
export type RosterColumn =
  | 'ordinal' | 'className'
  | `identity.${IdentityField}`
  | 'attendance.excusedAbsences' | 'attendance.unexcusedAbsences' | 'body.weightKg' | 'body.heightCm'
  | `subjects.${SubjectCode}.level` | `subjects.${SubjectCode}.test`
  | `competences.${CompetenceCode}` | `qualities.${QualityCode}`
  | 'remarks.qualities' | 'remarks.generalCompetences' | 'remarks.specificCompetences' | 'remarks.teacher'
  | 'summary.result' | 'summary.promoted' | 'summary.gradeCompleted' | 'summary.primaryCompleted' | 'summary.award' | 'summary.suddenAward';

export type IdentityField =
  | 'pupilCode' | 'personalNumber' | 'fullName' | 'sex' | 'birthDate' | 'birthPlace' | 'homeTown' | 'address' | 'ethnicity'
  | 'nationality' | 'fatherName' | 'motherName' | 'guardianName' | 'registerNumber';

export type ColumnSpec = {
  key: RosterColumn;
  group: string;
  label: string;
  /** Second label below `label`; subjects only. */
  sub?: string;
  synonyms?: readonly string[];
  /** Excel's width in characters. */
  width: number;
  kind: 'text' | 'code' | 'date' | 'number' | 'level' | 'trait' | 'result' | 'yesNo' | 'sex' | 'long';
};

const IDENTITY = 'THÔNG TIN HỌC SINH';
const GENERAL = 'NĂNG LỰC CHUNG';
const SPECIFIC = 'NĂNG LỰC ĐẶC THÙ';
const QUALITY = 'PHẨM CHẤT';
export const LEVEL_LABEL = 'Mức đạt được';
export const TEST_LABEL = 'Điểm KTĐK';

const identity: readonly ColumnSpec[] = [
  { key: 'ordinal', group: IDENTITY, label: 'STT', synonyms: ['TT', 'Số TT', 'Số thứ tự', 'No'], width: 5, kind: 'number' },
  { key: 'identity.pupilCode', group: IDENTITY, label: 'Mã học sinh', synonyms: ['Mã HS', 'Mã định danh HS', 'Mã học sinh (CSDL ngành)', 'Mã số học sinh', 'Mã định danh Bộ GD&ĐT', 'Mã định danh'], width: 14, kind: 'code' },
  { key: 'identity.personalNumber', group: IDENTITY, label: 'Số định danh cá nhân', synonyms: ['Số CCCD', 'CCCD', 'Số căn cước', 'Số căn cước công dân', 'Số định danh', 'Số ĐDCN', 'Số định danh/CCCD', 'Số CCCD/Định danh', 'Số CMND/CCCD', 'Mã định danh cá nhân', 'Số định danh cá nhân/CCCD'], width: 16, kind: 'code' },
  { key: 'identity.fullName', group: IDENTITY, label: 'Họ và tên', synonyms: ['Họ tên', 'Họ và tên học sinh', 'Họ tên học sinh', 'Tên học sinh'], width: 26, kind: 'text' },
  { key: 'identity.sex', group: IDENTITY, label: 'Giới tính', synonyms: ['Giới', 'Nam/Nữ', 'Phái'], width: 8, kind: 'sex' },
  { key: 'identity.birthDate', group: IDENTITY, label: 'Ngày sinh', synonyms: ['Ngày tháng năm sinh', 'Ngày, tháng, năm sinh', 'Sinh ngày', 'NTNS'], width: 12, kind: 'date' },
  { key: 'identity.birthPlace', group: IDENTITY, label: 'Nơi sinh', width: 20, kind: 'text' },
  { key: 'identity.homeTown', group: IDENTITY, label: 'Quê quán', synonyms: ['Nguyên quán'], width: 20, kind: 'text' },
  { key: 'identity.address', group: IDENTITY, label: 'Chỗ ở hiện nay', synonyms: ['Nơi ở hiện nay', 'Chỗ ở', 'Địa chỉ', 'Địa chỉ hiện nay'], width: 26, kind: 'text' },
  { key: 'identity.ethnicity', group: IDENTITY, label: 'Dân tộc', width: 10, kind: 'text' },
  { key: 'identity.nationality', group: IDENTITY, label: 'Quốc tịch', width: 11, kind: 'text' },
  { key: 'identity.fatherName', group: IDENTITY, label: 'Họ và tên cha', synonyms: ['Họ tên cha', 'Họ tên bố', 'Họ và tên bố', 'Cha'], width: 22, kind: 'text' },
  { key: 'identity.motherName', group: IDENTITY, label: 'Họ và tên mẹ', synonyms: ['Họ tên mẹ', 'Mẹ'], width: 22, kind: 'text' },
  { key: 'identity.guardianName', group: IDENTITY, label: 'Họ và tên người giám hộ', synonyms: ['Họ tên người giám hộ', 'Người giám hộ'], width: 22, kind: 'text' },
  { key: 'identity.registerNumber', group: IDENTITY, label: 'Số sổ đăng bộ', synonyms: ['Số đăng bộ', 'Sổ đăng bộ', 'Số danh bộ'], width: 12, kind: 'code' },
];

const attendance: readonly ColumnSpec[] = [
  { key: 'attendance.excusedAbsences', group: 'CHUYÊN CẦN', label: 'Nghỉ có phép', synonyms: ['Số buổi nghỉ có phép', 'Tổng số buổi nghỉ có phép', 'Có phép'], width: 8, kind: 'number' },
  { key: 'attendance.unexcusedAbsences', group: 'CHUYÊN CẦN', label: 'Nghỉ không phép', synonyms: ['Số buổi nghỉ không phép', 'Tổng số buổi nghỉ không phép', 'Không phép'], width: 8, kind: 'number' },
  { key: 'body.weightKg', group: 'SỨC KHỎE', label: 'Cân nặng (kg)', synonyms: ['Cân nặng', 'Trọng lượng'], width: 8, kind: 'number' },
  { key: 'body.heightCm', group: 'SỨC KHỎE', label: 'Chiều cao (cm)', synonyms: ['Chiều cao'], width: 8, kind: 'number' },
];

const subject = (code: SubjectCode): ColumnSpec[] => {
  const base = { group: 'MÔN HỌC VÀ HOẠT ĐỘNG GIÁO DỤC', label: SUBJECTS[code].name, width: 8 };
  const level: ColumnSpec = { ...base, key: `subjects.${code}.level`, sub: LEVEL_LABEL, kind: 'level' };
  return SUBJECTS[code].tested ? [level, { ...base, key: `subjects.${code}.test`, sub: TEST_LABEL, kind: 'number' }] : [level];
};

const competence = (code: CompetenceCode): ColumnSpec =>
  ({ key: `competences.${code}`, group: COMPETENCES[code].kind === 'general' ? GENERAL : SPECIFIC, label: COMPETENCES[code].name, width: 9, kind: 'trait' });
const quality = (code: QualityCode): ColumnSpec => ({ key: `qualities.${code}`, group: QUALITY, label: QUALITIES[code], width: 8, kind: 'trait' });

const remarks: readonly ColumnSpec[] = [
  { key: 'remarks.qualities', group: 'NHẬN XÉT', label: 'Phẩm chất', synonyms: ['Nhận xét phẩm chất', 'Những phẩm chất chủ yếu'], width: 34, kind: 'long' },
  { key: 'remarks.generalCompetences', group: 'NHẬN XÉT', label: 'Năng lực chung', synonyms: ['Nhận xét năng lực chung', 'Những năng lực chung'], width: 34, kind: 'long' },
  { key: 'remarks.specificCompetences', group: 'NHẬN XÉT', label: 'Năng lực đặc thù', synonyms: ['Nhận xét năng lực đặc thù', 'Những năng lực đặc thù'], width: 34, kind: 'long' },
  { key: 'remarks.teacher', group: 'NHẬN XÉT', label: 'Giáo viên chủ nhiệm', synonyms: ['Nhận xét GVCN', 'Nhận xét của GVCN', 'Nhận xét của giáo viên chủ nhiệm', 'Nhận xét chung', 'GVCN'], width: 34, kind: 'long' },
];

const summary: readonly ColumnSpec[] = [
  { key: 'summary.result', group: 'TỔNG KẾT', label: 'Đánh giá KQGD', synonyms: ['Đánh giá kết quả giáo dục', 'Kết quả giáo dục', 'Kết quả xếp loại', 'Xếp loại', 'Đánh giá', 'KQGD'], width: 9, kind: 'result' },
  { key: 'summary.promoted', group: 'TỔNG KẾT', label: 'Được lên lớp', synonyms: ['Lên lớp'], width: 8, kind: 'yesNo' },
  { key: 'summary.gradeCompleted', group: 'TỔNG KẾT', label: 'Hoàn thành chương trình lớp học', synonyms: ['HTCT lớp học', 'Hoàn thành chương trình lớp', 'HTCTLH', 'Đã hoàn thành chương trình lớp học'], width: 11, kind: 'yesNo' },
  { key: 'summary.primaryCompleted', group: 'TỔNG KẾT', label: 'Hoàn thành chương trình tiểu học', synonyms: ['HTCT tiểu học', 'HTCTTH', 'Đã hoàn thành chương trình tiểu học'], width: 11, kind: 'yesNo' },
  { key: 'summary.award', group: 'TỔNG KẾT', label: 'Khen thưởng', synonyms: ['Khen thưởng cuối năm', 'Nội dung khen thưởng'], width: 26, kind: 'long' },
  { key: 'summary.suddenAward', group: 'TỔNG KẾT', label: 'Khen thưởng đột xuất', synonyms: ['Nội dung khen thưởng đột xuất', 'Khen đột xuất'], width: 26, kind: 'long' },
];

const CLASS_NAME: ColumnSpec = { key: 'className', group: IDENTITY, label: 'Lớp', synonyms: ['Tên lớp', 'Lớp học'], width: 8, kind: 'code' };

/** Every column in the order of the template. */
export const ALL_COLUMNS: readonly ColumnSpec[] = [
  ...identity.slice(0, 4), CLASS_NAME, ...identity.slice(4), ...attendance,
  ...SUBJECT_CODES.flatMap(subject), ...COMPETENCE_CODES.map(competence), ...QUALITY_CODES.map(quality), ...remarks, ...summary,
];

export const columnSpec = new Map(ALL_COLUMNS.map((column) => [column.key, column]));

/** Readable name of a field for messages, differences and JSON: "Toán – Điểm KTĐK". */
export function columnTitle(key: RosterColumn): string {
  const spec = columnSpec.get(key);
  if (spec === undefined) return key;
  return spec.sub === undefined ? spec.label : `${spec.label} – ${spec.sub}`;
}

const SUBJECT_GROUPS = ['MÔN HỌC VÀ HOẠT ĐỘNG GIÁO DỤC', 'Môn học', 'Các môn học', 'Môn học và HĐGD', 'Môn'];
const PARENTS: Partial<Record<RosterColumn, readonly string[]>> = {
  'identity.fatherName': ['Cha', 'Bố', 'Thông tin cha', 'Thông tin bố'], 'identity.motherName': ['Mẹ', 'Thông tin mẹ'],
  'identity.guardianName': ['Người giám hộ', 'Thông tin người giám hộ'],
};
const SUBJECT_SYNONYMS: Partial<Record<SubjectCode, readonly string[]>> = {
  TV: ['T.Việt', 'TViệt', 'TV'], NN1: ['Ngoại ngữ', 'Tiếng Anh', 'T.Anh', 'NN1', 'Ngoại ngữ 1 (Tiếng Anh)'], TNXH: ['TN&XH', 'TNXH', 'TN XH'],
  LSDL: ['LS&ĐL', 'LS và ĐL', 'Lịch sử & Địa lí', 'LSĐL', 'Lịch sử và Địa lý'], TIN: ['Tin học (Công nghệ)'], GDTC: ['GDTC', 'Thể dục'],
  MT: ['Mỹ thuật'], HDTN: ['HĐTN', 'HĐ trải nghiệm'], TDT: ['TDT', 'Tiếng DT', 'Tiếng dân tộc thiểu số'],
};
const LEVELS = [LEVEL_LABEL, 'Mức', 'MĐĐ', 'Mức độ', 'Mức đạt', 'Xếp mức', 'Đánh giá'];
const TESTS = [TEST_LABEL, 'Điểm', 'KTĐK', 'Điểm kiểm tra định kì', 'Điểm kiểm tra định kỳ', 'Điểm KT', 'Điểm kiểm tra', 'Bài KTĐK', 'Điểm KTCN'];
const TRAIT_GROUPS = { general: [GENERAL, 'Năng lực', 'Năng lực cốt lõi', 'Những năng lực chung', 'NL chung'], specific: [SPECIFIC, 'Năng lực', 'Năng lực cốt lõi', 'Những năng lực đặc thù', 'NL đặc thù'] };
const TRAIT_SYNONYMS: Partial<Record<CompetenceCode | QualityCode, readonly string[]>> = {
  communication: ['Giao tiếp, hợp tác', 'Giao tiếp - hợp tác'], selfStudy: ['Tự chủ, tự học', 'Tự chủ - tự học'],
  problemSolving: ['GQVĐ và sáng tạo', 'Giải quyết vấn đề, sáng tạo', 'GQVĐ & sáng tạo'], aesthetics: ['Thẩm mỹ'],
};

const fold = (labels: readonly string[]): string[] => [...new Set(labels.map(foldText))];
const pairs = (left: readonly string[], right: readonly string[]): string[] => left.flatMap((one) => right.flatMap((other) => [`${one} ${other}`, `${other} ${one}`]));

function rulesOf({ key, label, synonyms = [] }: ColumnSpec): HeaderRule<RosterColumn>[] {
  const [area, code, part] = key.split('.') as [string, string?, string?];
  if (area === 'subjects') {
    const names = [label, ...(SUBJECT_SYNONYMS[code as SubjectCode] ?? [])];
    const subs = part === 'level' ? LEVELS : TESTS;
    // A subject with one column is often headed by its name alone.
    const bare: HeaderRule<RosterColumn> = { key, names: fold(names), under: fold(SUBJECT_GROUPS), alone: fold(names.filter((name) => !SHARED.has(foldText(name)))) };
    const full: HeaderRule<RosterColumn> = { key, names: fold(subs), under: fold(names), alone: fold(pairs(names, subs)) };
    return part === 'level' ? [full, bare] : [full];
  }
  if (area === 'competences' || area === 'qualities') {
    const names = [label, ...(TRAIT_SYNONYMS[code as CompetenceCode] ?? [])];
    const groups = area === 'qualities' ? [QUALITY, 'Phẩm chất chủ yếu', 'Những phẩm chất chủ yếu', 'PC'] : TRAIT_GROUPS[COMPETENCES[code as CompetenceCode].kind];
    const prefixed = names.flatMap((name) => [`NL ${name}`, `Năng lực ${name}`, `PC ${name}`, `Phẩm chất ${name}`]);
    return [{ key, names: fold(names), under: fold(groups), alone: fold([...prefixed, ...names.filter((name) => !SHARED.has(foldText(name)))]) }];
  }
  if (key.startsWith('remarks.')) {
    return [{ key, names: fold([label, ...synonyms]), under: fold(['Nhận xét', 'Nhận xét cuối năm']), alone: fold(synonyms.filter((one) => /nhận xét/i.test(one))) }];
  }
  const parent = PARENTS[key];
  const plain: HeaderRule<RosterColumn> = { key, names: fold([label, ...synonyms]) };
  // "Cha" over "Họ và tên" is the father's name, so these rules stand before the pupil's own.
  return parent === undefined ? [plain] : [{ key, names: fold(['Họ và tên', 'Họ tên']), under: fold(parent) }, plain];
}

/** Names that a subject shares with a competence: only their group tells them apart. */
const SHARED = new Set(['khoa hoc', 'cong nghe', 'tin hoc', 'the chat', 'ngon ngu']);

export const HEADER_RULES: readonly HeaderRule<RosterColumn>[] = ALL_COLUMNS
  .flatMap(rulesOf)
  .sort((left, right) => Number(right.under !== undefined) - Number(left.under !== undefined));
