import { refusedForm } from '../../http/form.js';
import type { Route } from '../../route.js';
import { APPROVERS, requirePathSchool } from './place.js';
import { renderApprove } from './render.js';

export const showApprove: Route = {
  method: 'get', path: '/truong/:schoolCode/ky-duyet', access: APPROVERS,
  handle: async (visit) => renderApprove(visit, await requirePathSchool(visit, APPROVERS)),
};

/** Without JavaScript: lists one more class's cards and keeps every tick made so far. Changes nothing. */
export const openCards: Route = {
  method: 'post', path: '/truong/:schoolCode/ky-duyet/mo', access: APPROVERS,
  handle: async (visit) => {
    const schoolCode = await requirePathSchool(visit, APPROVERS);
    const kept = refusedForm(visit.me.csrf, visit.request.body, { code: 'bad-input', sentence: '', fields: {} });
    await renderApprove(visit, schoolCode, { ...kept, problem: null });
  },
};
