import type { HomeroomClass, HomeroomSheet } from '../../domain/sheets/homeroom.js';
import { cardInBatch } from '../cards/items.js';
import { rows, type Db } from '../connect.js';
import { openDecision, schoolHead } from './schoolHead.js';

/** Who has which class, how far it is, and who could take it; undefined when there is no such school. */
export async function homeroomSheet(db: Db, input: { schoolCode: string; actorId: string }): Promise<HomeroomSheet | undefined> {
  const school = await schoolHead(db, input);
  if (school === undefined) return undefined;
  const { schoolCode } = input;
  const campaignId = school.campaign?.id ?? null;
  const classes = await rows<HomeroomClass>(db, `
    SELECT k.id AS "classId", k.name AS "className", k.homeroom_person_id AS "teacherId", h.full_name AS "teacherName",
      coalesce(h.disabled_at IS NULL AND EXISTS (SELECT FROM active_grant g WHERE g.person_id = h.id AND g.role = 'homeroom' AND g.school_code = k.school_code), false) AS able,
      count(c.id) FILTER (WHERE c.state = 'drafted')::int AS "toReview", count(c.id) FILTER (WHERE c.state <> 'drafted')::int AS signed,
      coalesce(bool_or(c.state = 'drafted' AND ${cardInBatch('c.id')}), false) AS "inBatch"
    FROM class k LEFT JOIN person h ON h.id = k.homeroom_person_id LEFT JOIN report_card c ON c.class_id = k.id AND c.state NOT IN ('superseded', 'recalled')
    WHERE k.campaign_id = :campaignId::uuid AND k.school_code = :schoolCode GROUP BY k.id, h.id ORDER BY k.grade, length(k.name), k.name`, { campaignId, schoolCode });
  return {
    school, classes,
    candidates: await rows(db, `
      SELECT p.id AS "personId", p.full_name AS "fullName", array_agg(DISTINCT g.role ORDER BY g.role) AS roles,
        coalesce((SELECT array_agg(k.name ORDER BY k.grade, k.name) FROM class k WHERE k.homeroom_person_id = p.id AND k.campaign_id = :campaignId::uuid), '{}') AS "classNames"
      FROM active_grant g JOIN person p ON p.id = g.person_id WHERE g.school_code = :schoolCode AND p.disabled_at IS NULL GROUP BY p.id ORDER BY p.full_name, p.id`, { campaignId, schoolCode }),
    decision: campaignId === null ? null : await openDecision(db, { campaignId, schoolCode, acts: ['replace_homeroom'], actorId: input.actorId }),
  };
}
