import { z } from 'zod';
import { DEPTHS, GROUPINGS } from '../../../domain/progress.js';
import { CockpitPage, Figures } from '../../../dashboards/pages/campaigns/cockpit.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendPage, sendPart, wantsJson } from '../../http/answer.js';
import { freshForm, parsed } from '../../http/form.js';
import type { Route } from '../../route.js';
import { showDraft } from './draft.js';
import { loadCampaign } from './load.js';
import { standingOf } from './standing.js';

/** `sau`: how far down the table goes, for programs that want every class; people open an area instead. */
const query = z.object({ xa: z.string().min(1).max(20).optional(), nhom: z.enum(GROUPINGS).default('office'), sau: z.enum(DEPTHS).optional() });

/** A campaign: being prepared, or the cockpit of a running, ended or cancelled one. */
export const showCampaign: Route = {
  method: 'get', path: '/dot/:campaignId', access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    if (campaign.state === 'draft' || campaign.launchedAt === null) return showDraft(visit, campaign);
    const { xa, nhom, sau } = parsed(query, visit.request.query);
    const officeCode = xa ?? null;
    const { asOf, ...seen } = await standingOf(visit.services, { campaignId: campaign.id, officeCode, grouping: nhom, depth: sau ?? null }, wantsJson(visit));
    const form = freshForm(visit.me.csrf);
    const props = { campaign, officeCode, ...seen, form, now: asOf };
    if (visit.request.get('hx-request') === 'true' && !wantsJson(visit)) return sendPart(visit, Figures(props));
    await sendPage(visit, {
      title: campaignTitle(campaign), view: CockpitPage(props),
      model: { campaign, officeCode, asOf, ...seen, decisionId: form.decisionId },
    });
  },
};
