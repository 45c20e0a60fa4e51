import type { PupilRecord } from '../../domain/record.js';
import { recordFaults, type RecordFault } from '../../domain/recordRules.js';

/** A record whose failed fields hold fillers. */
export type Draft = PupilRecord;

/**
 * The rules of `domain/recordRules` on a row that may have unreadable cells: everything the readable cells prove is
 * said in one pass, and nothing that rests on a filler.
 * @param failed field paths that could not be read
 */
export function ruleFaults({ record, failed }: { record: Draft; failed: ReadonlySet<string> }, grade: number, schoolYear: string): RecordFault[] {
  const faults = recordFaults(record, grade, schoolYear);
  // The overall result follows from levels and tests; while one of those is wrong, a mismatch would only send the clerk astray.
  const unsettled = faults.some((fault) => PARTS.has(fault.rule));
  return faults.filter((fault) => !restsOnFailed(fault, failed) && !(unsettled && OUTCOMES.has(fault.rule)));
}

const PARTS: ReadonlySet<RecordFault['rule']> = new Set(['subject-missing', 'subject-not-in-grade', 'test-missing', 'test-not-allowed', 'test-range', 'competence-missing']);
const OUTCOMES: ReadonlySet<RecordFault['rule']> = new Set(['result-mismatch', 'promotion-mismatch']);

function restsOnFailed({ rule, field }: RecordFault, failed: ReadonlySet<string>): boolean {
  const fell = (prefix: string) => [...failed].some((one) => one.startsWith(prefix));
  switch (rule) {
    case 'personal-number-sex': return failed.has('identity.sex');
    case 'personal-number-year': case 'birth-date-range': return failed.has('identity.birthDate');
    case 'name-missing': return failed.has('identity.fullName');
    case 'result-mismatch': return failed.has('summary.result') || fell('subjects.') || fell('competences.') || fell('qualities.');
    case 'promotion-mismatch': return failed.has('summary.promoted') || fell('subjects.') || fell('competences.') || fell('qualities.');
    case 'completion-mismatch': return failed.has('summary.promoted') || failed.has('summary.gradeCompleted') || failed.has('summary.primaryCompleted');
    default: return [...failed].some((one) => one === field || one.startsWith(`${field}.`));
  }
}
