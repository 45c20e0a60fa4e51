import { AWAITS_REASSESSMENT, heldReason } from '../../domain/pupilStatus.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { draftSubmitted } from '../cards/draft.js';
import { row, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { SUBMITTED_WITHOUT_CARD } from '../upload/submitted.js';
import { tasksChanged } from './pupils.js';

/**
 * The movement in: one more pupil in the list of a running campaign, in a row of its own, also for a child who left: what was recorded
 * then stays, and list, departures and arrivals add up. Whoever was taken out by mistake gets the card from the data already handed in.
 * @returns a code when another school was quicker with the same pupil
 */
export async function admitPupil(db: Db, { id: decisionId, act, actorId, campaignId, schoolCode, payload }: DecisionRow<'admit_pupil'>): Promise<RefusalCode | null> {
  const { classId, pupil, arrival, evidence } = payload;
  const reason = heldReason(pupil);
  const came = await row<{ id: string }>(db, `
    WITH came AS (
      INSERT INTO expected_pupil (id, campaign_id, class_id, school_code, pupil_code, full_name, birth_date, sex, ethnicity, nationality, personal_number, status, reason, arrival, arrival_note, arrived_at)
      VALUES (gen_random_uuid(), :campaignId, :classId, :schoolCode, :pupilCode, :fullName, :birthDate, :sex, :ethnicity, :nationality, :personalNumber, :status, :reason, :arrival, :evidence, now())
      ON CONFLICT DO NOTHING RETURNING id, class_id, status),
    told AS (
      INSERT INTO audit (actor_id, act, subject_kind, subject_id, to_state, decision_id, detail)
      SELECT :actorId::uuid, :act, 'class', class_id::text, status, :decisionId::uuid, jsonb_build_object('pupilId', id, 'arrival', :arrival::text, 'note', :evidence::text) FROM came)
    SELECT id FROM came`,
  { ...pupil, campaignId, classId, schoolCode, status: reason === null ? 'expected' : 'held', reason, arrival, evidence, actorId, act, decisionId });
  if (came === undefined) return 'pupil-listed';
  await holdForReassessment(db, { pupilId: came.id, campaignId, schoolCode });
  await draftSubmitted(db, { campaignId, schoolCode, pupilIds: [came.id], act, actorId, decisionId });
  await tasksChanged(db, [came.id]);
  return null;
}

/** A row handed in before the pupil left may say CHT: it holds the pupil as the same data would on their way in. */
async function holdForReassessment(db: Db, which: { pupilId: string; campaignId: string | null; schoolCode: string | null }): Promise<void> {
  await touched(db, `
    UPDATE expected_pupil p SET status = 'held', reason = 'awaiting_reassessment', status_at = now()
    FROM (${SUBMITTED_WITHOUT_CARD}) s, campaign k
    WHERE p.id = :pupilId AND s.pupil_id = p.id AND p.status = 'expected' AND k.id = p.campaign_id AND k.cycle = ANY(:cycles) AND s.record->'summary'->>'result' = :result`,
  { ...which, cycles: AWAITS_REASSESSMENT.cycles, result: AWAITS_REASSESSMENT.result });
}
