import {
  COMPETENCE_CODES, COMPETENCES, QUALITIES, QUALITY_CODES, SUBJECTS, SUBJECT_LEVELS, TRAIT_LEVELS, OVERALL_RESULTS,
  type PupilIdentity, type PupilRecord,
} from './record.js';

/** One value that a second upload changes; null where there was, or is, nothing. */
export type RosterDifference = {
  pupilCode: string;
  /** Dotted path as in `RecordFault.field`; `pupil` when the whole pupil came or went. */
  field: string;
  /** Vietnamese name of the field. */
  label: string;
  before: string | null;
  after: string | null;
};

const IDENTITY_LABELS = {
  pupilCode: 'Mã học sinh', personalNumber: 'Số định danh cá nhân', fullName: 'Họ và tên', sex: 'Giới tính', birthDate: 'Ngày sinh',
  birthPlace: 'Nơi sinh', homeTown: 'Quê quán', address: 'Chỗ ở hiện nay', ethnicity: 'Dân tộc', nationality: 'Quốc tịch',
  fatherName: 'Họ và tên cha', motherName: 'Họ và tên mẹ', guardianName: 'Họ và tên người giám hộ', registerNumber: 'Số sổ đăng bộ',
} as const satisfies Record<keyof PupilIdentity, string>;
const REMARK_LABELS = {
  qualities: 'Nhận xét phẩm chất', generalCompetences: 'Nhận xét năng lực chung', specificCompetences: 'Nhận xét năng lực đặc thù', teacher: 'Nhận xét của GVCN',
} as const satisfies Record<keyof PupilRecord['remarks'], string>;

/**
 * What a second upload would change, pupil by pupil in code order: changed values, pupils who came, pupils who went.
 * Pupils are matched by code; values are shown as people read them.
 */
export function rosterDifferences(before: readonly PupilRecord[], after: readonly PupilRecord[]): RosterDifference[] {
  const old = new Map(before.map((record) => [record.identity.pupilCode, record]));
  const now = new Map(after.map((record) => [record.identity.pupilCode, record]));
  const codes = [...new Set([...old.keys(), ...now.keys()])].sort();
  return codes.flatMap((pupilCode) => {
    const [was, is] = [old.get(pupilCode), now.get(pupilCode)];
    if (was === undefined || is === undefined) {
      return [{ pupilCode, field: 'pupil', label: 'Học sinh', before: was?.identity.fullName ?? null, after: is?.identity.fullName ?? null }];
    }
    return valueDifferences(pupilCode, fieldsOf(was), fieldsOf(is));
  });
}

type Fields = Map<string, { label: string; value: string | null }>;

function valueDifferences(pupilCode: string, was: Fields, is: Fields): RosterDifference[] {
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((field) => {
    const before = was.get(field)?.value ?? null;
    const after = is.get(field)?.value ?? null;
    return before === after ? [] : [{ pupilCode, field, label: (is.get(field) ?? was.get(field))?.label ?? field, before, after }];
  });
}

const day = (date: string): string => date.split('-').reverse().join('/');
/** A workbook's cell holds a number: 21.50 goes out and comes back as 21,5. */
const measure = (value: string): string => String(Number(value)).replace('.', ',');
const yesNo = (value: boolean | null): string | null => (value === null ? null : value ? 'Có' : 'Không');

function fieldsOf(record: PupilRecord): Fields {
  const fields: Fields = new Map();
  const put = (field: string, label: string, value: string | number | null) => fields.set(field, { label, value: value === null ? null : String(value) });
  const { identity, summary } = record;
  for (const key of Object.keys(IDENTITY_LABELS) as (keyof PupilIdentity)[]) {
    put(`identity.${key}`, IDENTITY_LABELS[key], key === 'sex' ? { male: 'Nam', female: 'Nữ' }[identity.sex] : key === 'birthDate' ? day(identity.birthDate) : identity[key]);
  }
  put('attendance.excusedAbsences', 'Nghỉ có phép', record.attendance.excusedAbsences);
  put('attendance.unexcusedAbsences', 'Nghỉ không phép', record.attendance.unexcusedAbsences);
  put('body.weightKg', 'Cân nặng (kg)', measure(record.body.weightKg));
  put('body.heightCm', 'Chiều cao (cm)', measure(record.body.heightCm));
  put('history', 'Quá trình học tập', record.history.map((entry) => `${entry.schoolYear ?? '—'}: lớp ${entry.className}, ${entry.schoolName}, từ ${day(entry.enteredOn)}`).join('; '));
  for (const { subject, level, test } of record.subjects) {
    put(`subjects.${subject}.level`, `${SUBJECTS[subject].name} – mức đạt được`, SUBJECT_LEVELS[level]);
    if (test !== null) put(`subjects.${subject}.test`, `${SUBJECTS[subject].name} – điểm KTĐK`, test);
  }
  for (const code of COMPETENCE_CODES) {
    const level = record.competences[code];
    put(`competences.${code}`, `Năng lực ${COMPETENCES[code].name}`, level === null ? null : TRAIT_LEVELS[level]);
  }
  for (const code of QUALITY_CODES) put(`qualities.${code}`, `Phẩm chất ${QUALITIES[code]}`, TRAIT_LEVELS[record.qualities[code]]);
  for (const key of Object.keys(REMARK_LABELS) as (keyof PupilRecord['remarks'])[]) put(`remarks.${key}`, REMARK_LABELS[key], record.remarks[key]);
  put('summary.result', 'Đánh giá kết quả giáo dục', OVERALL_RESULTS[summary.result]);
  put('summary.promoted', 'Được lên lớp', yesNo(summary.promoted));
  put('summary.gradeCompleted', 'Hoàn thành chương trình lớp học', yesNo(summary.gradeCompleted));
  put('summary.primaryCompleted', 'Hoàn thành chương trình tiểu học', yesNo(summary.primaryCompleted));
  put('summary.award', 'Khen thưởng', summary.award);
  put('summary.suddenAward', 'Khen thưởng đột xuất', summary.suddenAward);
  return fields;
}
