import { z } from 'zod';
import { decide } from '../../decide.js';
import { answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { taskField } from '../../http/taskField.js';
import { answerSigning } from '../../http/signing.js';
import type { Route } from '../../route.js';
import { renderReview, requireClass, TEACHER } from './review.js';

const schema = z.object({ decisionId, task: taskField });

/** The teacher signs the class (ký xác nhận): one confirmation on the phone signs every card of it. */
export const signClass: Route = {
  method: 'post', path: '/lop/:classId/ra-soat/ky', access: TEACHER,
  handle: async (visit) => {
    const { classId, campaignId, schoolCode } = await requireClass(visit);
    const again = (problem: Problem): Promise<void> => renderReview(visit, classId, { sign: refusedForm(visit.me.csrf, visit.request.body, problem) });
    const form = filled(schema, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, task } = form.data;
    const result = await decide(visit.services, { id, act: 'review_class', actorId: visit.me.personId, campaignId, schoolCode, payload: task });
    return answerSigning(visit, id, result, `/lop/${classId}/ra-soat`, again);
  },
};
