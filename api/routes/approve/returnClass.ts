import { z } from 'zod';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { taskField } from '../../http/taskField.js';
import type { Route } from '../../route.js';
import { renderApproveClass, requireApproveClass } from './classPage.js';
import { APPROVERS } from './place.js';

const schema = z.object({
  decisionId, task: taskField,
  reason: z.string().trim().min(5, 'Ghi lí do, ít nhất 5 ký tự.').max(1000, 'Lí do dài quá 1.000 ký tự.'),
});

/** The class goes back to its teacher with a reason (trả lại). */
export const returnClass: Route = {
  method: 'post', path: '/truong/:schoolCode/ky-duyet/lop/:classId/tra-lai', access: APPROVERS,
  handle: async (visit) => {
    const found = await requireApproveClass(visit);
    const again = (problem: Problem): Promise<void> => renderApproveClass(visit, found, refusedForm(visit.me.csrf, visit.request.body, problem));
    const form = filled(schema, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, task, reason } = form.data;
    const { campaignId, schoolCode } = found;
    const result = await decide(visit.services, { id, act: 'return_class', actorId: visit.me.personId, campaignId, schoolCode, payload: { ...task, reason } });
    return answerDecision(visit, id, result, `/truong/${schoolCode}/ky-duyet`, again);
  },
};
