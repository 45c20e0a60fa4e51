import { z } from 'zod';
import { writeExpectedTemplate } from '../../../formats/intake/expectedTemplate.js';
import { INTAKE_LIMITS } from '../../../formats/workbook/limits.js';
import { COORDINATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { sendFile, XLSX } from '../../http/answer.js';
import { answerDecision, answerProblem } from '../../http/decision.js';
import { filled, type Problem } from '../../http/form.js';
import type { Route } from '../../route.js';
import { takeWorkbook } from '../uploads/intake.js';
import { showDraft } from './draft.js';
import { loadCampaign } from './load.js';

/** The same bytes for everybody: written once, when first asked for. */
let template: Promise<Buffer> | null = null;

export const expectedTemplate: Route = {
  method: 'get', path: '/dot/:campaignId/hoc-sinh/mau', access: COORDINATOR,
  handle: async ({ response }) => sendFile(response, { name: 'Mẫu danh sách học sinh.xlsx', type: XLSX, bytes: await (template ??= writeExpectedTemplate()) }),
};

const range = z.object({ range: z.enum(['all', 'schools']).default('all') });

/** Before launch only: the newest list without errors replaces the one before, or those of the schools in it. */
export const importExpected: Route = {
  method: 'post', path: '/dot/:campaignId/hoc-sinh', access: COORDINATOR, body: 'file', maxFileBytes: INTAKE_LIMITS.maxBytes,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    const again = (problem: Problem): Promise<void> => showDraft(visit, campaign, problem);
    const asked = filled(range, visit.request.body);
    if (!asked.ok) return answerProblem(visit, asked.problem, again);
    const taken = await takeWorkbook(visit, { kind: 'expected', campaignId: campaign.id, schoolCode: null });
    if (!taken.ok) return answerProblem(visit, taken.problem, again);
    const { uploadId } = taken;
    const result = await decide(visit.services, { id: uploadId, act: 'import_expected', actorId: visit.me.personId, campaignId: campaign.id, schoolCode: null, payload: { uploadId, ...(asked.data.range === 'schools' ? { range: 'schools' as const } : {}) } });
    await answerDecision(visit, uploadId, result, `/tep/${uploadId}`, again);
  },
};
