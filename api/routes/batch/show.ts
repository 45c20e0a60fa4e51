import { z } from 'zod';
import type { Role } from '../../../domain/roles.js';
import { isUnderWay, type SigningBatch } from '../../../domain/signingProgress.js';
import { signingBatch } from '../../../db/views/batch.js';
import { SigningPanel } from '../../../dashboards/components/signing.js';
import { SigningPage } from '../../../dashboards/pages/batch/closingSheet.js';
import { requireSchool, scopeOf } from '../../auth/scope.js';
import { sendPage, sendPart, wantsJson } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import { phoneHref } from '../../http/signing.js';
import type { Route } from '../../route.js';

const path = z.object({ batchId: z.uuid() });
const WIDE = ['principal', 'deputy', 'clerk'] as const satisfies readonly Role[];
const READERS = ['homeroom', ...WIDE] as const satisfies readonly Role[];

/** One signing: its progress while under way (also as the part that asks for itself), its closing sheet after. */
export const showBatch: Route = {
  method: 'get', path: '/lan-ky/:batchId', access: READERS,
  handle: async (visit) => {
    const { services, me, request, response } = visit;
    const { batchId } = parsed(path, request.params);
    const found = await signingBatch(services.db, { batchId });
    if (found === undefined) throw new Refused('not-found');
    await requireSchool(services.db, me, READERS, found.schoolCode);
    const mine = found.batch.personId === me.personId;
    if (!mine && !scopeOf(me.grants, WIDE).schoolCodes.includes(found.schoolCode)) throw new Refused('other-area');
    const panel = { batch: found.batch, mine, phoneHref: mine ? phoneHref(services.settings, found.batch) : null };
    if (request.get('hx-request') === 'true' && !wantsJson(visit)) {
      // The lists around the part change with the last signature, so the page is loaded anew.
      if (!isUnderWay(found.batch)) response.set('HX-Refresh', 'true');
      return sendPart(visit, SigningPanel(panel));
    }
    await sendPage(visit, {
      title: 'Lần ký', scriptlessSeconds: isUnderWay(found.batch) ? 5 : null,
      view: SigningPage({ ...panel, schoolName: found.schoolName, back: backOf(found) }),
      model: { batch: found.batch, phoneHref: panel.phoneHref, next: backOf(found) },
    });
  },
};

function backOf({ batch, schoolCode, classId }: { batch: SigningBatch; schoolCode: string; classId: string | null }): string {
  switch (batch.role) {
    case 'teacher': return classId === null ? '/viec-cua-toi' : `/lop/${classId}/ra-soat`;
    case 'principal': return `/truong/${schoolCode}/ky-duyet`;
    case 'seal': return `/truong/${schoolCode}/ky-so`;
  }
}
