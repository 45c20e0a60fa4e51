import type { ProgressScope } from '../../domain/progress.js';
import { row, rows, touched, type Db } from '../connect.js';
import { scopeWhere } from '../measures.js';

export type ReportCampaign = { id: string; schoolYear: string; cycle: 'main' | 'summer' | 'rehearsal'; state: 'running' | 'ended' | 'cancelled' };

/** Campaigns that have numbers: launched ones, the running first, then the newest. */
export const reportCampaigns = (db: Db): Promise<ReportCampaign[]> => rows<ReportCampaign>(db, `
  SELECT id, school_year AS "schoolYear", cycle, state FROM campaign WHERE state <> 'draft' ORDER BY state = 'running' DESC, launched_at DESC NULLS LAST, id`);

/** Who took which numbers out of the hub, and of what part. */
export async function auditReport(db: Db, input: { actorId: string; campaignId: string; officeCode: string | null; asOf: string }): Promise<void> {
  await touched(db, `INSERT INTO audit (actor_id, act, subject_kind, subject_id, detail) VALUES (:actorId, 'download_report', 'report', :campaignId, :detail)`,
    { actorId: input.actorId, campaignId: input.campaignId, detail: JSON.stringify({ report: 'progress', officeCode: input.officeCode, asOf: input.asOf }) });
}

/** Schools of a campaign by code, with the areas they were in at launch. */
export const schoolsOfCampaign = (db: Db, input: { campaignId: string; schoolCodes: readonly string[] }): Promise<{ code: string; name: string; officeCode: string }[]> => rows(db, `
  SELECT s.code, s.name, x.office_code AS "officeCode" FROM campaign_school x JOIN school s ON s.code = x.school_code
  WHERE x.campaign_id = :campaignId AND x.school_code = ANY(:schoolCodes) ORDER BY s.name, s.code`, { ...input, schoolCodes: [...input.schoolCodes] });

export const classesIn = async (db: Db, scope: ProgressScope): Promise<number> => (await row<{ classes: number }>(db, `
  SELECT count(*)::int AS classes FROM campaign_school s JOIN class k ON k.campaign_id = s.campaign_id AND k.school_code = s.school_code WHERE ${scopeWhere(scope)}`, scope))!.classes;
