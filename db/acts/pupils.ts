import { CHANGEABLE_STATUSES, type PupilReason, type PupilStatus } from '../../domain/pupilStatus.js';
import { cardInBatch } from '../cards/items.js';
import { draftSubmitted } from '../cards/draft.js';
import { moveCards } from '../cards/move.js';
import { rows, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';

type PupilDecision = DecisionRow<'exempt_pupils'> | DecisionRow<'exclude_pupils'> | DecisionRow<'hold_pupils'>;

/**
 * Exempts pupils or holds them for re-assessment (they stay in the denominator, with the reason), or records their movement (they leave
 * it). A pupil whose card anybody has signed is not changed: a signed card leaves by recall only.
 */
export async function changePupils(db: Db, decision: PupilDecision): Promise<void> {
  const { pupilIds } = decision.payload;
  const [status, reason, note] = changeOf(decision);
  const changed = await rows<{ id: string }>(db, `
    WITH changed AS (
      UPDATE expected_pupil p SET status = :status, reason = :reason, reason_note = :note, status_at = now(), reassessed_at = CASE WHEN :status <> 'held' THEN p.reassessed_at END
      WHERE p.id = ANY(:pupilIds) AND p.campaign_id = :campaignId AND p.school_code = :schoolCode AND p.status = ANY(:changeable)
        AND NOT EXISTS (SELECT 1 FROM report_card c WHERE c.expected_pupil_id = p.id AND (${cardInBatch('c.id')} OR c.state NOT IN ('drafted', 'superseded', 'recalled')))
      RETURNING p.id, p.class_id),
    told AS (
      INSERT INTO audit (actor_id, act, subject_kind, subject_id, to_state, decision_id, detail)
      SELECT :actorId::uuid, :act, 'class', class_id::text, :status, :decisionId::uuid, jsonb_build_object('pupilId', id, 'note', :note::text) FROM changed)
    SELECT id FROM changed`,
  { status, reason, note, pupilIds, changeable: CHANGEABLE_STATUSES[decision.act], campaignId: decision.campaignId, schoolCode: decision.schoolCode, actorId: decision.actorId, act: decision.act, decisionId: decision.id });
  await moveCards(db, {
    from: ['drafted'], to: 'superseded', act: decision.act, actorId: decision.actorId, decisionId: decision.id,
    where: 'c.expected_pupil_id = ANY(:changed)', bindings: { changed: changed.map((pupil) => pupil.id) },
  });
  await tasksChanged(db, changed.map((pupil) => pupil.id));
}

function changeOf(decision: PupilDecision): readonly [PupilStatus, PupilReason, string] {
  switch (decision.act) {
    case 'exempt_pupils': return ['exempt', 'exempt_by_department', decision.payload.reason];
    case 'hold_pupils': return ['held', 'awaiting_reassessment', decision.payload.evidence];
    case 'exclude_pupils': return ['excluded', decision.payload.movement, decision.payload.evidence];
  }
}

/** The class's open tasks are about other pupils now: a page opened before is out of date. */
export const tasksChanged = (db: Db, pupils: readonly string[]) =>
  db.raw(`UPDATE task SET version = version + 1 WHERE state = 'open' AND class_id IN (SELECT class_id FROM expected_pupil WHERE id = ANY(:pupils))`, { pupils });

/**
 * The re-assessment has taken place: pupils who waited for it are expected again, and their cards are drafted from the data handed in
 * last, whatever the result; where none came yet, the clerk is asked for them. Others are left as they are.
 */
export async function releasePupils(db: Db, decision: DecisionRow<'release_pupils'>): Promise<void> {
  const { pupilIds, evidence } = decision.payload;
  const which = { pupilIds, evidence, campaignId: decision.campaignId, schoolCode: decision.schoolCode, act: decision.act, actorId: decision.actorId, decisionId: decision.id };
  const released = (await rows<{ id: string }>(db, `
    WITH released AS (
      UPDATE expected_pupil p SET status = 'expected', reason = NULL, reason_note = NULL, status_at = now(), reassessed_at = now()
      WHERE p.id = ANY(:pupilIds) AND p.campaign_id = :campaignId AND p.school_code = :schoolCode AND p.status = 'held' AND p.reason = 'awaiting_reassessment' RETURNING p.id, p.class_id),
    told AS (
      INSERT INTO audit (actor_id, act, subject_kind, subject_id, from_state, to_state, decision_id, detail)
      SELECT :actorId::uuid, :act, 'class', class_id::text, 'held', 'expected', :decisionId::uuid, jsonb_build_object('pupilId', id, 'note', :evidence::text) FROM released)
    SELECT id FROM released`, which)).map((pupil) => pupil.id);
  await draftSubmitted(db, { ...which, pupilIds: released });
  await tasksChanged(db, released);
}
