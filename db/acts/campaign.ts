import { DEFAULT_POLICY } from '../../domain/policy.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { writeAudit } from '../audit.js';
import { touched, type Db } from '../connect.js';
import type { AnyDecision, DecisionRow } from '../decision/intake.js';
import { passGate } from '../decision/judge.js';
import { countOpen } from '../school/open.js';

const auditCampaign = (db: Db, decision: AnyDecision, to: string, detail?: Record<string, unknown>): Promise<void> =>
  writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'campaign', subjectId: decision.campaignId ?? decision.id, decisionId: decision.id, to, ...(detail ? { detail } : {}) }]);

export async function createCampaign(db: Db, decision: DecisionRow<'create_campaign'>): Promise<void> {
  const { schoolYear, level, cycle, deadlines, policy } = decision.payload;
  await touched(db, `
    INSERT INTO campaign (id, province_code, school_year, level, cycle, state, policy, collect_due, review_due, approve_due, seal_due)
    VALUES (:id, :provinceCode, :schoolYear, :level, :cycle, 'draft', :policy, :collect, :review, :approve, :seal)`,
  { id: decision.id, provinceCode: decision.provinceCode, schoolYear, level, cycle, policy: JSON.stringify({ ...DEFAULT_POLICY, ...policy }), ...deadlines });
  await auditCampaign(db, decision, 'draft');
}

/** Launching freezes the expected pupils and the areas: from here on only movements change the denominator. */
export async function launchCampaign(db: Db, decision: DecisionRow<'launch_campaign'>): Promise<void> {
  const { campaignId } = decision;
  await touched(db, `UPDATE campaign SET state = 'running', launched_at = now() WHERE id = :campaignId AND state = 'draft'`, { campaignId });
  await touched(db, `
    INSERT INTO campaign_school (campaign_id, school_code, office_code, state, exempt_reason, exempt_until)
    SELECT :campaignId, s.code, s.office_code, 'open', s.paper_reason, s.paper_until FROM school s
    WHERE EXISTS (SELECT 1 FROM class k WHERE k.campaign_id = :campaignId AND k.school_code = s.code)`, { campaignId });
  await auditCampaign(db, decision, 'running');
}

/** Counted once more behind the gate: a school may have drafted a late pupil's card since the rule was judged. */
export async function endCampaign(db: Db, decision: DecisionRow<'end_campaign'>): Promise<RefusalCode | null> {
  const { campaignId } = decision;
  await passGate(db, decision.workflowId, 'alone');
  if (await countOpen(db, campaignId ?? '') > 0) return 'campaign-not-finished';
  await touched(db, `UPDATE campaign SET state = 'ended', ended_at = now() WHERE id = :campaignId AND state = 'running'`, { campaignId });
  await touched(db, `UPDATE campaign_school SET state = 'closed', closed_at = coalesce(closed_at, now()) WHERE campaign_id = :campaignId AND state = 'open'`, { campaignId });
  await auditCampaign(db, decision, 'ended');
  return null;
}

export async function cancelCampaign(db: Db, decision: DecisionRow<'cancel_campaign'>): Promise<void> {
  const { campaignId } = decision;
  const { reason } = decision.payload;
  await touched(db, `UPDATE campaign SET state = 'cancelled', ended_at = now(), end_reason = :reason WHERE id = :campaignId AND state IN ('draft', 'running')`, { campaignId, reason });
  await touched(db, `UPDATE campaign_school SET state = 'cancelled', closed_at = now() WHERE campaign_id = :campaignId AND state = 'open'`, { campaignId });
  await touched(db, `UPDATE task SET state = 'cancelled', done_at = now() WHERE campaign_id = :campaignId AND state = 'open'`, { campaignId });
  await auditCampaign(db, decision, 'cancelled', { reason });
}

export async function askReconciliation(db: Db, decision: DecisionRow<'reconcile'>): Promise<void> {
  await touched(db, 'UPDATE campaign SET reconcile_asked_at = now() WHERE id = :campaignId', { campaignId: decision.campaignId });
  await auditCampaign(db, decision, 'reconciling');
}
