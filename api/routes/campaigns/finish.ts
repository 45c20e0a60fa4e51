import { z } from 'zod';
import { CancelPage, EndPage } from '../../../dashboards/pages/campaigns/finish.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { endCounts, stageCounts } from '../../../db/progress.js';
import { lastReconciliation, type CampaignRow } from '../../../db/views/campaigns.js';
import { COORDINATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { sendPage, wantsJson } from '../../http/answer.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, freshForm, refusedForm, type Problem } from '../../http/form.js';
import type { Route, Visit } from '../../route.js';
import { loadCampaign } from './load.js';

/** Nothing takes the end back, so one press is not enough: the tick says that it is meant, with JavaScript off too. */
const ending = z.object({ decisionId, confirmed: z.literal('1', 'Đánh dấu vào ô xác nhận rồi bấm "Kết thúc đợt".') });

async function renderEnd(visit: Visit, campaign: CampaignRow, problem?: Problem): Promise<void> {
  const { db } = visit.services;
  // A program gets every count; the page shows those that the end is judged by.
  const counted = wantsJson(visit) ? stageCounts(db, { campaignId: campaign.id }) : endCounts(db, campaign.id);
  const [counts, reconciliation] = await Promise.all([counted, lastReconciliation(db, { campaignId: campaign.id })]);
  const form = problem === undefined ? freshForm(visit.me.csrf) : refusedForm(visit.me.csrf, {}, problem);
  await sendPage(visit, {
    title: 'Kết thúc đợt', status: visit.response.statusCode, view: EndPage({ campaign: { ...campaign, title: campaignTitle(campaign) }, counts, reconciliation: reconciliation ?? null, form }),
    model: { campaign, counts, reconciliation: reconciliation ?? null, mayEnd: campaign.state === 'running' && counts.open === 0, decisionId: form.decisionId },
  });
}

export const showEnd: Route = { method: 'get', path: '/dot/:campaignId/ket-thuc', access: COORDINATOR, handle: async (visit) => renderEnd(visit, await loadCampaign(visit)) };

/** "Closed" is judged in PostgreSQL: not while one expected card is neither accepted nor explained. */
export const end: Route = {
  method: 'post', path: '/dot/:campaignId/ket-thuc', access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    const again = (problem: Problem): Promise<void> => renderEnd(visit, campaign, problem);
    const form = filled(ending, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const id = form.data.decisionId;
    const result = await decide(visit.services, { id, act: 'end_campaign', actorId: visit.me.personId, campaignId: campaign.id, schoolCode: null, payload: {} });
    await answerDecision(visit, id, result, `/dot/${campaign.id}/tong-ket`, again);
  },
};

async function renderCancel(visit: Visit, campaign: CampaignRow, problem?: Problem): Promise<void> {
  const form = problem === undefined ? freshForm(visit.me.csrf) : refusedForm(visit.me.csrf, visit.request.body, problem);
  await sendPage(visit, { title: 'Hủy đợt', status: visit.response.statusCode, view: CancelPage({ campaign: { ...campaign, title: campaignTitle(campaign) }, form }), model: { campaign, decisionId: form.decisionId } });
}

export const showCancel: Route = { method: 'get', path: '/dot/:campaignId/huy', access: COORDINATOR, handle: async (visit) => renderCancel(visit, await loadCampaign(visit)) };

const withReason = z.object({ decisionId, reason: z.string().trim().min(5, 'Ghi lí do, ít nhất 5 ký tự.').max(1000) });

export const cancel: Route = {
  method: 'post', path: '/dot/:campaignId/huy', access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    const again = (problem: Problem): Promise<void> => renderCancel(visit, campaign, problem);
    const form = filled(withReason, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, reason } = form.data;
    const result = await decide(visit.services, { id, act: 'cancel_campaign', actorId: visit.me.personId, campaignId: campaign.id, schoolCode: null, payload: { reason } });
    await answerDecision(visit, id, result, `/dot/${campaign.id}`, again);
  },
};
