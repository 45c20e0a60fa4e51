import {
  COMPETENCE_CODES, COMPETENCES, QUALITY_CODES, SUBJECT_CODES, SUBJECTS,
  type OverallResult, type PupilRecord, type SubjectCode,
} from './record.js';

/**
 * Rules over one pupil's record at primary level. Source: thông tư 27/2020/TT-BGDĐT, restated in spec §2.2.
 * Pure: no clock, no database. A broken rule is a value, never an exception.
 */
export type RecordFault = {
  rule: RecordRule;
  /** Dotted path into the record, e.g. `identity.personalNumber` or `subjects.TOAN.test`. */
  field: string;
  /** A sentence a clerk understands, in Vietnamese. */
  message: string;
};

export type RecordRule =
  | 'personal-number-shape' | 'personal-number-sex' | 'personal-number-year'
  | 'subject-missing' | 'subject-twice' | 'subject-not-in-grade' | 'test-missing' | 'test-not-allowed' | 'test-range'
  | 'competence-missing' | 'result-mismatch' | 'promotion-mismatch' | 'completion-mismatch' | 'name-missing'
  | 'birth-date-range';

export const subjectsOfGrade = (grade: number): readonly SubjectCode[] =>
  SUBJECT_CODES.filter((code) => !SUBJECTS[code].optional && (SUBJECTS[code].grades as readonly number[]).includes(grade));

/** HTXS / HTT / HT / CHT from the parts (spec §2.2, circular 27 art. 9). */
export function overallResult(record: Pick<PupilRecord, 'subjects' | 'competences' | 'qualities'>): OverallResult {
  const traits = [
    ...COMPETENCE_CODES.map((code) => record.competences[code]).filter((level) => level !== null),
    ...QUALITY_CODES.map((code) => record.qualities[code]),
  ];
  const tests = record.subjects.map((subject) => subject.test).filter((test) => test !== null);
  const all = (levels: readonly string[], ...allowed: string[]) => levels.every((level) => allowed.includes(level));
  const subjects = record.subjects.map((subject) => subject.level);
  if (all(subjects, 'T') && all(traits, 'T') && tests.every((test) => test >= 9)) return 'HTXS';
  if (all(subjects, 'T') && all(traits, 'T') && tests.every((test) => test >= 7)) return 'HTT';
  if (all(subjects, 'T', 'H') && all(traits, 'T', 'Đ') && tests.every((test) => test >= 5)) return 'HT';
  return 'CHT';
}

/**
 * Every broken rule of one record in `grade` (1–5).
 * @param grade the class's grade
 * @param schoolYear `2025-2026`; a pupil of that year is between 4 and 20 years old at its start
 */
export function recordFaults(record: PupilRecord, grade: number, schoolYear: string): RecordFault[] {
  return [
    ...identityFaults(record, schoolYear),
    ...subjectFaults(record, grade),
    ...competenceFaults(record),
    ...summaryFaults(record, grade),
  ];
}

/** 12 digits: 3 place, 1 century and sex (0/1 = 19xx male/female, 2/3 = 20xx), 2 birth year, 6 serial; no check digit. */
export function personalNumberFaults(number: string, sex: 'male' | 'female', birthDate: string): RecordFault[] {
  const field = 'identity.personalNumber';
  if (!/^\d{12}$/.test(number)) return [{ rule: 'personal-number-shape', field, message: `Số định danh phải có đúng 12 chữ số; ô này có ${number.length} ký tự.` }];
  const faults: RecordFault[] = [];
  const marker = Number(number[3]);
  if (marker > 3 || marker % 2 !== (sex === 'male' ? 0 : 1)) {
    faults.push({ rule: 'personal-number-sex', field, message: `Chữ số thứ tư của số định danh không khớp giới tính ${sex === 'male' ? 'Nam' : 'Nữ'}.` });
  }
  const year = (marker >= 2 ? 2000 : 1900) + Number(number.slice(4, 6));
  if (year !== Number(birthDate.slice(0, 4))) {
    faults.push({ rule: 'personal-number-year', field, message: `Số định danh ghi năm sinh ${year}, ngày sinh ghi năm ${birthDate.slice(0, 4)}.` });
  }
  return faults;
}

/** @param schoolYear `2025-2026`; counted by calendar years */
export function birthDateFaults(birthDate: string, schoolYear: string): RecordFault[] {
  const age = Number(schoolYear.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return age < 4 || age > 20 ? [{ rule: 'birth-date-range', field: 'identity.birthDate', message: `Ngày sinh cho tuổi ${age}: không hợp lí với học sinh tiểu học.` }] : [];
}

function identityFaults({ identity }: PupilRecord, schoolYear: string): RecordFault[] {
  const faults: RecordFault[] = [];
  if (identity.fullName.trim() === '') faults.push({ rule: 'name-missing', field: 'identity.fullName', message: 'Thiếu họ và tên học sinh.' });
  faults.push(...birthDateFaults(identity.birthDate, schoolYear));
  if (identity.personalNumber !== null) faults.push(...personalNumberFaults(identity.personalNumber, identity.sex, identity.birthDate));
  return faults;
}

function subjectFaults(record: PupilRecord, grade: number): RecordFault[] {
  const faults: RecordFault[] = [];
  const present = new Set(record.subjects.map((subject) => subject.subject));
  for (const code of subjectsOfGrade(grade)) {
    if (!present.has(code)) faults.push({ rule: 'subject-missing', field: `subjects.${code}`, message: `Thiếu môn ${SUBJECTS[code].name} của khối ${grade}.` });
  }
  const twice = SUBJECT_CODES.filter((code) => record.subjects.filter((one) => one.subject === code).length > 1);
  faults.push(...twice.map((code): RecordFault => ({ rule: 'subject-twice', field: `subjects.${code}`, message: `Môn ${SUBJECTS[code].name} có hai lần.` })));
  for (const { subject, test } of record.subjects) {
    const { name, grades, tested } = SUBJECTS[subject];
    const field = `subjects.${subject}`;
    if (!(grades as readonly number[]).includes(grade)) {
      faults.push({ rule: 'subject-not-in-grade', field, message: `Khối ${grade} không học môn ${name}.` });
    } else if (!tested && test !== null) {
      faults.push({ rule: 'test-not-allowed', field: `${field}.test`, message: `Môn ${name} không có bài kiểm tra định kì.` });
    } else if (tested && test === null && testRequired(subject, grade)) {
      faults.push({ rule: 'test-missing', field: `${field}.test`, message: `Thiếu điểm kiểm tra định kì môn ${name}.` });
    } else if (test !== null && (!Number.isInteger(test) || test < 0 || test > 10)) {
      faults.push({ rule: 'test-range', field: `${field}.test`, message: `Điểm kiểm tra môn ${name} phải là số nguyên từ 0 đến 10.` });
    }
  }
  return faults;
}

/** Every tested subject of the grade has its year-end test (circular 27 art. 7). */
const testRequired = (subject: SubjectCode, grade: number): boolean =>
  SUBJECTS[subject].tested && (SUBJECTS[subject].grades as readonly number[]).includes(grade);

function competenceFaults(record: PupilRecord): RecordFault[] {
  return COMPETENCE_CODES
    .filter((code) => COMPETENCES[code].mandatory && record.competences[code] === null)
    .map((code) => ({ rule: 'competence-missing', field: `competences.${code}`, message: `Thiếu mức đạt được của năng lực ${COMPETENCES[code].name}.` }));
}

function summaryFaults(record: PupilRecord, grade: number): RecordFault[] {
  const faults: RecordFault[] = [];
  const { summary } = record;
  const computed = overallResult(record);
  if (summary.result !== computed) {
    faults.push({ rule: 'result-mismatch', field: 'summary.result', message: `Đánh giá ghi ${summary.result}, theo điểm và mức đạt được phải là ${computed}.` });
  }
  // CHT may still be promoted, but only by a decision after re-assessment, which raises the result itself.
  if (summary.promoted !== (computed !== 'CHT')) {
    faults.push({ rule: 'promotion-mismatch', field: 'summary.promoted', message: computed === 'CHT' ? 'Kết quả CHT thì chưa được lên lớp.' : 'Kết quả từ HT trở lên thì được lên lớp.' });
  }
  if (summary.gradeCompleted !== summary.promoted || (grade === 5) !== (summary.primaryCompleted !== null) || (grade === 5 && summary.primaryCompleted !== summary.promoted)) {
    faults.push({ rule: 'completion-mismatch', field: 'summary.gradeCompleted', message: 'Mục hoàn thành chương trình không khớp với mục lên lớp.' });
  }
  return faults;
}
