import { identityProblems } from '../../domain/expectedPupil.js';
import { ARRIVAL_REASONS } from '../../domain/pupilStatus.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { HOLDS_NUMBER } from '../cards/numbers.js';
import { row, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';

/**
 * May this pupil join the class? Each child is in a campaign's list once, by code and by number, those who left aside.
 * @param schoolYear of the campaign, `2025-2026`
 */
export async function judgeArrival(db: Db, { campaignId, schoolCode, payload }: DecisionRow<'admit_pupil'>, schoolYear: string): Promise<RefusalCode | null> {
  const { classId, pupil, arrival, evidence } = payload;
  if (evidence.trim().length < 5) return 'reason-missing';
  // A payload is what a form sent.
  const texts = [pupil.pupilCode, pupil.fullName, pupil.ethnicity, pupil.nationality];
  if (!Object.hasOwn(ARRIVAL_REASONS, arrival) || texts.some((text) => text.trim() === '') || Object.keys(identityProblems(pupil, schoolYear)).length > 0) return 'bad-input';
  if (await row(db, 'SELECT 1 FROM class WHERE id = :classId AND campaign_id = :campaignId AND school_code = :schoolCode', { classId, campaignId, schoolCode }) === undefined) return 'not-found';
  const known = await row<{ listed: boolean | null; numbered: boolean | null; left: boolean | null }>(db, `
    SELECT bool_or(o.pupil_code = :code AND o.status <> 'excluded') AS listed, bool_or(o.personal_number = :number AND ${HOLDS_NUMBER}) AS numbered,
      bool_or(o.pupil_code = :code AND o.status = 'excluded' AND o.school_code = :schoolCode) AS left
    FROM expected_pupil o WHERE o.campaign_id = :campaignId AND (o.pupil_code = :code OR o.personal_number = :number)`,
  { campaignId, schoolCode, code: pupil.pupilCode, number: pupil.personalNumber });
  if (known?.listed === true) return 'pupil-listed';
  if (known?.numbered === true) return 'number-listed';
  return arrival === 'restored' && known?.left !== true ? 'nobody-to-restore' : null;
}
