import { DEFAULT_POLICY, policyHolds } from '../../domain/policy.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { row, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { keptOpen } from '../school/open.js';

type CampaignAct = 'create_campaign' | 'import_expected' | 'launch_campaign' | 'end_campaign' | 'cancel_campaign' | 'reconcile';
type CampaignDecision = { [A in CampaignAct]: DecisionRow<A> }[CampaignAct];
type CampaignState = { state: 'draft' | 'running' | 'ended' | 'cancelled' };

export async function judgeCampaignAct(db: Db, decision: CampaignDecision): Promise<RefusalCode | null> {
  if (decision.act === 'create_campaign') return judgeCreate(db, decision);
  const campaign = await row<CampaignState>(db, 'SELECT state FROM campaign WHERE id = :id', { id: decision.campaignId });
  if (campaign === undefined) return 'not-found';
  switch (decision.act) {
    case 'import_expected': {
      if (campaign.state !== 'draft') return 'campaign-not-draft';
      const upload = await row(db, `SELECT 1 FROM upload WHERE id = :uploadId AND kind = 'expected' AND campaign_id = :campaignId`, { ...decision.payload, campaignId: decision.campaignId });
      return upload === undefined ? 'not-found' : null;
    }
    case 'launch_campaign': {
      if (campaign.state !== 'draft') return 'campaign-not-draft';
      if (await row(db, 'SELECT 1 FROM expected_pupil WHERE campaign_id = :id LIMIT 1', { id: decision.campaignId }) === undefined) return 'campaign-empty';
      return await row(db, 'SELECT 1 FROM packet_key WHERE active') === undefined ? 'packet-key-missing' : null;
    }
    case 'reconcile': return campaign.state === 'running' || campaign.state === 'ended' ? null : 'campaign-not-running';
    case 'end_campaign':
      if (campaign.state !== 'running') return 'campaign-not-running';
      return await keptOpen(db, decision.campaignId ?? '') === 0 ? null : 'campaign-not-finished';
    case 'cancel_campaign':
      if (campaign.state !== 'draft' && campaign.state !== 'running') return 'campaign-not-running';
      return decision.payload.reason.trim().length < 5 ? 'reason-missing' : null;
  }
}

async function judgeCreate(db: Db, decision: DecisionRow<'create_campaign'>): Promise<RefusalCode | null> {
  const { schoolYear, level, cycle, deadlines, policy } = decision.payload;
  if (!policyHolds({ ...DEFAULT_POLICY, ...policy })) return 'bad-input';
  const twin = await row(db, 'SELECT 1 FROM campaign WHERE province_code = :provinceCode AND school_year = :schoolYear AND level = :level AND cycle = :cycle',
    { provinceCode: decision.provinceCode, schoolYear, level, cycle });
  if (twin !== undefined) return 'campaign-exists';
  const order = [deadlines.collect, deadlines.review, deadlines.approve, deadlines.seal].map((due) => Date.parse(due));
  return order.every((due, index) => !Number.isNaN(due) && (index === 0 || due >= order[index - 1]!)) ? null : 'window-order';
}
