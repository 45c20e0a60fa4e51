import { rows, type Db } from '../connect.js';

export type OverdueSchool = {
  officeCode: string; officeName: string; schoolCode: string; schoolName: string; phone: string | null; since: Date; tasks: number;
  kinds: string[]; people: string[]; remindedAt: Date | null;
};

/**
 * Schools with open tasks past their deadline. Tasks about the Kho's refusals do not count: an outage or a fault of the Kho never makes
 * a school overdue (design §2 Numbers). The longest overdue first.
 */
export const overdueSchools = (db: Db, input: { campaignId: string; officeCode: string | null }): Promise<OverdueSchool[]> => rows<OverdueSchool>(db, `
  SELECT o.code AS "officeCode", o.name AS "officeName", s.code AS "schoolCode", s.name AS "schoolName", s.phone, min(t.due_at) AS since, count(*)::int AS tasks,
    array_agg(DISTINCT t.kind) AS kinds, array_remove(array_agg(DISTINCT p.full_name), NULL) AS people, max(t.reminded_at) AS "remindedAt"
  FROM task t JOIN campaign_school x ON x.campaign_id = t.campaign_id AND x.school_code = t.school_code JOIN office o ON o.code = x.office_code JOIN school s ON s.code = t.school_code
  LEFT JOIN person p ON p.id = t.assignee_id
  WHERE t.campaign_id = :campaignId AND t.state = 'open' AND t.kind <> 'correct' AND t.due_at < now() AND (:officeCode::text IS NULL OR x.office_code = :officeCode::text)
  GROUP BY o.code, s.code ORDER BY min(t.due_at), s.name, s.code`, input);
