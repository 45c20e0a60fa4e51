import { z } from 'zod';
import type { Role } from '../../../domain/roles.js';
import { ACTS } from '../../../domain/acts.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, type Problem } from '../../http/form.js';
import type { Route } from '../../route.js';
import { loadCard } from './load.js';
import { renderCard } from './show.js';

const MENDERS: readonly Role[] = ACTS.resend_cards.roles;
const idOnly = z.object({ decisionId });

/** The Kho's fault: the same bytes once more. */
export const resendCard: Route = {
  method: 'post', path: '/hoc-ba/:cardId/gui-lai', access: MENDERS,
  handle: async (visit) => {
    const card = await loadCard(visit);
    const again = (problem: Problem): Promise<void> => renderCard(visit, card, problem);
    const form = filled(idOnly, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const id = form.data.decisionId;
    const result = await decide(visit.services, { id, act: 'resend_cards', actorId: visit.me.personId, campaignId: card.campaignId, schoolCode: card.schoolCode, payload: { cardIds: [card.cardId] } });
    await answerDecision(visit, id, result, `/hoc-ba/${card.cardId}`, again);
  },
};

const withReason = z.object({ decisionId, reason: z.string({ error: 'Ghi lí do.' }).trim().min(5, 'Ghi lí do, ít nhất 5 ký tự.').max(1000) });

/** Our fault: a new version with a new UUID, which goes the whole way again. */
export const reissueCard: Route = {
  method: 'post', path: '/hoc-ba/:cardId/lap-lai', access: MENDERS,
  handle: async (visit) => {
    const card = await loadCard(visit);
    const again = (problem: Problem): Promise<void> => renderCard(visit, card, problem);
    const form = filled(withReason, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, reason } = form.data;
    const result = await decide(visit.services, { id, act: 'reissue_cards', actorId: visit.me.personId, campaignId: card.campaignId, schoolCode: card.schoolCode, payload: { cardIds: [card.cardId], reason } });
    await answerDecision(visit, id, result, `/hoc-ba/${card.cardId}`, again);
  },
};
