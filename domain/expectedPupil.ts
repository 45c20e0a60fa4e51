import type { PupilIdentity } from './record.js';
import { birthDateFaults, personalNumberFaults } from './recordRules.js';

/** Who a pupil of the expected list is. */
export type ExpectedIdentity = Pick<PupilIdentity, 'pupilCode' | 'fullName' | 'birthDate' | 'sex' | 'ethnicity' | 'nationality' | 'personalNumber'>;

/**
 * What a single pupil written into a running campaign must satisfy: no card could be drafted otherwise, since the class's data are held
 * to the same rules. A whole province's list, which must not stall for one number, only warns of them.
 * @param schoolYear `2025-2026`
 * @returns field → sentence; empty when nothing is wrong
 */
export function identityProblems({ personalNumber, sex, birthDate }: Pick<ExpectedIdentity, 'personalNumber' | 'sex' | 'birthDate'>, schoolYear: string): Partial<Record<keyof ExpectedIdentity, string>> {
  const [born] = birthDateFaults(birthDate, schoolYear);
  const [number] = personalNumber === null ? [] : personalNumberFaults(personalNumber, sex, birthDate);
  return { ...(born === undefined ? {} : { birthDate: born.message }), ...(number === undefined ? {} : { personalNumber: number.message }) };
}
