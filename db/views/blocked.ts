import type { BlockedCode } from '../../domain/authority.js';
import { rows, type Db } from '../connect.js';

export type BlockedSchool = { schoolCode: string; schoolName: string; tasks: number; codes: BlockedCode[] };

/** Schools with open tasks that nobody can do, the most first: what only the Sở or a head can mend. */
export const blockedSchools = (db: Db, input: { campaignId: string; officeCode: string | null }): Promise<BlockedSchool[]> => rows<BlockedSchool>(db, `
  SELECT s.code AS "schoolCode", s.name AS "schoolName", count(*)::int AS tasks, array_agg(DISTINCT t.blocked_code ORDER BY t.blocked_code) AS codes
  FROM task t JOIN school s ON s.code = t.school_code JOIN campaign_school x ON x.campaign_id = t.campaign_id AND x.school_code = t.school_code
  WHERE t.campaign_id = :campaignId AND t.state = 'open' AND t.assignee_id IS NULL AND (:officeCode::text IS NULL OR x.office_code = :officeCode::text)
  GROUP BY s.code ORDER BY 3 DESC, s.name, s.code`, input);
