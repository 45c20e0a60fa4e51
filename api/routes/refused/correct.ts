import { z } from 'zod';
import { schoolHead } from '../../../db/views/schoolHead.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import { many } from '../../http/taskField.js';
import type { Route } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { CORRECTORS, renderRefused } from './show.js';

const cards = many(z.uuid()).refine((chosen) => chosen.length > 0, 'Chọn ít nhất một học bạ.');
const schema = z.discriminatedUnion('way', [
  z.object({ way: z.literal('resend'), decisionId, card: cards }),
  z.object({ way: z.literal('reissue'), decisionId, card: cards, reason: z.string().trim().min(5, 'Ghi lí do lập lại, ít nhất 5 ký tự.').max(1000, 'Lí do dài quá 1.000 ký tự.') }),
], { error: 'Chọn gửi lại hoặc lập lại.' });

/** Refused cards go to the Kho once more as they are, or are drawn up anew as the next version. */
export const correctCards: Route = {
  method: 'post', path: '/truong/:schoolCode/kho-tu-choi', access: CORRECTORS,
  handle: async (visit) => {
    const { services, me, request } = visit;
    const schoolCode = await requirePathSchool(visit, CORRECTORS);
    const again = (problem: Problem): Promise<void> => renderRefused(visit, schoolCode, refusedForm(me.csrf, request.body, problem));
    const form = filled(schema, request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const school = await schoolHead(services.db, { schoolCode });
    if (school?.campaign == null) throw new Refused('campaign-not-running');
    const { data } = form;
    const place = { id: data.decisionId, actorId: me.personId, campaignId: school.campaign.id, schoolCode };
    const result = data.way === 'resend'
      ? await decide(services, { ...place, act: 'resend_cards', payload: { cardIds: data.card } })
      : await decide(services, { ...place, act: 'reissue_cards', payload: { cardIds: data.card, reason: data.reason } });
    return answerDecision(visit, data.decisionId, result, `/truong/${schoolCode}/kho-tu-choi`, again);
  },
};
