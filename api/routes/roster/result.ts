import { annotatedWorkbook, uploadSheet } from '../../../db/views/roster.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { isReading, UploadPage, UploadResult } from '../../../dashboards/pages/roster/upload.js';
import { sendFile, sendPage, sendPart, wantsJson, XLSX } from '../../http/answer.js';
import { freshForm, parsed } from '../../http/form.js';
import { unlessNamed } from '../../http/openDecision.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { CLERK, uploadPath } from './place.js';

/** What came of one upload: also the part that asks for itself while a worker reads the file. */
export const showUpload: Route = {
  method: 'get', path: '/truong/:schoolCode/du-lieu/:uploadId', access: CLERK,
  handle: async (visit) => renderUpload(visit, {}),
};

export async function renderUpload(visit: Visit, forms: { confirm?: FormState; discard?: FormState }): Promise<void> {
  const { services, me, request, response } = visit;
  const schoolCode = await requirePathSchool(visit, CLERK);
  const { uploadId } = parsed(uploadPath, request.params);
  const found = await uploadSheet(services.db, { uploadId, schoolCode, actorId: me.personId });
  if (found === undefined) throw new Refused('not-found');
  const sheet = { ...found, decision: unlessNamed(visit, found.decision) };
  const confirm = forms.confirm ?? freshForm(me.csrf);
  const discard = forms.discard ?? freshForm(me.csrf);
  if (request.get('hx-request') === 'true' && !wantsJson(visit)) {
    if (!isReading(sheet)) response.set('HX-Refresh', 'true');
    return sendPart(visit, UploadResult({ sheet, confirm, discard }));
  }
  await sendPage(visit, {
    title: 'Kết quả nộp dữ liệu', view: UploadPage({ sheet, confirm, discard }), scriptlessSeconds: isReading(sheet) ? 5 : null,
    model: { sheet, actions: { confirm: { decisionId: confirm.decisionId }, discard: { decisionId: discard.decisionId } } }, status: response.statusCode,
  });
}

/** The uploaded workbook with every fault marked at its cell. */
export const downloadAnnotated: Route = {
  method: 'get', path: '/truong/:schoolCode/du-lieu/:uploadId/danh-dau-loi.xlsx', access: CLERK,
  handle: async (visit) => {
    const schoolCode = await requirePathSchool(visit, CLERK);
    const { uploadId } = parsed(uploadPath, visit.request.params);
    const found = await annotatedWorkbook(visit.services.db, { uploadId, schoolCode });
    if (found === undefined) throw new Refused('not-found');
    sendFile(visit.response, { name: `loi-${found.fileName.replace(/\.xlsx$/i, '')}.xlsx`, type: XLSX, bytes: found.bytes });
  },
};
