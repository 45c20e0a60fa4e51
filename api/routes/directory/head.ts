import { z } from 'zod';
import { personByNumber } from '../../../db/views/person.js';
import { COORDINATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusal, refusedForm, type Problem } from '../../http/form.js';
import { dayField } from '../../http/moments.js';
import { many } from '../../http/taskField.js';
import type { Route } from '../../route.js';
import { renderStaff, wantedSchool } from './staff.js';

const schema = z.object({
  decisionId, personId: z.union([z.uuid(), z.literal('')], { error: 'Chọn người.' }).default(''),
  personalNumber: z.string().trim().default('').refine((text) => text === '' || /^\d{12}$/.test(text), 'Số định danh có đúng 12 chữ số.'),
  instrumentNumber: z.string({ error: 'Ghi số quyết định.' }).trim().min(1, 'Ghi số quyết định.').max(60), instrumentDate: dayField('Chọn ngày của quyết định.'),
  signedBy: z.string({ error: 'Ghi người ký.' }).trim().min(2, 'Ghi người ký.').max(120), effectiveOn: dayField('Chọn ngày có hiệu lực.'), kept: many(z.uuid()),
}).refine((form) => (form.personId === '') !== (form.personalNumber === ''), { path: ['personId'], message: 'Chọn một người của trường, hoặc nhập số định danh của người ở nơi khác.' });

/** Records who heads a school from a day on; the former head's authority ends at that moment. */
export const appointHead: Route = {
  method: 'post', path: '/don-vi/truong/:schoolCode/hieu-truong', access: COORDINATOR,
  handle: async (visit) => {
    const school = await wantedSchool(visit);
    const again = (problem: Problem): Promise<void> => renderStaff(visit, school, refusedForm(visit.me.csrf, visit.request.body, problem));
    const form = filled(schema, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const { decisionId: id, personId: chosen, personalNumber, ...appointment } = form.data;
    const personId = chosen !== '' ? chosen : (await personByNumber(visit.services.db, { personalNumber }))?.id;
    if (personId === undefined) return answerProblem(visit, refusal('not-found', { personalNumber: 'Không có ai trong danh mục mang số này. Nạp danh mục nhân sự trước.' }), again);
    const result = await decide(visit.services, { id, act: 'appoint_head', actorId: visit.me.personId, campaignId: null, schoolCode: null, payload: { ...appointment, schoolCode: school.schoolCode, personId } });
    await answerDecision(visit, id, result, `/don-vi/truong/${school.schoolCode}`, again);
  },
};
