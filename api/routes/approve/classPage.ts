import { isUnderWay } from '../../../domain/signingProgress.js';
import type { SigningClass } from '../../../domain/sheets/approve.js';
import { approveSheet } from '../../../db/views/approve.js';
import { classCards } from '../../../db/views/signingClasses.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { CardChoices } from '../../../dashboards/pages/approve/classChoice.js';
import { ApproveClassPage } from '../../../dashboards/pages/approve/classPage.js';
import { sendPage, sendPart } from '../../http/answer.js';
import { freshForm, parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { APPROVERS, requirePathSchool, schoolClassPath } from './place.js';

type Found = { schoolCode: string; schoolName: string; campaignId: string; one: SigningClass; waiting: boolean };

/** A class of the school of the address, in the school's present campaign. */
export async function requireApproveClass(visit: Visit): Promise<Found> {
  const schoolCode = await requirePathSchool(visit, APPROVERS);
  const { classId } = parsed(schoolClassPath, visit.request.params);
  const sheet = await approveSheet(visit.services.db, { schoolCode, actorId: visit.me.personId });
  const one = sheet?.classes.find((each) => each.classId === classId);
  if (sheet?.school.campaign == null || one === undefined) throw new Refused('not-found');
  const waiting = one.inBatch || sheet.batches.some((batch) => isUnderWay(batch) && batch.classNames.includes(one.className));
  return { schoolCode, schoolName: sheet.school.name, campaignId: sheet.school.campaign.id, one, waiting };
}

export const showApproveClass: Route = {
  method: 'get', path: '/truong/:schoolCode/ky-duyet/lop/:classId', access: APPROVERS,
  handle: async (visit) => renderApproveClass(visit, await requireApproveClass(visit)),
};

export async function renderApproveClass(visit: Visit, found: Found, form: FormState = freshForm(visit.me.csrf)): Promise<void> {
  const cards = await classCards(visit.services.db, { classId: found.one.classId });
  const { schoolCode, schoolName, one } = found;
  const returnBlocked = blockOf(found, visit.me.personId);
  await sendPage(visit, {
    title: `Lớp ${one.className}`, view: ApproveClassPage({ schoolCode, schoolName, one, cards, form, returnBlocked }),
    model: { class: one, cards, actions: { return: { decisionId: form.decisionId, blocked: returnBlocked } } }, status: visit.response.statusCode,
  });
}

function blockOf({ one, waiting }: Found, me: string): string | null {
  if (waiting) return 'Lớp đang có một lần ký chờ xác nhận: hoàn tất hoặc từ chối trên điện thoại trước.';
  if (one.task === null) return 'Lớp không có việc ký duyệt đang mở.';
  return one.task.assigneeId === me ? null : `Chỉ người được giao ký duyệt (${one.task.assigneeName ?? 'chưa có ai'}) trả lại được lớp.`;
}

/** The ticks of one class, asked for by the approval page. */
export const showCardChoices: Route = {
  method: 'get', path: '/truong/:schoolCode/ky-duyet/lop/:classId/chon', access: APPROVERS,
  handle: async (visit) => {
    const { one } = await requireApproveClass(visit);
    const cards = await classCards(visit.services.db, { classId: one.classId });
    await sendPart(visit, CardChoices({ classId: one.classId, className: one.className, cards, form: null }));
  },
};
