import { row, type Db } from '../connect.js';
import { MEASURES } from '../measures.js';

/** Pupils of the denominator who are neither accepted by the Kho nor held or exempt with a reason: what ending a campaign waits for. */
export async function countOpen(db: Db, campaignId: string): Promise<number> {
  const found = await row<{ count: number }>(db, `SELECT count(*)::int AS count FROM pupil_progress p WHERE p.campaign_id = :campaignId AND ${MEASURES.open}`, { campaignId });
  return found?.count ?? 0;
}

/** The same by the counters, of a campaign or of one of its schools: for what is asked often. Ending a campaign counts. */
export async function keptOpen(db: Db, campaignId: string, schoolCode: string | null = null): Promise<number> {
  // Two texts: one for both would be planned for the whole campaign, at every step of a school.
  const found = await row<{ count: number }>(db, `
    SELECT coalesce(sum(p.cards), 0)::int AS count FROM progress_count p
    WHERE p.campaign_id = :campaignId ${schoolCode === null ? '' : 'AND p.school_code = :schoolCode'} AND ${MEASURES.open}`, { campaignId, schoolCode });
  return found!.count;
}
