import { z } from 'zod';
import { CockpitPage } from '../../../dashboards/pages/campaigns/cockpit.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { heldByReason, progressTree, remainingByStep } from '../../../db/progress.js';
import { blockedSchools } from '../../../db/views/blocked.js';
import { lastReconciliation, openCircuits, type CampaignRow } from '../../../db/views/campaigns.js';
import { evidenceWaits, revokedInCampaign } from '../../../db/views/evidence.js';
import { overdueSchools } from '../../../db/views/overdue.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendPage } from '../../http/answer.js';
import { freshForm, parsed } from '../../http/form.js';
import type { Route, Visit } from '../../route.js';
import { showDraft } from './draft.js';
import { loadCampaign } from './load.js';

const query = z.object({ xa: z.string().min(1).max(20).optional() });

/** A campaign: being prepared, or the cockpit of a running, ended or cancelled one. */
export const showCampaign: Route = {
  method: 'get', path: '/dot/:campaignId', access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    if (campaign.state === 'draft' || campaign.launchedAt === null) return showDraft(visit, campaign);
    await showCockpit(visit, campaign, parsed(query, visit.request.query).xa ?? null);
  },
};

/** Everything on the page is read in one snapshot, so that tile, table and list agree. */
async function showCockpit(visit: Visit, campaign: CampaignRow, officeCode: string | null): Promise<void> {
  const campaignId = campaign.id;
  const scope = { campaignId, ...(officeCode === null ? {} : { officeCode }) };
  const seen = await visit.services.db.transaction(async (snapshot) => ({
    tree: await progressTree(snapshot, scope), held: await heldByReason(snapshot, scope),
    remaining: await remainingByStep(snapshot, scope), overdue: await overdueSchools(snapshot, { campaignId, officeCode }),
    reconciliation: await lastReconciliation(snapshot, { campaignId }) ?? null, circuits: await openCircuits(snapshot), blocked: await blockedSchools(snapshot, { campaignId, officeCode }),
    waits: await evidenceWaits(snapshot, { campaignId, schoolCode: null }), revoked: (await revokedInCampaign(snapshot, { campaignId })).length,
  }), { isolationLevel: 'repeatable read', readOnly: true });
  const form = freshForm(visit.me.csrf);
  await sendPage(visit, {
    title: campaignTitle(campaign), view: CockpitPage({ campaign, officeCode, ...seen, form, now: new Date() }),
    model: { campaign, officeCode, ...seen, decisionId: form.decisionId },
  });
}
