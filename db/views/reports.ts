import { rows, type Db } from '../connect.js';

export type ReportCampaign = { id: string; schoolYear: string; cycle: 'main' | 'summer' | 'rehearsal'; state: 'running' | 'ended' | 'cancelled' };

/** Campaigns that have numbers: launched ones, the running first, then the newest. */
export const reportCampaigns = (db: Db): Promise<ReportCampaign[]> => rows<ReportCampaign>(db, `
  SELECT id, school_year AS "schoolYear", cycle, state FROM campaign WHERE state <> 'draft' ORDER BY state = 'running' DESC, launched_at DESC NULLS LAST, id`);

/** Who took which numbers out of the hub, and of what part. */
export async function auditReport(db: Db, input: { actorId: string; campaignId: string; officeCode: string | null; asOf: string }): Promise<void> {
  await db.raw(`INSERT INTO audit (actor_id, act, subject_kind, subject_id, detail) VALUES (:actorId, 'download_report', 'report', :campaignId, :detail)`,
    { actorId: input.actorId, campaignId: input.campaignId, detail: JSON.stringify({ report: 'progress', officeCode: input.officeCode, asOf: input.asOf }) });
}
