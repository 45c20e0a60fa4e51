import {
  COMPETENCE_CODES, COMPETENCES, QUALITY_CODES, SUBJECTS,
  type CompetenceCode, type OverallResult, type PupilRecord, type QualityCode, type SubjectCode, type SubjectResult, type TraitLevel,
} from '../../domain/record.js';
import { overallResult, subjectsOfGrade } from '../../domain/recordRules.js';
import type { Random } from './random.js';
import { remarksFor } from './remarks.js';

/** About what primary schools report of those who complete the grade; who does not, and waits for the summer, the plan says. */
const RESULT_MIX: Record<Exclude<OverallResult, 'CHT'>, number> = { HTXS: 24, HTT: 34, HT: 42 };

export type YearResults = Pick<PupilRecord, 'subjects' | 'competences' | 'qualities' | 'remarks' | 'summary'>;

/**
 * One pupil's year. A result is drawn first and parts are drawn to suit it; what the summary says is then computed from
 * the parts by circular 27's own rule, so that a mistake here cannot make a card that contradicts itself.
 * @param of `minorityLanguage`: whether the pupil also takes Tiếng dân tộc; `failed`: CHT
 */
export function drawYearResults(random: Random, grade: number, { minorityLanguage, failed }: { minorityLanguage: boolean; failed: boolean }): YearResults {
  const mixed = random.weighted(RESULT_MIX);
  const aim: OverallResult = failed ? 'CHT' : mixed;
  const codes: readonly SubjectCode[] = minorityLanguage ? [...subjectsOfGrade(grade), 'TDT'] : subjectsOfGrade(grade);
  const weak = aim === 'CHT' ? random.pick(codes.filter((code) => SUBJECTS[code].tested)) : null;
  const subjects = codes.map((code) => drawSubject(random, code, aim, code === weak));
  const parts = { subjects, ...drawTraits(random, grade, aim) };
  const result = overallResult(parts);
  const promoted = result !== 'CHT';
  return {
    ...parts,
    remarks: remarksFor(random, result),
    summary: {
      result,
      promoted,
      gradeCompleted: promoted,
      primaryCompleted: grade === 5 ? promoted : null,
      award: result === 'HTXS' ? 'Học sinh Xuất sắc' : result === 'HTT' && random.chance(0.4) ? 'Học sinh Tiêu biểu' : null,
      suddenAward: random.chance(0.02) ? 'Giấy khen của Hiệu trưởng: nhặt được của rơi, trả lại người mất' : null,
    },
  };
}

function drawSubject(random: Random, subject: SubjectCode, aim: OverallResult, weak: boolean): SubjectResult {
  const { tested } = SUBJECTS[subject];
  const draw = (level: SubjectResult['level'], from: number, to: number): SubjectResult =>
    ({ subject, level, test: tested ? random.between(from, to) : null });
  if (weak) return draw('C', 2, 4);
  if (aim === 'HTXS') return draw('T', 9, 10);
  if (aim === 'HTT') return draw('T', 7, 9);
  return random.chance(0.55) ? draw('H', 5, 8) : draw('T', 7, 10);
}

function drawTraits(random: Random, grade: number, aim: OverallResult): Pick<PupilRecord, 'competences' | 'qualities'> {
  const level = (): TraitLevel => (aim === 'HTXS' || aim === 'HTT' || random.chance(0.5) ? 'T' : 'Đ');
  const competences = Object.fromEntries(COMPETENCE_CODES.map((code) => [
    code,
    // Công nghệ and Tin học are taught from grade 3, so grades 1 and 2 leave these two competences out.
    COMPETENCES[code].mandatory || grade >= 3 ? level() : null,
  ])) as Record<CompetenceCode, TraitLevel | null>;
  const qualities = Object.fromEntries(QUALITY_CODES.map((code) => [code, level()])) as Record<QualityCode, TraitLevel>;
  return { competences, qualities };
}
