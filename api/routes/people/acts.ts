import { z } from 'zod';
import { ROLE_SCOPE, ROLES } from '../../../domain/roles.js';
import { decide, type Asked } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusal, refusedForm, type Problem } from '../../http/form.js';
import { dayField } from '../../http/moments.js';
import type { Route, Visit } from '../../route.js';
import { loadPerson, MANAGERS, renderPerson, type PersonForm } from './show.js';

type Payload = Pick<Extract<Asked, { act: 'revoke_role' | 'grant_role' | 'disable_account' | 'enable_account' }>, 'act' | 'payload'>;
const reason = z.string({ error: 'Ghi lí do.' }).trim().min(5, 'Ghi lí do, ít nhất 5 ký tự.').max(1000);

/** One decision about one person; a refusal brings the page back with that form open and filled. */
function personAct<T extends z.ZodType<{ decisionId: string }>>(act: { path: string; kind: PersonForm['kind']; schema: T; payload: (data: z.infer<T>, personId: string) => Payload | null }): Route {
  return {
    method: 'post', path: `/nhan-su/:personId/${act.path}`, access: MANAGERS,
    handle: async (visit: Visit) => {
      const sheet = await loadPerson(visit);
      const { body } = visit.request as { body: Record<string, unknown> };
      const again = (problem: Problem): Promise<void> => {
        const form = refusedForm(visit.me.csrf, body, problem);
        return renderPerson(visit, sheet, act.kind === 'revoke' ? { kind: act.kind, grantId: typeof body['grantId'] === 'string' ? body['grantId'] : '', form } : { kind: act.kind, form });
      };
      const form = filled(act.schema, body);
      if (!form.ok) return answerProblem(visit, form.problem, again);
      const payload = act.payload(form.data, sheet.person.id);
      if (payload === null) return answerProblem(visit, refusal('form-out-of-date'), again);
      const id = form.data.decisionId;
      const result = await decide(visit.services, { id, actorId: visit.me.personId, campaignId: null, schoolCode: null, ...payload } as Asked);
      await answerDecision(visit, id, result, `/nhan-su/${sheet.person.id}`, again);
    },
  };
}

export const revokeRole = personAct({
  path: 'thu-hoi', kind: 'revoke', schema: z.object({ decisionId, grantId: z.uuid(), effectiveOn: dayField('Chọn ngày.'), reason }),
  payload: ({ grantId, effectiveOn, reason: why }) => ({ act: 'revoke_role', payload: { grantId, effectiveOn, reason: why } }),
});

/** `what` is a role and its unit's code, as the page offers them. */
export const grantRole = personAct({
  path: 'giao', kind: 'grant', schema: z.object({ decisionId, what: z.string({ error: 'Chọn vai trò.' }).max(60), reason }),
  payload: ({ what, reason: why }, personId) => {
    const [name = '', ...rest] = what.split('/');
    const role = ROLES.find((one) => one === name);
    if (role === undefined || role === 'principal') return null;
    const code = rest.join('/');
    const scope = ROLE_SCOPE[role];
    return { act: 'grant_role', payload: { personId, role, officeCode: scope === 'office' ? code : null, schoolCode: scope === 'school' ? code : null, reason: why } };
  },
});

export const disableAccount = personAct({
  path: 'khoa', kind: 'account', schema: z.object({ decisionId, reason }), payload: ({ reason: why }, personId) => ({ act: 'disable_account', payload: { personId, reason: why } }),
});

export const enableAccount = personAct({
  path: 'mo-khoa', kind: 'account', schema: z.object({ decisionId, reason }), payload: ({ reason: why }, personId) => ({ act: 'enable_account', payload: { personId, reason: why } }),
});
