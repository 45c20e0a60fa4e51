import { z } from 'zod';
import { UploadResultPage } from '../../../dashboards/pages/uploads/result.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { annotatedFile, uploadFaults, uploadResult, waitingDifferences, type UploadResult } from '../../../db/views/uploads.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendFile, sendPage, XLSX } from '../../http/answer.js';
import { freshForm, parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';

const path = z.object({ uploadId: z.uuid() });
/** More lines than this help nobody on a page; the marked file holds them all. */
const SHOWN = 200;
const POLL_SECONDS = 3;

/** What the reading of a units or expected-pupils workbook found; asks again while it is being read. */
export const showUpload: Route = {
  method: 'get', path: '/tep/:uploadId', access: COORDINATOR,
  handle: async (visit) => showResult(visit, await wanted(visit)),
};

/** @param refused the form of a waiting units workbook, after a refusal */
export async function showResult(visit: Visit, upload: UploadResult, refused?: FormState): Promise<void> {
  const { db } = visit.services;
  const faults = await uploadFaults(db, { uploadId: upload.id, limit: SHOWN });
  const differences = await waitingDifferences(db, { uploadId: upload.id });
  const form = refused ?? freshForm(visit.me.csrf);
  const reading = upload.state === null || upload.state === 'queued';
  await sendPage(visit, {
    title: upload.kind === 'units' ? 'Kết quả nạp đơn vị và nhân sự' : 'Kết quả nạp danh sách học sinh', status: visit.response.statusCode, ...(reading ? { refreshSeconds: POLL_SECONDS } : {}),
    view: UploadResultPage({ upload, faults, shownLimit: SHOWN, waiting: differences === null ? null : { differences, form, discard: freshForm(visit.me.csrf) } }), model: { upload, faults, differences, decisionId: form.decisionId },
  });
}

export const annotatedUpload: Route = {
  method: 'get', path: '/tep/:uploadId/danh-dau-loi', access: COORDINATOR,
  handle: async (visit) => {
    const upload = await wanted(visit);
    const file = await annotatedFile(visit.services.db, { uploadId: upload.id });
    if (file === undefined) throw new Refused('not-found');
    sendFile(visit.response, { name: `Đã đánh dấu lỗi - ${file.fileName}`, type: XLSX, bytes: file.bytes });
  },
};

/** Rosters have their own page, with their own readers. */
export async function wanted({ services, request }: Visit): Promise<UploadResult> {
  const { uploadId } = parsed(path, request.params);
  const upload = await uploadResult(services.db, { uploadId });
  if (upload === undefined || upload.kind === 'roster') throw new Refused('not-found');
  return upload;
}
