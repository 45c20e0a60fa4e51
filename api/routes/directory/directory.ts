import { DirectoryPage } from '../../../dashboards/pages/directory/directory.js';
import { directoryCounts, schoolLines } from '../../../db/views/directory.js';
import { recentUploads } from '../../../db/views/uploads.js';
import { writeUnitsTemplate } from '../../../formats/intake/unitsTemplate.js';
import { INTAKE_LIMITS } from '../../../formats/workbook/limits.js';
import { COORDINATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { sendFile, sendPage, XLSX } from '../../http/answer.js';
import { answerDecision, answerProblem } from '../../http/decision.js';
import { freshForm, refusedForm, type Problem } from '../../http/form.js';
import type { Route, Visit } from '../../route.js';
import { takeWorkbook } from '../uploads/intake.js';

const show = async (visit: Visit, problem?: Problem): Promise<void> => {
  const { db } = visit.services;
  const [counts, schools, uploads] = await Promise.all([directoryCounts(db), schoolLines(db), recentUploads(db, { kind: 'units', campaignId: null, schoolCode: null })]);
  const form = problem === undefined ? freshForm(visit.me.csrf) : refusedForm(visit.me.csrf, {}, problem);
  await sendPage(visit, {
    title: 'Đơn vị và nhân sự', status: visit.response.statusCode,
    view: DirectoryPage({ counts, schools, uploads, form }), model: { counts, schools, uploads, decisionId: form.decisionId },
  });
};

export const showDirectory: Route = { method: 'get', path: '/don-vi', access: COORDINATOR, handle: (visit) => show(visit) };

/** The same bytes for everybody: written once, when first asked for. */
let template: Promise<Buffer> | null = null;

export const unitsTemplate: Route = {
  method: 'get', path: '/don-vi/mau', access: COORDINATOR,
  handle: async ({ response }) => sendFile(response, { name: 'Mẫu đơn vị và nhân sự.xlsx', type: XLSX, bytes: await (template ??= writeUnitsTemplate()) }),
};

/** Any time: a later workbook adds and corrects; areas of a running campaign stay as they were frozen. */
export const importUnits: Route = {
  method: 'post', path: '/don-vi', access: COORDINATOR, body: 'file', maxFileBytes: INTAKE_LIMITS.maxBytes,
  handle: async (visit) => {
    const again = (problem: Problem): Promise<void> => show(visit, problem);
    const taken = await takeWorkbook(visit, { kind: 'units', campaignId: null, schoolCode: null });
    if (!taken.ok) return answerProblem(visit, taken.problem, again);
    const { uploadId } = taken;
    const result = await decide(visit.services, { id: uploadId, act: 'import_units', actorId: visit.me.personId, campaignId: null, schoolCode: null, payload: { uploadId } });
    await answerDecision(visit, uploadId, result, `/tep/${uploadId}`, again);
  },
};
