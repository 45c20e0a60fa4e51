import { z } from 'zod';
import type { Instant } from '../../../domain/brand.js';
import type { Role } from '../../../domain/roles.js';
import { isUnderWay } from '../../../domain/signingProgress.js';
import { classPlace, reviewSheet } from '../../../db/views/review.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { ReviewPage, signBlock } from '../../../dashboards/pages/review/review.js';
import { requireSchool, scopeOf } from '../../auth/scope.js';
import { sendPage } from '../../http/answer.js';
import { freshForm, parsed } from '../../http/form.js';
import { unlessNamed } from '../../http/openDecision.js';
import { phoneHref } from '../../http/signing.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';

export const classPath = z.object({ classId: z.uuid() });
/** Of the school, only those who answer for its classes; a teacher sees the own class alone. */
const SCHOOL_READERS = ['principal', 'deputy', 'clerk'] as const satisfies readonly Role[];
export const TEACHER = ['homeroom'] as const satisfies readonly Role[];
export const REVIEW_READERS = ['homeroom', ...SCHOOL_READERS] as const satisfies readonly Role[];

/** The class of the address, once this person may see its pupils. */
export async function requireClass(visit: Visit): Promise<{ classId: string; campaignId: string; schoolCode: string }> {
  const { classId } = parsed(classPath, visit.request.params);
  const place = await classPlace(visit.services.db, { classId });
  if (place === undefined) throw new Refused('not-found');
  await requireSchool(visit.services.db, visit.me, REVIEW_READERS, place.schoolCode);
  const readsSchool = scopeOf(visit.me.grants, SCHOOL_READERS).schoolCodes.includes(place.schoolCode);
  if (!readsSchool && place.teacherId !== visit.me.personId) throw new Refused('other-area');
  return { classId, ...place };
}

export const showReview: Route = {
  method: 'get', path: '/lop/:classId/ra-soat', access: REVIEW_READERS,
  handle: async (visit) => renderReview(visit, (await requireClass(visit)).classId, {}),
};

/** The page, first or after a refusal; `forms` are those that come back with what was typed. */
export async function renderReview(visit: Visit, classId: string, forms: { sign?: FormState; report?: FormState }): Promise<void> {
  const { services, me } = visit;
  const now = new Date();
  const found = await reviewSheet(services.db, { classId, now: now.toISOString() as Instant });
  if (found === undefined) throw new Refused('not-found');
  const sheet = { ...found, decision: unlessNamed(visit, found.decision) };
  const mine = sheet.task === null ? sheet.teacherId === me.personId : sheet.task.assigneeId === me.personId;
  const sign = forms.sign ?? freshForm(me.csrf);
  const report = forms.report ?? freshForm(me.csrf);
  await sendPage(visit, {
    title: `Rà soát lớp ${sheet.className}`, scriptlessSeconds: sheet.batch !== null && isUnderWay(sheet.batch) ? 5 : null,
    view: ReviewPage({ sheet, now, sign, report, mine, phoneHref: mine ? phoneHref(services.settings, sheet.batch) : null }),
    model: { sheet, actions: { sign: { decisionId: sign.decisionId, blocked: signBlock({ sheet, mine }) }, report: { decisionId: report.decisionId } } },
    status: visit.response.statusCode,
  });
}
