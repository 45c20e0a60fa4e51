import type { RefusedCard, RefusedSheet } from '../../domain/sheets/refused.js';
import { row, rows, type Db } from '../connect.js';
import { byGivenName } from '../names.js';
import { openDecision, schoolHead } from './schoolHead.js';

/** Cards the Kho refused at one school, with its own words; undefined when there is no such school. */
export async function refusedSheet(db: Db, input: { schoolCode: string; actorId: string }): Promise<RefusedSheet | undefined> {
  const school = await schoolHead(db, input);
  if (school === undefined) return undefined;
  if (school.campaign === null) return { school, cards: [], unknown: 0, decision: null };
  const place = { campaignId: school.campaign.id, schoolCode: input.schoolCode };
  const cards = await rows<RefusedCard>(db, `
    SELECT c.id AS "cardId", c.version, k.id AS "classId", k.name AS "className", p.full_name AS "fullName", p.pupil_code AS "pupilCode",
      c.kho_error AS error, c.kho_error_field AS field, c.kho_error_description AS description, c.state_at AS "refusedAt"
    FROM report_card c JOIN class k ON k.id = c.class_id JOIN expected_pupil p ON p.id = c.expected_pupil_id
    WHERE c.campaign_id = :campaignId AND c.school_code = :schoolCode AND c.state = 'refused'
    ORDER BY c.kho_error, k.grade, k.name, ${byGivenName('p.full_name')} LIMIT 500`, place);
  const unknown = await row<{ count: number }>(db, `
    SELECT count(*)::int AS count FROM report_card WHERE campaign_id = :campaignId AND school_code = :schoolCode AND state = 'unknown'`, place);
  return { school, cards, unknown: unknown?.count ?? 0, decision: await openDecision(db, { ...place, acts: ['resend_cards', 'reissue_cards'], actorId: input.actorId }) };
}
