import type { Act, DecisionPayloads } from '../../domain/acts.js';
import { ACTS } from '../../domain/acts.js';
import { campaignWorkflowId, directoryWorkflowId, schoolWorkflowId, type CampaignKey } from '../../domain/workflowIds.js';
import { row, type Db } from '../connect.js';

/** What a person asks for, before the hub knows whose workflow carries it out. For `create_campaign` the campaign's id is the decision's. */
export type Asked = { [A in Act]: { id: string; act: A; actorId: string; campaignId: string | null; schoolCode: string | null; payload: DecisionPayloads[A] } }[Act];

export async function campaignKey(db: Db, campaignId: string): Promise<CampaignKey | undefined> {
  return row<CampaignKey>(db, `
    SELECT province_code AS "provinceCode", school_year AS "schoolYear", level, cycle FROM campaign WHERE id = :campaignId`, { campaignId });
}

/** The workflow that carries a decision out; null when its campaign or school does not exist. */
export async function targetWorkflow(db: Db, asked: Asked, provinceCode: string): Promise<string | null> {
  if (ACTS[asked.act].workflow === 'directory') return directoryWorkflowId(provinceCode);
  if (asked.act === 'create_campaign') {
    const { schoolYear, level, cycle } = asked.payload;
    return campaignWorkflowId({ provinceCode, schoolYear, level, cycle });
  }
  const key = asked.campaignId === null ? undefined : await campaignKey(db, asked.campaignId);
  if (key === undefined) return null;
  if (ACTS[asked.act].workflow === 'campaign') return campaignWorkflowId(key);
  return asked.schoolCode === null ? null : schoolWorkflowId(key, asked.schoolCode);
}
