import { HOLDS_NUMBER } from '../cards/numbers.js';
import { rows, type Db } from '../connect.js';

/**
 * SQL: the last row handed in for each pupil of `:campaignId`, `:schoolCode` who has no card, as `(pupil_id, class_id, record)`. A class's
 * data is taken whole, so a held pupil's row was taken with it; no card keeps it, but the upload does. For a pupil who came back, a row from
 * before counts only with the number that the coordinator wrote.
 */
export const SUBMITTED_WITHOUT_CARD = `
  SELECT DISTINCT ON (p.id) p.id AS pupil_id, p.class_id, r.record
  FROM expected_pupil p JOIN upload_class u ON u.class_id = p.class_id JOIN upload_reading g ON g.upload_id = u.upload_id
  CROSS JOIN LATERAL jsonb_array_elements(u.records) AS r(record)
  WHERE p.campaign_id = :campaignId AND p.school_code = :schoolCode AND p.status <> 'excluded' AND p.pupil_code = r.record->'identity'->>'pupilCode'
    AND (u.outcome = 'accepted' OR u.outcome = 'differs' AND g.state = 'applied')
    AND (p.arrived_at IS NULL OR p.arrived_at < coalesce(g.applied_at, g.read_at) OR p.personal_number IS NOT DISTINCT FROM r.record->'identity'->>'personalNumber')
    AND NOT EXISTS (SELECT 1 FROM report_card c WHERE c.expected_pupil_id = p.id AND c.state NOT IN ('superseded', 'recalled'))
  ORDER BY p.id, coalesce(g.applied_at, g.read_at) DESC`;

export type SubmittedRow = { classId: string; record: unknown };

/**
 * Rows of held and exempt pupils as last handed in, to compare a new upload with. Left out is one whose number was somebody else's and
 * no longer is: the same number once more must then end the hold (`learnNumbers`), so its row counts as new.
 */
export const submittedWithoutCard = (db: Db, key: { campaignId: string; schoolCode: string }): Promise<SubmittedRow[]> => rows(db, `
  SELECT s.class_id AS "classId", s.record FROM (${SUBMITTED_WITHOUT_CARD}) s JOIN expected_pupil p ON p.id = s.pupil_id
  WHERE p.status IN ('held', 'exempt') AND (p.reason IS DISTINCT FROM 'number_of_another' OR EXISTS (
    SELECT 1 FROM expected_pupil o WHERE o.campaign_id = p.campaign_id AND o.id <> p.id AND ${HOLDS_NUMBER} AND o.personal_number = s.record->'identity'->>'personalNumber'))`, key);
