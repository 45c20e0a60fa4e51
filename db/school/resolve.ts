import { campaignWorkflowId, workflowSubject } from '../../domain/workflowIds.js';
import { DEFAULT_POLICY, type CampaignPolicy } from '../../domain/policy.js';
import { row, type Db } from '../connect.js';
import { passGate } from '../decision/judge.js';
import type { SchoolKey } from './tasks.js';

export type SchoolState = SchoolKey & {
  state: 'open' | 'closed' | 'cancelled'; campaignState: 'draft' | 'running' | 'ended' | 'cancelled'; exemptReason: string | null; policy: CampaignPolicy;
};

/** The school behind a workflow id, its row locked: one advance at a time. Undefined before launch. */
export async function lockSchool(db: Db, workflowId: string): Promise<SchoolState | undefined> {
  const subject = workflowSubject(workflowId);
  if (subject.type !== 'school') throw new Error(`not a school's workflow: ${workflowId}`);
  await passGate(db, campaignWorkflowId(subject.key), 'shared');
  const found = await row<SchoolState>(db, `
    SELECT s.campaign_id AS "campaignId", s.school_code AS "schoolCode", s.state, c.state AS "campaignState", CASE WHEN exemption_holds(s.exempt_reason, s.exempt_until) THEN s.exempt_reason END AS "exemptReason", c.policy
    FROM campaign_school s JOIN campaign c ON c.id = s.campaign_id
    WHERE c.province_code = :provinceCode AND c.school_year = :schoolYear AND c.level = :level AND c.cycle = :cycle AND s.school_code = :schoolCode
    FOR UPDATE OF s`, { ...subject.key, schoolCode: subject.schoolCode });
  // A campaign that was launched before a setting existed goes by its default.
  return found === undefined ? undefined : { ...found, policy: { ...DEFAULT_POLICY, ...found.policy } };
}
