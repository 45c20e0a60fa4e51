import type { Knex } from 'knex';
import { ClosingPage } from '../../../dashboards/pages/campaigns/closing.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { movementCounts } from '../../../db/movements.js';
import { heldTotals, inSnapshot, stageCounts } from '../../../db/progress.js';
import { row } from '../../../db/connect.js';
import { lastReconciliation } from '../../../db/views/campaigns.js';
import { deputySigned, exceptionsUsed, extensions } from '../../../db/views/closing.js';
import { hasRole } from '../../auth/me.js';
import { sendPage, wantsJson } from '../../http/answer.js';
import { shared } from '../../http/recent.js';
import { Refused } from '../../http/refused.js';
import { listBalance } from '../../../domain/movements.js';
import type { Role } from '../../../domain/roles.js';
import type { Route } from '../../route.js';
import { loadCampaign } from './load.js';

const READERS: readonly Role[] = ['coordinator', 'official'];

type Closing = Awaited<ReturnType<typeof read>>;
/** Who signed by deputy is counted signature by signature: once for all who look. */
const closings = shared<Closing>();

const read = (db: Knex, campaignId: string) => inSnapshot(db, async (snapshot) => {
  const scope = { campaignId };
  const [counts, movements] = [await stageCounts(snapshot, scope), await movementCounts(snapshot, scope)];
  return {
    asOf: (await row<{ now: Date }>(snapshot, 'SELECT now() AS now'))!.now,
    counts, movements, list: listBalance(counts, movements), held: await heldTotals(snapshot, scope), reconciliation: await lastReconciliation(snapshot, scope) ?? null,
    exceptions: await exceptionsUsed(snapshot, scope), deputies: await deputySigned(snapshot, scope),
    extensions: await extensions(snapshot, { ...scope, schoolCode: null }),
  };
});

/** The closing report; before the end the same figures as they stand now, said to be provisional. */
export const showClosing: Route = {
  method: 'get', path: '/dot/:campaignId/tong-ket', access: READERS,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    if (campaign.state === 'draft') throw new Refused('campaign-not-running');
    // The end of a campaign is another question: nobody who ends it reads figures from before.
    const key = JSON.stringify([campaign.id, campaign.state, campaign.endedAt, campaign.reconciledAt]);
    const fresh = (): Promise<Closing> => read(visit.services.db, campaign.id);
    const { asOf, ...report } = wantsJson(visit) ? await fresh() : await closings(visit.services, key, fresh);
    await sendPage(visit, { title: campaign.state === 'ended' ? 'Báo cáo kết thúc đợt' : 'Báo cáo tạm tính', view: ClosingPage({ campaign: { ...campaign, title: campaignTitle(campaign) }, ...report, now: asOf, isCoordinator: hasRole(visit.me, ['coordinator']) }), model: { campaign, asOf, ...report } });
  },
};
