import { z } from 'zod';
import { ReconciliationPage } from '../../../dashboards/pages/campaigns/reconciliation.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { lastReconciliation } from '../../../db/views/campaigns.js';
import { findingCounts, findingLines } from '../../../db/views/reconciliation.js';
import { FINDING_KINDS, type FindingKind } from '../../../domain/reconciliation.js';
import { COORDINATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { sendPage } from '../../http/answer.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, freshForm, parsed, refusedForm, type Problem } from '../../http/form.js';
import type { Route, Visit } from '../../route.js';
import { loadCampaign } from './load.js';

const PAGE = 100;
const query = z.object({ loai: z.enum(FINDING_KINDS as unknown as [FindingKind, ...FindingKind[]]).optional(), trang: z.coerce.number().int().min(1).max(100_000).default(1) });

async function render(visit: Visit, problem?: Problem): Promise<void> {
  const campaign = await loadCampaign(visit);
  const asked = parsed(query, visit.request.query);
  const kind = asked.loai ?? null;
  const { run, counts, lines } = await visit.services.db.transaction(async (snapshot) => {
    const last = await lastReconciliation(snapshot, { campaignId: campaign.id });
    if (last === undefined) return { run: null, counts: [], lines: [] };
    return {
      run: last, counts: await findingCounts(snapshot, { reconciliationId: last.id }),
      lines: await findingLines(snapshot, { reconciliationId: last.id, kind, limit: PAGE, offset: (asked.trang - 1) * PAGE }),
    };
  }, { isolationLevel: 'repeatable read', readOnly: true });
  const form = problem === undefined ? freshForm(visit.me.csrf) : refusedForm(visit.me.csrf, {}, problem);
  const asking = campaign.reconcileAskedAt !== null && (campaign.reconciledAt === null || campaign.reconciledAt < campaign.reconcileAskedAt);
  await sendPage(visit, {
    title: 'Đối soát với Kho', status: visit.response.statusCode,
    view: ReconciliationPage({ campaign: { id: campaign.id, title: campaignTitle(campaign), mayAsk: campaign.state === 'running' || campaign.state === 'ended', asking }, run, counts, kind, lines, page: asked.trang, pageSize: PAGE, form }),
    model: { run, counts, kind, lines, page: asked.trang, pageSize: PAGE, decisionId: form.decisionId },
  });
}

/** What the last comparison found, each line with whose turn it is. */
export const showReconciliation: Route = { method: 'get', path: '/dot/:campaignId/doi-soat', access: COORDINATOR, handle: (visit) => render(visit) };

const idOnly = z.object({ decisionId });

export const reconcile: Route = {
  method: 'post', path: '/dot/:campaignId/doi-soat', access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    const again = (problem: Problem): Promise<void> => render(visit, problem);
    const form = filled(idOnly, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const id = form.data.decisionId;
    const result = await decide(visit.services, { id, act: 'reconcile', actorId: visit.me.personId, campaignId: campaign.id, schoolCode: null, payload: {} });
    await answerDecision(visit, id, result, `/dot/${campaign.id}/doi-soat`, again);
  },
};
