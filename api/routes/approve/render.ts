import { isUnderWay } from '../../../domain/signingProgress.js';
import { approveSheet } from '../../../db/views/approve.js';
import { classCards } from '../../../db/views/signingClasses.js';
import { ApprovePage, myClasses } from '../../../dashboards/pages/approve/approve.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { valuesOf } from '../../../dashboards/components/formState.js';
import { sendPage } from '../../http/answer.js';
import { freshForm } from '../../http/form.js';
import { unlessNamed } from '../../http/openDecision.js';
import { Refused } from '../../http/refused.js';
import { phoneHref } from '../../http/signing.js';
import type { Visit } from '../../route.js';

/** The approval page; `form` is one that comes back with its ticks, after a refusal or after a class's cards were opened. */
export async function renderApprove(visit: Visit, schoolCode: string, form: FormState = freshForm(visit.me.csrf)): Promise<void> {
  const { services, me } = visit;
  const found = await approveSheet(services.db, { schoolCode, actorId: me.personId });
  if (found === undefined) throw new Refused('not-found');
  const sheet = { ...found, decision: unlessNamed(visit, found.decision) };
  const mine = myClasses(sheet.classes, me.personId);
  const wanted = new Set([...valuesOf(form, 'listed'), ...valuesOf(form, 'mo')]);
  const toOpen = mine.filter((one) => wanted.has(one.classId)).map((one) => one.classId);
  const opened = new Map(await Promise.all(toOpen.map(async (classId) => [classId, await classCards(services.db, { classId })] as const)));
  const batch = sheet.batches.find(isUnderWay) ?? null;
  await sendPage(visit, {
    title: 'Ký duyệt học bạ',
    // Ticks would be lost by a reload, so only where there are none to make.
    scriptlessSeconds: mine.length === 0 && sheet.batches.some(isUnderWay) ? 5 : null,
    view: ApprovePage({ sheet, me: me.personId, form, now: new Date(), phoneHref: phoneHref(services.settings, batch), opened }),
    model: {
      sheet, phoneHref: phoneHref(services.settings, batch),
      mine: mine.map((one) => ({ classId: one.classId, className: one.className, task: `${one.task.id}:${one.task.version}`, ready: one.ready })),
      actions: { approve: { decisionId: form.decisionId } },
    },
    status: visit.response.statusCode,
  });
}
