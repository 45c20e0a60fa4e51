import { z } from 'zod';
import { NewCampaignPage } from '../../../dashboards/pages/campaigns/newCampaign.js';
import { inputTime } from '../../../dashboards/format.js';
import { secondsOfSpan, spanInput } from '../../../dashboards/span.js';
import { COVERS, PROFILE_CODES } from '../../../domain/card.js';
import { DEFAULT_POLICY, STAGES, VENDOR_SAME_PERSON, VENDOR_TEACHER, type Stage } from '../../../domain/policy.js';
import { COORDINATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { sendPage } from '../../http/answer.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, freshForm, refusedForm, type Problem } from '../../http/form.js';
import { momentField } from '../../http/moments.js';
import type { Route, Visit } from '../../route.js';

const PATH = '/dot/moi';

const moment = momentField('Chọn ngày và giờ.');
/** `2 ngày` of a form's field, or seconds from a program. */
const span = z.union([z.number().int().positive(), z.string()]).transform((given, context) => {
  const seconds = typeof given === 'number' ? given : secondsOfSpan(given);
  if (seconds !== null && seconds > 0) return seconds;
  context.addIssue({ code: 'custom', message: 'Ghi số kèm đơn vị, ví dụ: 2 ngày, 12 giờ, 15 phút.' });
  return z.NEVER;
});

const body = z.object({
  decisionId,
  schoolYear: z.string().trim().regex(/^\d{4}-\d{4}$/, 'Ghi như 2025-2026.').refine((text) => Number(text.slice(5)) === Number(text.slice(0, 4)) + 1, 'Năm sau phải liền năm trước.'),
  cycle: z.enum(['main', 'summer', 'rehearsal'], 'Chọn loại đợt.'),
  collect: moment, review: moment, approve: moment, seal: moment,
  profile: z.enum(PROFILE_CODES, 'Chọn mẫu học bạ.').optional(), cover: z.enum(COVERS).optional(),
  xades: z.union([z.boolean(), z.enum(['1', '0']).transform((value) => value === '1')]).optional(),
  vendorTeacher: z.enum(VENDOR_TEACHER).optional(), vendorSamePerson: z.enum(VENDOR_SAME_PERSON).optional(),
  remindBefore: span.optional(), remindEvery: span.optional(), mailSettle: span.optional(), escalateAfter: span.optional(), signingExpires: span.optional(), packetWait: span.optional(), settle: span.optional(),
  packetMaxCards: z.coerce.number('Ghi số học bạ.').int().min(1, 'Ít nhất 1.').max(5000, 'Nhiều nhất 5000.').optional(),
});

/** A month for everything, a week a stage: a start that a coordinator then moves. */
function initialValues(now: Date): Record<string, string> {
  const year = now.getMonth() >= 7 ? now.getFullYear() : now.getFullYear() - 1;
  const deadlines = STAGES.map((stage, index): [Stage, string] => [stage, `${inputTime(now.getTime() + (index + 1) * 7 * 86_400_000).slice(0, 11)}17:00`]);
  const { remindBefore, remindEvery, mailSettle, escalateAfter, signingExpires, packetWait, settle, packetMaxCards, profile, cover, xades, vendorTeacher, vendorSamePerson } = DEFAULT_POLICY;
  const spans = Object.fromEntries(Object.entries({ remindBefore, remindEvery, mailSettle, escalateAfter, signingExpires, packetWait, settle }).map(([name, seconds]) => [name, spanInput(seconds)]));
  return { schoolYear: `${year}-${year + 1}`, cycle: 'main', profile, cover, xades: xades ? '1' : '0', vendorTeacher: String(vendorTeacher), vendorSamePerson: String(vendorSamePerson), packetMaxCards: String(packetMaxCards), ...Object.fromEntries(deadlines), ...spans };
}

const show = async (visit: Visit, problem?: Problem): Promise<void> => {
  const { csrf } = visit.me;
  const form = problem === undefined ? freshForm(csrf, initialValues(new Date())) : refusedForm(csrf, visit.request.body, problem);
  await sendPage(visit, { title: 'Tạo đợt phát hành', status: visit.response.statusCode, view: NewCampaignPage({ form }), model: { decisionId: form.decisionId, values: form.values } });
};

export const showNewCampaign: Route = { method: 'get', path: PATH, access: COORDINATOR, handle: (visit) => show(visit) };

export const createCampaign: Route = {
  method: 'post', path: PATH, access: COORDINATOR,
  handle: async (visit) => {
    const again = (problem: Problem): Promise<void> => show(visit, problem);
    const form = filled(body, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, schoolYear, cycle, collect, review, approve, seal, ...policy } = form.data;
    const result = await decide(visit.services, {
      id, act: 'create_campaign', actorId: visit.me.personId, campaignId: null, schoolCode: null,
      payload: { schoolYear, level: 'primary', cycle, deadlines: { collect, review, approve, seal }, policy },
    });
    // The campaign has the decision's id; its page exists once the decision is carried out.
    await answerDecision(visit, id, result, result.kind === 'done' ? `/dot/${id}` : '/dot', again);
  },
};
