import { z } from 'zod';
import { schoolHead } from '../../../db/views/schoolHead.js';
import { decide } from '../../decide.js';
import { answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import { answerSigning } from '../../http/signing.js';
import { many, nothingChosen, taskField } from '../../http/taskField.js';
import type { Route } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { renderSeal, SEALERS } from './show.js';

const schema = z.object({ decisionId, task: many(taskField).refine((tasks) => tasks.length > 0, 'Chọn ít nhất một lớp để ký số phát hành.') });

/** The school's seal on every card of the chosen classes, by one confirmation. */
export const sealClasses: Route = {
  method: 'post', path: '/truong/:schoolCode/ky-so/ky', access: SEALERS,
  handle: async (visit) => {
    const { services, me, request } = visit;
    const schoolCode = await requirePathSchool(visit, SEALERS);
    const again = (problem: Problem): Promise<void> => renderSeal(visit, schoolCode, refusedForm(me.csrf, request.body, problem));
    const form = filled(schema, request.body);
    if (!form.ok) return answerProblem(visit, nothingChosen(form.problem), again);
    const school = await schoolHead(services.db, { schoolCode });
    if (school?.campaign == null) throw new Refused('campaign-not-running');
    const { decisionId: id, task } = form.data;
    const result = await decide(services, { id, act: 'seal_classes', actorId: me.personId, campaignId: school.campaign.id, schoolCode, payload: { tasks: task } });
    return answerSigning(visit, id, result, `/truong/${schoolCode}/ky-so`, again);
  },
};
