import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { PeoplePage } from '../../../dashboards/pages/administration/people.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { findPeople, provincePeople, type ProvincePerson } from '../../../db/views/provincePeople.js';
import { ADMINISTRATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { sendPage } from '../../http/answer.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, freshForm, parsed, refusedForm, type Problem } from '../../http/form.js';
import type { Route, Visit } from '../../route.js';

const PATH = '/quan-tri/nguoi-dung';

const mayInvite = (person: ProvincePerson): boolean => !person.hasAccount && person.disabledAt === null && person.roles.length > 0 && person.email !== null && !person.invitationWaiting;
const withInvitation = (person: ProvincePerson) => ({ ...person, inviteId: mayInvite(person) ? randomUUID() : null });

const show = async (visit: Visit, rest: { form?: FormState; found?: ProvincePerson[]; sought?: string; refusal?: string } = {}): Promise<void> => {
  const people = (await provincePeople(visit.services.db)).map(withInvitation);
  const found = rest.found?.map(withInvitation) ?? null;
  const form = rest.form ?? freshForm(visit.me.csrf);
  await sendPage(visit, {
    title: 'Người dùng cấp Sở', status: visit.response.statusCode,
    view: PeoplePage({ people, form, found, sought: rest.sought ?? '', refusal: rest.refusal ?? null }), model: { people, found, decisionId: form.decisionId },
  });
};

export const showPeople: Route = { method: 'get', path: PATH, access: ADMINISTRATOR, handle: (visit) => show(visit) };

/** As the units-and-staff workbook takes it. */
const PHONE = /^\+?\d{3,15}$/;

const body = z.object({
  decisionId,
  fullName: z.string({ error: 'Nhập họ và tên.' }).trim().min(3, 'Nhập họ và tên.').max(100),
  email: z.email('Địa chỉ thư chưa đúng.').max(200),
  phone: z.string().trim().max(20).default('').refine((text) => text === '' || PHONE.test(text.replace(/[\s().-]/g, '')), 'Số điện thoại chỉ gồm chữ số, ví dụ 0912 345 678.').transform((text) => (text === '' ? null : text)),
  personalNumber: z.string().trim().default('').refine((text) => text === '' || /^\d{12}$/.test(text), 'Số định danh có đúng 12 chữ số.').transform((text) => (text === '' ? null : text)),
  role: z.enum(['coordinator', 'official', 'administrator'], 'Chọn vai trò.'),
});

export const appoint: Route = {
  method: 'post', path: PATH, access: ADMINISTRATOR,
  handle: async (visit) => {
    const again = (problem: Problem): Promise<void> => show(visit, { form: refusedForm(visit.me.csrf, visit.request.body, problem) });
    const form = filled(body, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, ...payload } = form.data;
    const result = await decide(visit.services, { id, act: 'appoint', actorId: visit.me.personId, campaignId: null, schoolCode: null, payload });
    await answerDecision(visit, id, result, PATH, again);
  },
};

const invitePath = z.object({ personId: z.uuid() });
const inviteBody = z.object({ decisionId });

/** For an invitation that got lost, was refused by the mail server, or is too old. */
export const inviteAgain: Route = {
  method: 'post', path: `${PATH}/:personId/moi-lai`, access: ADMINISTRATOR,
  handle: async (visit) => {
    const { personId } = parsed(invitePath, visit.request.params);
    const again = (problem: Problem): Promise<void> => show(visit, { refusal: problem.sentence });
    const form = filled(inviteBody, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const id = form.data.decisionId;
    const result = await decide(visit.services, { id, act: 'invite_again', actorId: visit.me.personId, campaignId: null, schoolCode: null, payload: { personId } });
    await answerDecision(visit, id, result, PATH, again);
  },
};

const TOO_SHORT = 'Gõ ít nhất 2 ký tự để tìm.';
const search = z.object({ text: z.string().normalize().trim().min(2).max(100) });

/** A search by name is a POST: names stay out of addresses and logs. */
export const searchPeople: Route = {
  method: 'post', path: `${PATH}/tim`, access: ADMINISTRATOR,
  handle: async (visit) => {
    const form = filled(search, visit.request.body);
    await show(visit, form.ok ? { found: await findPeople(visit.services.db, form.data), sought: form.data.text } : { refusal: TOO_SHORT });
  },
};
