import { schoolWorkflowId, type CampaignKey } from '../domain/workflowIds.js';
import { row, touched, type Db } from './connect.js';

/**
 * Keeps what the signing service said about a batch and the wake of its school, in one transaction. A notice is only a wake: signatures
 * are fetched and verified by a worker.
 * @returns the workflow to wake and the outbox row that would do it later; null when the batch is unknown; `repeated` when it was said before
 */
export async function recordSignatureNotice(db: Db, notice: { batchId: string; state: string }): Promise<{ workflowId: string; outboxId: number } | 'repeated' | null> {
  const batch = await row<CampaignKey & { schoolCode: string }>(db, `
    SELECT c.province_code AS "provinceCode", c.school_year AS "schoolYear", c.level, c.cycle, b.school_code AS "schoolCode"
    FROM signature_batch b JOIN campaign c ON c.id = b.campaign_id WHERE b.id = :batchId`, { batchId: notice.batchId });
  if (batch === undefined) return null;
  const inserted = await touched(db, 'INSERT INTO signature_notice (batch_id, service_state) VALUES (:batchId, :state) ON CONFLICT DO NOTHING', notice);
  if (inserted === 0) return 'repeated';
  const workflowId = schoolWorkflowId(batch, batch.schoolCode);
  const outbox = await row<{ id: number }>(db, `INSERT INTO outbox (workflow_id, wake_code) VALUES (:workflowId, 'signatures') RETURNING id`, { workflowId });
  return { workflowId, outboxId: outbox!.id };
}

/** The wake arrived; the relay need not send it. */
export const markWakeSent = async (db: Db, outboxId: number): Promise<void> => {
  await touched(db, 'UPDATE outbox SET sent_at = now() WHERE id = :outboxId AND sent_at IS NULL', { outboxId });
};
