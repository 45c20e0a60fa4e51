import type { Role } from '../../../domain/roles.js';
import { HomeroomPage } from '../../../dashboards/pages/homeroom/homeroom.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { homeroomSheet } from '../../../db/views/homeroom.js';
import { sendPage } from '../../http/answer.js';
import { freshForm } from '../../http/form.js';
import { unlessNamed } from '../../http/openDecision.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';

export const ASSIGNERS = ['principal', 'coordinator'] as const satisfies readonly Role[];

export const showHomeroom: Route = {
  method: 'get', path: '/truong/:schoolCode/chu-nhiem', access: ASSIGNERS,
  handle: async (visit) => renderHomeroom(visit, await requirePathSchool(visit, ASSIGNERS)),
};

export async function renderHomeroom(visit: Visit, schoolCode: string, refused?: FormState): Promise<void> {
  const found = await homeroomSheet(visit.services.db, { schoolCode, actorId: visit.me.personId });
  if (found === undefined) throw new Refused('not-found');
  const sheet = { ...found, decision: unlessNamed(visit, found.decision) };
  const form = refused ?? freshForm(visit.me.csrf);
  await sendPage(visit, { title: 'Phân công GVCN', status: visit.response.statusCode, view: HomeroomPage({ sheet, form }), model: { sheet, decisionId: form.decisionId } });
}
