import { z } from 'zod';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import type { Route } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { pathOf, renderSealKey, WITHDRAWERS } from './show.js';

const schema = z.object({ decisionId, keyId: z.uuid(), reason: z.string().trim().min(5, 'Ghi lí do, ít nhất 5 ký tự.').max(500) });

/** Deletes the school's key from the hub. */
export const withdrawSealKey: Route = {
  method: 'post', path: '/truong/:schoolCode/chung-thu/go', access: WITHDRAWERS,
  handle: async (visit) => {
    const { services, me, request } = visit;
    const schoolCode = await requirePathSchool(visit, WITHDRAWERS);
    const again = (problem: Problem): Promise<void> => renderSealKey(visit, schoolCode, { withdraw: refusedForm(me.csrf, request.body, problem) });
    const form = filled(schema, request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, ...payload } = form.data;
    return answerDecision(visit, id, await decide(services, { id, act: 'withdraw_seal', actorId: me.personId, campaignId: null, schoolCode, payload }), pathOf(schoolCode), again);
  },
};
