import { ClosingPage } from '../../../dashboards/pages/campaigns/closing.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { heldTotals, stageCounts } from '../../../db/progress.js';
import { lastReconciliation } from '../../../db/views/campaigns.js';
import { deputySigned, exceptionsUsed, extensions, movementCounts } from '../../../db/views/closing.js';
import { hasRole } from '../../auth/me.js';
import { sendPage } from '../../http/answer.js';
import { Refused } from '../../http/refused.js';
import type { Role } from '../../../domain/roles.js';
import type { Route } from '../../route.js';
import { loadCampaign } from './load.js';

const READERS: readonly Role[] = ['coordinator', 'official'];

/** The closing report; before the end the same figures as they stand now, said to be provisional. */
export const showClosing: Route = {
  method: 'get', path: '/dot/:campaignId/tong-ket', access: READERS,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    if (campaign.state === 'draft') throw new Refused('campaign-not-running');
    const scope = { campaignId: campaign.id };
    const report = await visit.services.db.transaction(async (snapshot) => ({
      counts: await stageCounts(snapshot, scope), held: await heldTotals(snapshot, scope), reconciliation: await lastReconciliation(snapshot, scope) ?? null,
      exceptions: await exceptionsUsed(snapshot, scope), deputies: await deputySigned(snapshot, scope), movements: await movementCounts(snapshot, scope),
      extensions: await extensions(snapshot, { ...scope, schoolCode: null }),
    }), { isolationLevel: 'repeatable read', readOnly: true });
    await sendPage(visit, { title: campaign.state === 'ended' ? 'Báo cáo kết thúc đợt' : 'Báo cáo tạm tính', view: ClosingPage({ campaign: { ...campaign, title: campaignTitle(campaign) }, ...report, now: new Date(), isCoordinator: hasRole(visit.me, ['coordinator']) }), model: { campaign, ...report } });
  },
};
