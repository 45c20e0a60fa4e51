import { z } from 'zod';
import { STAGES } from '../../../domain/policy.js';
import { schoolHead } from '../../../db/views/schoolHead.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { CHASERS, renderChase } from './show.js';

const schema = z.object({ decisionId, stage: z.union([z.literal('').transform(() => null), z.null(), z.enum(STAGES)]).default(null) });

/** A reminder by mail to whoever holds the school's open tasks. */
export const remindSchool: Route = {
  method: 'post', path: '/dia-ban/truong/:schoolCode/nhac', access: CHASERS,
  handle: async (visit) => {
    const { services, me, request } = visit;
    const schoolCode = await requirePathSchool(visit, CHASERS);
    const school = await schoolHead(services.db, { schoolCode });
    if (school === undefined) throw new Refused('not-found');
    const again = (problem: Problem): Promise<void> => renderChase(visit, school.officeCode, { schoolCode, form: refusedForm(me.csrf, request.body, problem) });
    const form = filled(schema, request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    if (school.campaign === null) throw new Refused('campaign-not-running');
    const { decisionId: id, stage } = form.data;
    const result = await decide(services, { id, act: 'remind_school', actorId: me.personId, campaignId: school.campaign.id, schoolCode, payload: { stage } });
    return answerDecision(visit, id, result, `/dia-ban/${school.officeCode}`, again);
  },
};
