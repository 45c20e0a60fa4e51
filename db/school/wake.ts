import { schoolWorkflowId, type CampaignKey } from '../../domain/workflowIds.js';
import { rows, touched, type Db } from '../connect.js';

/**
 * Asks schools of running campaigns to look again, by the relay: what changed belongs to no campaign (staff, signing authority), and a
 * school that sleeps until its next reminder would route by the old truth.
 * @param only one school, and the workflow that looks by itself; without it every open school
 */
export async function wakeSchools(db: Db, only?: { schoolCode: string | null; exceptWorkflowId: string }): Promise<number> {
  const schools = await rows<CampaignKey & { schoolCode: string }>(db, `
    SELECT c.province_code AS "provinceCode", c.school_year AS "schoolYear", c.level, c.cycle, s.school_code AS "schoolCode"
    FROM campaign_school s JOIN campaign c ON c.id = s.campaign_id
    WHERE c.state = 'running' AND s.state = 'open' AND (:schoolCode::text IS NULL OR s.school_code = :schoolCode) ORDER BY s.school_code`, { schoolCode: only?.schoolCode ?? null });
  const workflowIds = schools.map(({ schoolCode, ...key }) => schoolWorkflowId(key, schoolCode)).filter((workflowId) => workflowId !== only?.exceptWorkflowId);
  if (workflowIds.length > 0) await touched(db, `INSERT INTO outbox (workflow_id, wake_code) SELECT id, 'resumed' FROM unnest(:workflowIds::text[]) AS w(id)`, { workflowIds });
  return workflowIds.length;
}
