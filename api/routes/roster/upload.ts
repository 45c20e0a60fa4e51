import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { insertUpload } from '../../../db/uploadIntake.js';
import type { UploadFormat } from '../../../domain/sheets/roster.js';
import { decide, type DecideResult } from '../../decide.js';
import { sendOn } from '../../http/answer.js';
import { answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusal, refusedForm, type Problem } from '../../http/form.js';
import { fileOf } from '../../http/receive.js';
import type { Route, Visit } from '../../route.js';
import { CLERK, MAX_UPLOAD_BYTES, requireCampaign } from './place.js';
import { renderRoster } from './show.js';

const schema = z.object({ decisionId });

/** A roster workbook, the same as a .json file, or signed cards of other software: kept as received, then read by a worker. */
export const uploadRoster: Route = {
  method: 'post', path: '/truong/:schoolCode/du-lieu', access: CLERK, body: 'file', maxFileBytes: MAX_UPLOAD_BYTES,
  handle: async (visit) => {
    const school = await requireCampaign(visit);
    const again = (problem: Problem): Promise<void> => renderRoster(visit, school.code, refusedForm(visit.me.csrf, visit.request.body, problem));
    const form = filled(schema, visit.request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const file = fileOf(visit.request);
    if (file === null) return answerProblem(visit, refusal('bad-input', { file: 'Chọn tệp Excel (.xlsx) của trường, hoặc tệp học bạ đã ký (.xml), rồi bấm nộp.' }), again);
    const format = /\.json$/i.test(file.name) ? 'json' : /\.xml$/i.test(file.name) ? 'xml' : 'xlsx';
    return accept(visit, school, { id: form.data.decisionId, format, name: file.name, bytes: file.bytes }, again);
  },
};

/** The same data as one JSON document, for school software; `Idempotency-Key` may name the decision. */
export const uploadRosterJson: Route = {
  method: 'post', path: '/truong/:schoolCode/du-lieu.json', access: CLERK, body: 'json', maxFileBytes: MAX_UPLOAD_BYTES,
  handle: async (visit) => {
    const school = await requireCampaign(visit);
    const again = (problem: Problem): Promise<void> => renderRoster(visit, school.code, refusedForm(visit.me.csrf, {}, problem));
    const key = filled(z.object({ key: decisionId.default(() => randomUUID()) }), { key: visit.request.get('idempotency-key') });
    if (!key.ok) return answerProblem(visit, key.problem, again);
    const bytes: unknown = visit.request.body;
    if (!Buffer.isBuffer(bytes) || bytes.length === 0) return answerProblem(visit, refusal('bad-input', { file: 'Gửi một tài liệu JSON (Content-Type: application/json).' }), again);
    return accept(visit, school, { id: key.data.key, format: 'json', name: 'du-lieu.json', bytes }, again);
  },
};

/** The upload carries its decision's id: a form sent twice is one file and one decision. */
async function accept(visit: Visit, school: { code: string; campaign: { id: string } }, file: { id: string; format: UploadFormat; name: string; bytes: Buffer }, again: (problem: Problem) => Promise<void>): Promise<void> {
  const { services, me } = visit;
  const uploadId = file.id;
  const kept = await insertUpload(services.db, {
    id: uploadId, kind: 'roster', format: file.format, campaignId: school.campaign.id, schoolCode: school.code, uploadedBy: me.personId, fileName: file.name.slice(-120), bytes: file.bytes,
  });
  if (!kept) return answerProblem(visit, refusal('form-out-of-date'), again);
  const result: DecideResult = await decide(services, {
    id: file.id, act: 'upload_roster', actorId: me.personId, campaignId: school.campaign.id, schoolCode: school.code, payload: { uploadId },
  });
  if (result.kind === 'refused') return answerProblem(visit, refusal(result.code), again);
  const next = `/truong/${school.code}/du-lieu/${uploadId}`;
  sendOn(visit, next, { outcome: result.kind, decisionId: file.id, uploadId, next });
}
