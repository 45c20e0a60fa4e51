import { CHANGEABLE_STATUSES } from '../../domain/pupilStatus.js';
import { moveCards } from '../cards/move.js';
import { rows, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';

type PupilDecision = DecisionRow<'exempt_pupils'> | DecisionRow<'exclude_pupils'>;

/**
 * Exempts pupils (they stay in the denominator, with the reason) or records their movement (they leave it). A pupil whose card anybody
 * has signed is not changed: a signed card leaves by recall only.
 */
export async function changePupils(db: Db, decision: PupilDecision): Promise<void> {
  const { pupilIds } = decision.payload;
  const [status, reason, note] = decision.act === 'exempt_pupils'
    ? ['exempt', 'exempt_by_department', decision.payload.reason] as const
    : ['excluded', decision.payload.movement, decision.payload.evidence] as const;
  const changed = await rows<{ id: string }>(db, `
    WITH changed AS (
      UPDATE expected_pupil p SET status = :status, reason = :reason, reason_note = :note, status_at = now()
      WHERE p.id = ANY(:pupilIds) AND p.campaign_id = :campaignId AND p.school_code = :schoolCode AND p.status = ANY(:changeable)
        AND NOT EXISTS (SELECT 1 FROM report_card c WHERE c.expected_pupil_id = p.id AND (c.batch_id IS NOT NULL OR c.state NOT IN ('drafted', 'superseded', 'recalled')))
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
  await db.raw(`UPDATE task SET version = version + 1 WHERE state = 'open' AND class_id IN (SELECT class_id FROM expected_pupil WHERE id = ANY(:changed))`, { changed: changed.map((pupil) => pupil.id) });
}
