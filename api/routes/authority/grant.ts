import { z } from 'zod';
import { schoolHead } from '../../../db/views/schoolHead.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { dayField, momentField } from '../../http/moments.js';
import { Refused } from '../../http/refused.js';
import { many } from '../../http/taskField.js';
import type { Route } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { GRANTERS, renderAuthority } from './show.js';

const moment = momentField('Chọn ngày và giờ.');
const schema = z.object({
  decisionId, personId: z.uuid('Chọn người được giao.'), basis: z.enum(['deputy_assignment', 'deputy_in_charge']).default('deputy_assignment'),
  instrumentNumber: z.string().trim().min(1, 'Ghi số văn bản.').max(60), instrumentDate: dayField('Chọn ngày của văn bản.'),
  signedBy: z.string().trim().min(2, 'Ghi người ký văn bản.').max(120),
  validFrom: moment, validTo: z.union([z.literal('').transform(() => null), z.null(), moment]).default(null),
  class: many(z.string().min(1).max(20)),
});

/** A head gives a deputy the signing (giao ký thay); the Sở may also record who is in charge. */
export const grantAuthority: Route = {
  method: 'post', path: '/truong/:schoolCode/giao-ky/giao', access: GRANTERS,
  handle: async (visit) => {
    const { services, me, request } = visit;
    const schoolCode = await requirePathSchool(visit, GRANTERS);
    const again = (problem: Problem): Promise<void> => renderAuthority(visit, schoolCode, { grant: refusedForm(me.csrf, request.body, problem) });
    const form = filled(schema, request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const school = await schoolHead(services.db, { schoolCode });
    if (school?.campaign == null) throw new Refused('campaign-not-running');
    const { decisionId: id, class: classes, ...grant } = form.data;
    const result = await decide(services, {
      id, act: 'grant_authority', actorId: me.personId, campaignId: school.campaign.id, schoolCode, payload: { ...grant, classes: classes.length === 0 ? null : classes },
    });
    return answerDecision(visit, id, result, `/truong/${schoolCode}/giao-ky`, again);
  },
};
