import { z } from 'zod';
import { insertUpload, type NewUpload } from '../../../db/uploadIntake.js';
import { decisionId } from '../../http/decision.js';
import { filled, refusal, type Problem } from '../../http/form.js';
import { fileOf } from '../../http/receive.js';
import type { Visit } from '../../route.js';

const body = z.object({ decisionId });

/**
 * Takes the workbook of a form into `upload`, under the id of the decision that will have it read. Whether it is a workbook at all is
 * judged by the reader, which says so with a sentence; here only that there is a file.
 */
export async function takeWorkbook(visit: Visit, about: Pick<NewUpload, 'kind' | 'campaignId' | 'schoolCode'>): Promise<{ ok: true; uploadId: string } | { ok: false; problem: Problem }> {
  const form = filled(body, visit.request.body);
  if (!form.ok) return form;
  const file = fileOf(visit.request);
  if (file === null) return { ok: false, problem: refusal('bad-input', { file: 'Chọn tệp .xlsx cần nạp.' }) };
  const uploadId = form.data.decisionId;
  const kept = await insertUpload(visit.services.db, { ...about, id: uploadId, format: 'xlsx', uploadedBy: visit.me.personId, fileName: file.name, bytes: file.bytes });
  return kept ? { ok: true, uploadId } : { ok: false, problem: refusal('form-out-of-date') };
}
