import { ENDED_BY_NUMBER } from '../../domain/pupilStatus.js';
import { rows, touched, type Db } from '../connect.js';
import { SUBMITTED_WITHOUT_CARD } from '../upload/submitted.js';
import { cardInBatch } from './items.js';
import { HOLDS_NUMBER } from './numbers.js';
import { followResults } from './reassessment.js';

/** SQL: the latest card of a pupil as `l`, and what a card made now is after it: a draft nobody signed is not replaced, what it replaced is. */
export const LAST_VERSION = (pupilId: string): string =>
  `LEFT JOIN LATERAL (SELECT c.id, c.version, c.replaces_id, c.document IS NULL AS unsigned FROM report_card c WHERE c.expected_pupil_id = ${pupilId} ORDER BY c.version DESC LIMIT 1) l ON true`;
export const NEXT_VERSION = `coalesce(l.version, 0) + 1, CASE WHEN l.unsigned THEN l.replaces_id ELSE l.id END`;

/**
 * Drafts report cards from the records of an upload's classes that had `outcome`, set-based. A pupil who is held, exempt or excluded
 * gets none, nor one whose result waits for re-assessment; a drafted card takes the new record; a signed one is never touched. Classes whose version moved since the file was read
 * are left alone: the teacher has acted in between.
 * @returns ids of the classes applied
 */
export async function applyRecords(db: Db, input: { uploadId: string; outcome: 'accepted' | 'differs'; actorId: string | null; decisionId: string | null }): Promise<string[]> {
  const classes = await rows<{ id: string }>(db, `
    UPDATE class k SET collect_state = 'accepted', collected_at = now(), version = k.version + 1 FROM upload_class u
    WHERE u.upload_id = :uploadId AND u.outcome = :outcome AND k.id = u.class_id AND k.version = u.class_version RETURNING k.id`, input);
  const classIds = classes.map((one) => one.id);
  if (classIds.length === 0) return [];
  await learnNumbers(db, input, classIds);
  await followResults(db, input, classIds);
  await touched(db, `
    WITH source AS (
      SELECT p.id AS pupil_id, p.class_id, p.campaign_id, p.school_code, r.record FROM upload_class u
      CROSS JOIN LATERAL jsonb_array_elements(u.records) AS r(record)
      JOIN expected_pupil p ON p.class_id = u.class_id AND p.pupil_code = r.record->'identity'->>'pupilCode'
      WHERE u.upload_id = :uploadId AND u.class_id = ANY(:classIds) AND p.status = 'expected'),
    kept AS (
      UPDATE report_card c SET record = s.record, state_at = now() FROM source s
      WHERE c.expected_pupil_id = s.pupil_id AND c.state = 'drafted' AND NOT ${cardInBatch('c.id')} AND c.record <> s.record RETURNING c.id),
    made AS (
      INSERT INTO report_card (id, campaign_id, expected_pupil_id, class_id, school_code, version, replaces_id, state, record)
      SELECT gen_random_uuid(), s.campaign_id, s.pupil_id, s.class_id, s.school_code, ${NEXT_VERSION}, 'drafted', s.record FROM source s ${LAST_VERSION('s.pupil_id')}
      WHERE NOT EXISTS (SELECT 1 FROM report_card c WHERE c.expected_pupil_id = s.pupil_id AND c.state NOT IN ('superseded', 'recalled')) RETURNING id)
    INSERT INTO audit (actor_id, act, subject_kind, subject_id, from_state, to_state, decision_id, detail)
    SELECT :actorId::uuid, 'upload_roster', 'card', id::text, from_state, 'drafted', :decisionId::uuid, jsonb_build_object('uploadId', :uploadId::text)
    FROM (SELECT id, 'drafted' AS from_state FROM kept UNION ALL SELECT id, NULL FROM made) changed`, { ...input, classIds });
  await touched(db, `UPDATE class_return SET resolved_at = now() WHERE class_id = ANY(:classIds) AND from_stage = 'review' AND resolved_at IS NULL`, { classIds });
  await touched(db, `UPDATE task SET version = version + 1 WHERE class_id = ANY(:classIds) AND state = 'open'`, { classIds });
  return classIds;
}

/**
 * A number that arrives with the data ends the hold of a pupil who had none. One that is somebody else's would give two pupils one
 * card's identity: that hold stays, and says so from now on, with where the other pupil is and no name.
 */
async function learnNumbers(db: Db, input: { uploadId: string; actorId: string | null; decisionId: string | null }, classIds: string[]): Promise<void> {
  await touched(db, `
    WITH offered AS (
      SELECT p.id, p.class_id, r.record->'identity'->>'personalNumber' AS number,
        (SELECT CASE WHEN o.school_code = p.school_code THEN 'Trùng với một học sinh lớp ' || k.name || ' của trường' ELSE 'Trùng với một học sinh của trường khác' END
          FROM expected_pupil o JOIN class k ON k.id = o.class_id
          WHERE o.campaign_id = p.campaign_id AND o.id <> p.id AND ${HOLDS_NUMBER} AND o.personal_number = r.record->'identity'->>'personalNumber' ORDER BY o.school_code = p.school_code DESC, o.id LIMIT 1) AS conflict
      FROM upload_class u CROSS JOIN LATERAL jsonb_array_elements(u.records) AS r(record)
      JOIN expected_pupil p ON p.class_id = u.class_id AND p.pupil_code = r.record->'identity'->>'pupilCode'
      WHERE u.upload_id = :uploadId AND u.class_id = ANY(:classIds) AND p.status = 'held' AND p.reason = ANY(:reasons) AND r.record->'identity'->>'personalNumber' IS NOT NULL),
    learnt AS (
      UPDATE expected_pupil p SET personal_number = o.number, status = 'expected', reason = NULL, reason_note = NULL, status_at = now()
      FROM offered o WHERE p.id = o.id AND o.conflict IS NULL RETURNING p.id, p.class_id),
    kept AS (
      UPDATE expected_pupil p SET reason = 'number_of_another', reason_note = o.conflict, status_at = now()
      FROM offered o WHERE p.id = o.id AND o.conflict IS NOT NULL AND (p.reason <> 'number_of_another' OR p.reason_note IS DISTINCT FROM o.conflict) RETURNING p.id, p.class_id)
    INSERT INTO audit (actor_id, act, subject_kind, subject_id, from_state, to_state, decision_id, detail)
    SELECT :actorId::uuid, 'upload_roster', 'class', class_id::text, 'held', to_state, :decisionId::uuid, jsonb_build_object('pupilId', id, 'uploadId', :uploadId::text)
    FROM (SELECT id, class_id, 'expected' AS to_state FROM learnt UNION ALL SELECT id, class_id, 'held' FROM kept) changed`, { ...input, classIds, reasons: ENDED_BY_NUMBER });
}

type Drafting = { campaignId: string | null; schoolCode: string | null; pupilIds: readonly string[]; act: string; actorId: string; decisionId: string };

/** Drafts the cards of pupils who are expected now from the data handed in last; where none came yet, the clerk is asked for them. */
export async function draftSubmitted(db: Db, drafting: Drafting): Promise<void> {
  await touched(db, `
    WITH made AS (
      INSERT INTO report_card (id, campaign_id, expected_pupil_id, class_id, school_code, version, replaces_id, state, record)
      SELECT gen_random_uuid(), :campaignId, s.pupil_id, s.class_id, :schoolCode, ${NEXT_VERSION}, 'drafted', s.record
      FROM (${SUBMITTED_WITHOUT_CARD}) s JOIN expected_pupil p ON p.id = s.pupil_id AND p.status = 'expected' ${LAST_VERSION('s.pupil_id')} WHERE s.pupil_id = ANY(:pupilIds) RETURNING id)
    INSERT INTO audit (actor_id, act, subject_kind, subject_id, to_state, decision_id) SELECT :actorId::uuid, :act, 'card', id::text, 'drafted', :decisionId::uuid FROM made`, drafting);
}
