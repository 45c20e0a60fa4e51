import { z } from 'zod';
import { LaunchPage } from '../../../dashboards/pages/campaigns/launch.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { launchPreview, type CampaignRow } from '../../../db/views/campaigns.js';
import { COORDINATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { sendPage } from '../../http/answer.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, freshForm, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { loadCampaign } from './load.js';

const PATH = '/dot/:campaignId/phat-dong';

async function show(visit: Visit, campaign: CampaignRow, problem?: Problem): Promise<void> {
  const preview = await launchPreview(visit.services.db, { campaignId: campaign.id });
  const form = problem === undefined ? freshForm(visit.me.csrf) : refusedForm(visit.me.csrf, visit.request.body, problem);
  await sendPage(visit, {
    title: `Phát động: ${campaignTitle(campaign)}`, status: visit.response.statusCode,
    view: LaunchPage({ campaign, preview, form, now: new Date() }), model: { campaign, preview, decisionId: form.decisionId },
  });
}

/** What will be frozen and what is still missing, before anything happens. */
export const showLaunch: Route = {
  method: 'get', path: PATH, access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    if (campaign.state !== 'draft') throw new Refused('campaign-not-draft');
    await show(visit, campaign);
  },
};

const body = z.object({ decisionId, confirmed: z.literal('1', 'Đánh dấu vào ô xác nhận rồi mới phát động được.') });

export const launch: Route = {
  method: 'post', path: PATH, access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    const again = (problem: Problem): Promise<void> => show(visit, campaign, problem);
    const form = filled(body, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const id = form.data.decisionId;
    const result = await decide(visit.services, { id, act: 'launch_campaign', actorId: visit.me.personId, campaignId: campaign.id, schoolCode: null, payload: {} });
    await answerDecision(visit, id, result, `/dot/${campaign.id}`, again);
  },
};
