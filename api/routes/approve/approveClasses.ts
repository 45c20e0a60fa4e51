import { z } from 'zod';
import { cardsToApprove } from '../../../db/views/approve.js';
import { schoolHead } from '../../../db/views/schoolHead.js';
import { decide } from '../../decide.js';
import { answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import { answerSigning } from '../../http/signing.js';
import { many, nothingChosen, taskField } from '../../http/taskField.js';
import type { Route } from '../../route.js';
import { APPROVERS, requirePathSchool } from './place.js';
import { renderApprove } from './render.js';

const schema = z.object({
  decisionId,
  task: many(taskField).refine((tasks) => tasks.length > 0, 'Chọn ít nhất một lớp để ký duyệt.'),
  /** Classes whose cards stood on the form, and the cards still ticked: the rest of those classes is left out. */
  listed: many(z.uuid()), card: many(z.uuid()),
  /** For programs: cards left out, by name. */
  exclude: many(z.uuid()),
});

/** One approval signs every chosen class but the unticked cards. */
export const approveClasses: Route = {
  method: 'post', path: '/truong/:schoolCode/ky-duyet/ky', access: APPROVERS,
  handle: async (visit) => {
    const { services, me, request } = visit;
    const schoolCode = await requirePathSchool(visit, APPROVERS);
    const again = (problem: Problem): Promise<void> => renderApprove(visit, schoolCode, refusedForm(me.csrf, request.body, problem));
    const form = filled(schema, request.body);
    if (!form.ok) return answerProblem(visit, nothingChosen(form.problem), again);
    const school = await schoolHead(services.db, { schoolCode });
    if (school?.campaign == null) throw new Refused('campaign-not-running');
    const { decisionId: id, task, listed, card, exclude } = form.data;
    const ticked = new Set(card);
    const unticked = (await cardsToApprove(services.db, { schoolCode, classIds: listed })).map((one) => one.cardId).filter((cardId) => !ticked.has(cardId));
    const result = await decide(services, {
      id, act: 'approve_classes', actorId: me.personId, campaignId: school.campaign.id, schoolCode,
      payload: { tasks: task, excludedCardIds: [...new Set([...unticked, ...exclude])] },
    });
    return answerSigning(visit, id, result, `/truong/${schoolCode}/ky-duyet`, again);
  },
};
