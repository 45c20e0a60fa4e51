import { rosterSheet } from '../../../db/views/roster.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { RosterPage } from '../../../dashboards/pages/roster/roster.js';
import { sendPage } from '../../http/answer.js';
import { freshForm } from '../../http/form.js';
import { unlessNamed } from '../../http/openDecision.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { CLERK } from './place.js';

export const showRoster: Route = {
  method: 'get', path: '/truong/:schoolCode/du-lieu', access: CLERK,
  handle: async (visit) => renderRoster(visit, await requirePathSchool(visit, CLERK)),
};

export async function renderRoster(visit: Visit, schoolCode: string, form: FormState = freshForm(visit.me.csrf)): Promise<void> {
  const found = await rosterSheet(visit.services.db, { schoolCode, actorId: visit.me.personId });
  if (found === undefined) throw new Refused('not-found');
  const sheet = { ...found, decision: unlessNamed(visit, found.decision) };
  await sendPage(visit, {
    title: 'Dữ liệu lớp', view: RosterPage({ sheet, form, now: new Date() }), model: { sheet, actions: { upload: { decisionId: form.decisionId } } }, status: visit.response.statusCode,
  });
}
