import { z } from 'zod';
import { isoLocal } from '../../../dashboards/format.js';
import type { SchoolForm } from '../../../dashboards/pages/schools/school.js';
import { STAGES } from '../../../domain/policy.js';
import { COORDINATOR } from '../../auth/access.js';
import { decide, type Asked } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, type Problem } from '../../http/form.js';
import { dayField, momentField } from '../../http/moments.js';
import type { Route } from '../../route.js';
import { loadSchool, renderSchool } from './show.js';

type Payload = Pick<Extract<Asked, { act: 'extend_deadline' | 'remind_school' | 'exempt_school' | 'grant_exception' }>, 'act' | 'payload'>;

/** One act of the Sở upon one school; a refusal brings the school's page back with that form open and filled. */
function schoolAct<T extends z.ZodType<{ decisionId: string }>>(act: { path: string; form: SchoolForm; schema: T; payload: (data: z.infer<T>) => Payload }): Route {
  return {
    method: 'post', path: `/dot/:campaignId/truong/:schoolCode/${act.path}`, access: COORDINATOR,
    handle: async (visit) => {
      const place = await loadSchool(visit);
      const again = (problem: Problem): Promise<void> => renderSchool(visit, place, { form: act.form, problem });
      const form = filled(act.schema, visit.request.body);
      if (!form.ok) return answerProblem(visit, form.problem, again);
      const id = form.data.decisionId;
      const asked = { id, actorId: visit.me.personId, campaignId: place.campaign.id, schoolCode: place.schoolCode, ...act.payload(form.data) } as Asked;
      await answerDecision(visit, id, await decide(visit.services, asked), `/dot/${place.campaign.id}/truong/${place.schoolCode}`, again);
    },
  };
}

const reason = z.string({ error: 'Ghi lí do.' }).trim().min(5, 'Ghi lí do, ít nhất 5 ký tự.').max(1000);
const day = dayField('Chọn ngày.');
const DAY_MS = 86_400_000;

export const extendDeadline = schoolAct({
  path: 'gia-han', form: 'extend',
  schema: z.object({ decisionId, stage: z.enum(STAGES, 'Chọn khâu.'), dueAt: momentField('Chọn hạn mới.'), reason }),
  payload: ({ stage, dueAt, reason: why }) => ({ act: 'extend_deadline', payload: { stage, dueAt, reason: why } }),
});

export const remindSchool = schoolAct({
  path: 'nhac', form: 'remind',
  schema: z.object({ decisionId, stage: z.union([z.enum(STAGES), z.literal('')]).default('') }),
  payload: ({ stage }) => ({ act: 'remind_school', payload: { stage: stage === '' ? null : stage } }),
});

export const exemptSchool = schoolAct({
  path: 'mien', form: 'exempt',
  schema: z.object({ decisionId, reason, until: z.union([day, z.literal('')]).default('') }),
  payload: ({ reason: why, until }) => ({ act: 'exempt_school', payload: { reason: why, until: until === '' ? null : until } }),
});

/** People write the last day on which it holds; the window's exclusive end is the day after, in local time. */
export const grantException = schoolAct({
  path: 'ngoai-le', form: 'except',
  schema: z.object({ decisionId, personId: z.uuid('Chọn người.'), instrumentNumber: z.string().trim().min(1, 'Ghi số quyết định.').max(60), instrumentDate: day, from: day, through: day, reason }),
  payload: ({ personId, instrumentNumber, instrumentDate, from, through, reason: why }) => ({
    act: 'grant_exception',
    payload: { personId, instrumentNumber, instrumentDate, reason: why, validFrom: isoLocal(`${from}T00:00:00+07:00`), validTo: isoLocal(Date.parse(`${through}T00:00:00+07:00`) + DAY_MS) },
  }),
});
