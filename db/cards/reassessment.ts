import { AWAITS_REASSESSMENT } from '../../domain/pupilStatus.js';
import { rows, type Db } from '../connect.js';
import { cardInBatch } from './items.js';
import { moveCards } from './move.js';

type Upload = { uploadId: string; actorId: string | null; decisionId: string | null };

/**
 * What a result handed in does to its pupil, before cards are drafted: CHT holds the pupil until the summer's re-assessment, unless the
 * Sở noted that it has taken place, anybody signed the card, or this is the summer's cycle; a better result ends that hold. A pupil whom the
 * Sở marked is not freed by the same data that the mark was put on.
 */
export async function followResults(db: Db, upload: Upload, classIds: readonly string[]): Promise<void> {
  const changed = await rows<{ id: string; status: string }>(db, `
    WITH handed AS (
      SELECT p.id, p.status, p.reason, p.reassessed_at, r.record, r.record->'summary'->>'result' = :result AS waits
      FROM upload_class u CROSS JOIN LATERAL jsonb_array_elements(u.records) AS r(record)
      JOIN expected_pupil p ON p.class_id = u.class_id AND p.pupil_code = r.record->'identity'->>'pupilCode'
      JOIN campaign k ON k.id = p.campaign_id AND k.cycle = ANY(:cycles)
      WHERE u.upload_id = :uploadId AND u.class_id = ANY(:classIds)),
    held AS (
      UPDATE expected_pupil p SET status = 'held', reason = 'awaiting_reassessment', reason_note = NULL, status_at = now() FROM handed h
      WHERE p.id = h.id AND h.waits AND h.status = 'expected' AND h.reassessed_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM report_card c WHERE c.expected_pupil_id = p.id AND (${cardInBatch('c.id')} OR c.state NOT IN ('drafted', 'superseded', 'recalled')))
      RETURNING p.id, p.class_id),
    freed AS (
      UPDATE expected_pupil p SET status = 'expected', reason = NULL, reason_note = NULL, status_at = now() FROM handed h
      WHERE p.id = h.id AND NOT h.waits AND h.status = 'held' AND h.reason = 'awaiting_reassessment'
        AND NOT EXISTS (SELECT 1 FROM report_card c WHERE c.expected_pupil_id = p.id AND c.record = h.record)
      RETURNING p.id, p.class_id),
    changed AS (SELECT id, class_id, 'expected' AS was, 'held' AS status FROM held UNION ALL SELECT id, class_id, 'held', 'expected' FROM freed),
    told AS (
      INSERT INTO audit (actor_id, act, subject_kind, subject_id, from_state, to_state, decision_id, detail)
      SELECT :actorId::uuid, 'upload_roster', 'class', class_id::text, was, status, :decisionId::uuid, jsonb_build_object('pupilId', id, 'uploadId', :uploadId::text) FROM changed)
    SELECT id, status FROM changed`, { ...upload, classIds, result: AWAITS_REASSESSMENT.result, cycles: AWAITS_REASSESSMENT.cycles });
  const held = changed.filter((pupil) => pupil.status === 'held').map((pupil) => pupil.id);
  if (held.length === 0) return;
  await moveCards(db, {
    from: ['drafted'], to: 'superseded', act: 'upload_roster', actorId: upload.actorId, decisionId: upload.decisionId, where: 'c.expected_pupil_id = ANY(:held)', bindings: { held },
  });
}
