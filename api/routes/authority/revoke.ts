import { z } from 'zod';
import { schoolHead } from '../../../db/views/schoolHead.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { GRANTERS, renderAuthority } from './show.js';

const schema = z.object({ decisionId, authorityId: z.uuid(), reason: z.string().trim().min(5, 'Ghi lí do, ít nhất 5 ký tự.').max(500) });

/** Ends a delegation; its open classes move to whoever holds authority then. */
export const revokeAuthority: Route = {
  method: 'post', path: '/truong/:schoolCode/giao-ky/cham-dut', access: GRANTERS,
  handle: async (visit) => {
    const { services, me, request } = visit;
    const schoolCode = await requirePathSchool(visit, GRANTERS);
    const again = (problem: Problem): Promise<void> => {
      const form = refusedForm(me.csrf, request.body, problem);
      return renderAuthority(visit, schoolCode, { revoke: { authorityId: String(form.values['authorityId'] ?? ''), form } });
    };
    const form = filled(schema, request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const school = await schoolHead(services.db, { schoolCode });
    if (school?.campaign == null) throw new Refused('campaign-not-running');
    const { decisionId: id, ...payload } = form.data;
    const result = await decide(services, { id, act: 'revoke_authority', actorId: me.personId, campaignId: school.campaign.id, schoolCode, payload });
    return answerDecision(visit, id, result, `/truong/${schoolCode}/giao-ky`, again);
  },
};
