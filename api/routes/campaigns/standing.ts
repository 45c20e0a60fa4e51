import type { Depth, Grouping } from '../../../domain/progress.js';
import { heldTotals, progressTree, remainingByStep } from '../../../db/progress.js';
import { blockedSchools } from '../../../db/views/blocked.js';
import { lastReconciliation, openCircuits } from '../../../db/views/campaigns.js';
import { evidenceWaits, revokedInCampaign } from '../../../db/views/evidence.js';
import { flowOf, growthByUnit } from '../../../db/views/flow.js';
import { overdueSchools } from '../../../db/views/overdue.js';
import { timeliness } from '../../../db/timeliness.js';
import { row, type Db } from '../../../db/connect.js';
import { shared } from '../../http/recent.js';
import type { Services } from '../../services.js';

export type StandingQuery = { campaignId: string; officeCode: string | null; grouping: Grouping; depth: Depth | null };
export type Standing = Awaited<ReturnType<typeof read>>;

/** A scope with more schools than this is shown by areas first, and its figures serve everybody who looks within the next seconds; a program gets them as they are. */
const MANY_SCHOOLS = 60;
const standings = shared<Standing>();

/** Everything on the cockpit is read in one snapshot, so that tile, table and list agree. */
export async function standingOf(services: Services, query: StandingQuery, forProgram: boolean): Promise<Standing> {
  const { db } = services;
  const { schools } = (await row<{ schools: number }>(db, `
    SELECT count(*)::int AS schools FROM campaign_school WHERE campaign_id = :campaignId AND (:officeCode::text IS NULL OR office_code = :officeCode::text)`, query))!;
  const many = schools > MANY_SCHOOLS;
  const asked = { ...query, depth: query.depth ?? (query.officeCode !== null ? 'class' : many ? 'area' : 'school') } as const;
  const fresh = (): Promise<Standing> => db.transaction((snapshot) => read(snapshot, asked), { isolationLevel: 'repeatable read', readOnly: true });
  if (!many || forProgram) return fresh();
  return standings(services, JSON.stringify(asked), fresh);
}

async function read(snapshot: Db, { campaignId, officeCode, grouping, depth }: StandingQuery & { depth: Depth }) {
  const scope = { campaignId, ...(officeCode === null ? {} : { officeCode }) };
  return {
    asOf: (await row<{ now: Date }>(snapshot, 'SELECT now() AS now'))!.now, grouping, depth,
    tree: await progressTree(snapshot, scope, { grouping, depth }), held: await heldTotals(snapshot, scope), remaining: await remainingByStep(snapshot, scope),
    timely: await timeliness(snapshot, scope), flow: await flowOf(snapshot, scope), growth: await growthByUnit(snapshot, scope, { grouping, depth }),
    overdue: await overdueSchools(snapshot, { campaignId, officeCode }), blocked: await blockedSchools(snapshot, { campaignId, officeCode }),
    reconciliation: await lastReconciliation(snapshot, { campaignId }) ?? null, circuits: await openCircuits(snapshot),
    waits: await evidenceWaits(snapshot, { campaignId, schoolCode: null }), revoked: (await revokedInCampaign(snapshot, { campaignId })).length,
  };
}
