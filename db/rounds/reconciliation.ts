import { campaignWorkflowId, type CampaignKey } from '../../domain/workflowIds.js';
import { writeAudit } from '../audit.js';
import { touched, type Db } from '../connect.js';
import type { RoundCampaign } from './take.js';

/** Asks for a comparison with the Kho, by the road a person's asking takes; the relay wakes the campaign. Nothing sent, nothing to compare. */
export async function askNightly(db: Db, { id }: RoundCampaign, key: CampaignKey): Promise<void> {
  const asked = await touched(db, `
    UPDATE campaign c SET reconcile_asked_at = now() WHERE c.id = :id AND NOT coalesce(c.reconcile_asked_at > coalesce(c.reconciled_at, '-infinity'), false)
      AND EXISTS (SELECT FROM packet p WHERE p.campaign_id = c.id AND p.state <> 'cut')`, { id });
  if (asked === 0) return;
  await touched(db, `INSERT INTO outbox (workflow_id, wake_code) VALUES (:workflowId, 'resumed')`, { workflowId: campaignWorkflowId(key) });
  await writeAudit(db, [{ actorId: null, act: 'nightly_reconciliation', subjectKind: 'campaign', subjectId: id }]);
}
