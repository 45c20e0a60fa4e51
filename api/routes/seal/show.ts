import type { Role } from '../../../domain/roles.js';
import { isUnderWay } from '../../../domain/signingProgress.js';
import { sealSheet } from '../../../db/views/seal.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { certificateBlock, sealable, SealPage } from '../../../dashboards/pages/seal/seal.js';
import { sendPage } from '../../http/answer.js';
import { freshForm } from '../../http/form.js';
import { unlessNamed } from '../../http/openDecision.js';
import { Refused } from '../../http/refused.js';
import { phoneHref } from '../../http/signing.js';
import type { Route, Visit } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';

export const SEALERS = ['clerk'] as const satisfies readonly Role[];

export const showSeal: Route = {
  method: 'get', path: '/truong/:schoolCode/ky-so', access: SEALERS,
  handle: async (visit) => renderSeal(visit, await requirePathSchool(visit, SEALERS)),
};

export async function renderSeal(visit: Visit, schoolCode: string, form: FormState = freshForm(visit.me.csrf)): Promise<void> {
  const { services, me } = visit;
  const found = await sealSheet(services.db, { schoolCode, actorId: me.personId });
  if (found === undefined) throw new Refused('not-found');
  const sheet = { ...found, decision: unlessNamed(visit, found.decision) };
  const phone = phoneHref(services.settings, sheet.batches.find((batch) => isUnderWay(batch) && batch.personId === me.personId) ?? null);
  await sendPage(visit, {
    title: 'Ký số phát hành',
    // Ticks would be lost by a reload, so only where there are none to make.
    scriptlessSeconds: sealable(sheet.classes, me.personId).length === 0 && sheet.batches.some(isUnderWay) ? 5 : null,
    view: SealPage({ sheet, me: me.personId, form, now: new Date(), phoneHref: phone }),
    model: {
      sheet, phoneHref: phone,
      mine: sealable(sheet.classes, me.personId).map((one) => ({ classId: one.classId, className: one.className, task: `${one.task.id}:${one.task.version}`, ready: one.ready })),
      actions: { seal: { decisionId: form.decisionId, blocked: certificateBlock(sheet.certificate) } },
    },
    status: visit.response.statusCode,
  });
}
