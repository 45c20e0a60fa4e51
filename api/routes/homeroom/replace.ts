import { z } from 'zod';
import { schoolHead } from '../../../db/views/schoolHead.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { ASSIGNERS, renderHomeroom } from './show.js';

const schema = z.object({ decisionId, classId: z.uuid('Chọn lớp.'), personId: z.uuid('Chọn người.'), reason: z.string({ error: 'Ghi lí do.' }).trim().min(5, 'Ghi lí do, ít nhất 5 ký tự.').max(500) });

/** Another homeroom teacher for a class; the open review moves, signatures stay. */
export const replaceHomeroom: Route = {
  method: 'post', path: '/truong/:schoolCode/chu-nhiem', access: ASSIGNERS,
  handle: async (visit) => {
    const { services, me, request } = visit;
    const schoolCode = await requirePathSchool(visit, ASSIGNERS);
    const again = (problem: Problem): Promise<void> => renderHomeroom(visit, schoolCode, refusedForm(me.csrf, request.body, problem));
    const form = filled(schema, request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const school = await schoolHead(services.db, { schoolCode });
    if (school?.campaign == null) throw new Refused('campaign-not-running');
    const { decisionId: id, ...payload } = form.data;
    const result = await decide(services, { id, act: 'replace_homeroom', actorId: me.personId, campaignId: school.campaign.id, schoolCode, payload });
    return answerDecision(visit, id, result, `/truong/${schoolCode}/chu-nhiem`, again);
  },
};
