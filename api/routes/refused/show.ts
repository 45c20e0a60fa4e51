import type { Role } from '../../../domain/roles.js';
import { refusedSheet } from '../../../db/views/refused.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { RefusedCardsPage } from '../../../dashboards/pages/refused/refused.js';
import { sendPage } from '../../http/answer.js';
import { freshForm } from '../../http/form.js';
import { unlessNamed } from '../../http/openDecision.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';

export const CORRECTORS = ['clerk', 'coordinator'] as const satisfies readonly Role[];

export const showRefused: Route = {
  method: 'get', path: '/truong/:schoolCode/kho-tu-choi', access: CORRECTORS,
  handle: async (visit) => renderRefused(visit, await requirePathSchool(visit, CORRECTORS)),
};

export async function renderRefused(visit: Visit, schoolCode: string, form: FormState = freshForm(visit.me.csrf)): Promise<void> {
  const found = await refusedSheet(visit.services.db, { schoolCode, actorId: visit.me.personId });
  if (found === undefined) throw new Refused('not-found');
  const sheet = { ...found, decision: unlessNamed(visit, found.decision) };
  await sendPage(visit, {
    title: 'Học bạ bị Kho từ chối', view: RefusedCardsPage({ sheet, form }), model: { sheet, actions: { correct: { decisionId: form.decisionId } } }, status: visit.response.statusCode,
  });
}
