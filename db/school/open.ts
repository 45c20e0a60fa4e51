import { row, type Db } from '../connect.js';

/** Pupils of the denominator who are neither accepted by the Kho nor held or exempt with a reason: what ending a campaign waits for. */
export async function countOpen(db: Db, campaignId: string, schoolCode: string | null = null): Promise<number> {
  const found = await row<{ count: number }>(db, `
    SELECT count(*)::int AS count FROM pupil_progress
    WHERE campaign_id = :campaignId AND (:schoolCode::text IS NULL OR school_code = :schoolCode)
      AND position NOT IN ('accepted', 'held', 'exempt', 'excluded')`, { campaignId, schoolCode });
  return found?.count ?? 0;
}
