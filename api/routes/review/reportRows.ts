import { z } from 'zod';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { many, taskField } from '../../http/taskField.js';
import type { Route } from '../../route.js';
import { renderReview, requireClass, TEACHER } from './review.js';

const schema = z.object({
  decisionId, task: taskField,
  pupil: many(z.uuid()).refine((pupils) => pupils.length > 0, 'Đánh dấu ít nhất một học sinh cần sửa.'),
  reason: z.string().trim().min(5, 'Ghi lí do, ít nhất 5 ký tự.').max(1000, 'Lí do dài quá 1.000 ký tự.'),
});

/** The teacher names wrong rows: the class goes back to the clerk, nothing is signed. */
export const reportRows: Route = {
  method: 'post', path: '/lop/:classId/ra-soat/bao-sai', access: TEACHER,
  handle: async (visit) => {
    const { classId, campaignId, schoolCode } = await requireClass(visit);
    const again = (problem: Problem): Promise<void> => renderReview(visit, classId, { report: refusedForm(visit.me.csrf, visit.request.body, problem) });
    const form = filled(schema, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, task, pupil, reason } = form.data;
    const result = await decide(visit.services, {
      id, act: 'report_wrong_rows', actorId: visit.me.personId, campaignId, schoolCode, payload: { ...task, pupilIds: pupil, reason },
    });
    return answerDecision(visit, id, result, `/lop/${classId}/ra-soat`, again);
  },
};
