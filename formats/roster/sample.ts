import { seededRandom } from '../../domain/seededRandom.js';
import type { PlainDate } from '../../domain/brand.js';
import {
  COMPETENCE_CODES, COMPETENCES, QUALITY_CODES, SUBJECTS,
  type CompetenceCode, type HistoryEntry, type OverallResult, type PupilRecord, type QualityCode, type Sex, type SubjectResult, type TraitLevel,
} from '../../domain/record.js';
import { overallResult, subjectsOfGrade } from '../../domain/recordRules.js';
import type { RosterTemplate, TemplateClass } from './template.js';

export type SampleInput = { pupils: number; seed: number; schoolYear: string };

const FAMILIES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Lý', 'Thạch', 'Giàng', 'Lò', 'Đặng', 'Vũ'] as const;
const MIDDLES = { male: ['Minh', 'Gia', 'Đức', 'A', 'Văn'], female: ['Thị', 'Bảo', 'Ngọc', 'Khánh', 'Thanh'] } as const satisfies Record<Sex, readonly string[]>;
const GIVENS = { male: ['An', 'Bình', 'Khôi', 'Sơn', 'Tùng', 'Phúc', 'Nhật'], female: ['Anh', 'Chi', 'Dung', 'Hà', 'Lan', 'Mai', 'Yến'] } as const satisfies Record<Sex, readonly string[]>;
const PEOPLES = ['Kinh', 'Kinh', 'Kinh', 'Khmer', 'Hmông', 'Thái'] as const;
const RESULTS = ['HTXS', 'HTT', 'HTT', 'HT', 'HT', 'HT', 'CHT'] as const satisfies readonly OverallResult[];
const REMARKS: Record<OverallResult, string> = {
  HTXS: 'Chăm ngoan, tự giác, học tập xuất sắc.', HTT: 'Chăm chỉ, tiếp thu bài tốt.', HT: 'Có cố gắng, cần đọc bài nhiều hơn.', CHT: 'Cần được giúp đỡ thêm để hoàn thành các môn học.',
};
/** Three digits that no province or country uses for birth registration, so that no sample number is anyone's. */
const UNALLOCATED_PLACE = '099';
const SCHOOL = { name: 'Trường Tiểu học Mẫu', code: '00990001' } as const;
const PUPILS_PER_CLASS = 30;

type Random = { below(limit: number): number; of<T>(list: readonly T[]): T };

/** The same seed gives the same workbook everywhere. */
function randomOf(seed: number): Random {
  const next = seededRandom(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, of: (list) => list[below(list.length)] as (typeof list)[number] };
}

/** A school of valid pupils, spread over grades 1–5 in classes of at most 30, every overall result among them. */
export function sampleRoster({ pupils, seed, schoolYear }: SampleInput): RosterTemplate {
  const random = randomOf(seed);
  const classes: TemplateClass[] = [];
  let serial = 0;
  for (let grade = 1; grade <= 5; grade++) {
    let left = Math.floor(pupils / 5) + (grade <= pupils % 5 ? 1 : 0);
    for (let letter = 0; left > 0; letter++) {
      const name = `${grade}${letter < 26 ? String.fromCharCode(65 + letter) : `/${letter + 1}`}`;
      const records = Array.from({ length: Math.min(left, PUPILS_PER_CLASS) }, () => sampleRecord({ random, grade, schoolYear, className: name, serial: ++serial }));
      left -= records.length;
      classes.push({ name, grade, homeroomTeacher: personName(random, 'female'), pupils: records.map((record) => record.identity), records });
    }
  }
  return { schoolName: SCHOOL.name, schoolCode: SCHOOL.code, schoolYear, classes };
}

const personName = (random: Random, sex: Sex): string => `${random.of(FAMILIES)} ${random.of(MIDDLES[sex])} ${random.of(GIVENS[sex])}`;
const padded = (value: number, width: number): string => String(value).padStart(width, '0');

type RecordInput = { random: Random; grade: number; schoolYear: string; className: string; serial: number };

function sampleRecord({ random, grade, schoolYear, className, serial }: RecordInput): PupilRecord {
  const sex: Sex = random.below(2) === 0 ? 'male' : 'female';
  const startYear = Number(schoolYear.slice(0, 4));
  const birthYear = startYear - 5 - grade;
  const birthDate = `${birthYear}-${padded(1 + random.below(12), 2)}-${padded(1 + random.below(28), 2)}` as PlainDate;
  const result = random.of(RESULTS);
  const marks = marksFor(result, grade, random);
  const promoted = result !== 'CHT';
  const commune = `Xã Mẫu ${1 + random.below(4)}`;
  return {
    identity: {
      pupilCode: padded(99_000_000 + serial, 10), personalNumber: `${UNALLOCATED_PLACE}${sex === 'male' ? 2 : 3}${padded(birthYear % 100, 2)}${padded(serial, 6)}`,
      fullName: personName(random, sex), sex, birthDate, birthPlace: 'Bệnh viện Mẫu', homeTown: commune, address: `Thôn ${1 + random.below(9)}, ${commune}`,
      ethnicity: random.of(PEOPLES), nationality: 'Việt Nam', fatherName: random.below(8) === 0 ? null : personName(random, 'male'),
      motherName: personName(random, 'female'), guardianName: null, registerNumber: `${padded(serial, 4)}/${startYear}`,
    },
    attendance: { excusedAbsences: random.below(6), unexcusedAbsences: random.below(2) },
    body: { weightKg: String(16 + grade * 3 + random.below(60) / 10), heightCm: String(105 + grade * 6 + random.below(8)) },
    history: historyOf(grade, startYear, className),
    ...marks,
    remarks: { qualities: REMARKS[result], generalCompetences: REMARKS[result], specificCompetences: REMARKS[result], teacher: REMARKS[result] },
    summary: {
      result, promoted, gradeCompleted: promoted, primaryCompleted: grade === 5 ? promoted : null,
      award: result === 'HTXS' ? 'Học sinh Xuất sắc' : result === 'HTT' ? 'Học sinh Tiêu biểu' : null, suddenAward: null,
    },
  };
}

const historyOf = (grade: number, startYear: number, className: string): HistoryEntry[] =>
  Array.from({ length: grade }, (_, index) => {
    const year = startYear - grade + 1 + index;
    return { schoolYear: `${year}-${year + 1}`, className: `${index + 1}${className.slice(1)}`, schoolName: SCHOOL.name, enteredOn: `${startYear - grade + 1}-09-05` as PlainDate };
  });

/**
 * Marks that give exactly the wanted overall result (circular 27 art. 9): everything at the result's floor or above, and
 * one mark that keeps it from the next better result.
 */
export function marksFor(result: OverallResult, grade: number, random: Random): Pick<PupilRecord, 'subjects' | 'competences' | 'qualities'> {
  const floor = { HTXS: 9, HTT: 7, HT: 5, CHT: 5 }[result];
  const best = result === 'HTXS' || result === 'HTT';
  const subjects: SubjectResult[] = subjectsOfGrade(grade).map((subject) => ({
    subject, level: best || random.below(3) === 0 ? 'T' : 'H', test: SUBJECTS[subject].tested ? floor + random.below(11 - floor) : null,
  }));
  const trait = (): TraitLevel => (best || random.below(3) === 0 ? 'T' : 'Đ');
  const competences = Object.fromEntries(COMPETENCE_CODES.map((code) => [code, COMPETENCES[code].mandatory || grade >= 3 ? trait() : null])) as Record<CompetenceCode, TraitLevel | null>;
  const qualities = Object.fromEntries(QUALITY_CODES.map((code) => [code, trait()])) as Record<QualityCode, TraitLevel>;
  const [first] = subjects;
  if (first === undefined) throw new Error(`No subjects in grade ${grade}`);
  if (result === 'HTT') first.test = 7 + random.below(2);
  if (result === 'HT') first.level = 'H';
  if (result === 'CHT') Object.assign(first, { level: 'C', test: 2 + random.below(3) });
  const marks = { subjects, competences, qualities };
  if (overallResult(marks) !== result) throw new Error(`Sample marks give ${overallResult(marks)} instead of ${result}`);
  return marks;
}
