import { z } from 'zod';
import { chaseSheet, officesOf } from '../../../db/views/office.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { ChasePage } from '../../../dashboards/pages/office/chase.js';
import { OfficeListPage } from '../../../dashboards/pages/office/list.js';
import type { Role } from '../../../domain/roles.js';
import { scopeOf } from '../../auth/scope.js';
import { sendOn, sendPage, wantsJson } from '../../http/answer.js';
import { freshForm, parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';

export const CHASERS = ['office', 'coordinator'] as const satisfies readonly Role[];
const path = z.object({ officeCode: z.string().regex(/^[\w-]{1,30}$/) });

/** One's own areas; a single one opens at once. */
export const showOffices: Route = {
  method: 'get', path: '/dia-ban', access: CHASERS,
  handle: async (visit) => {
    const { province, officeCodes } = scopeOf(visit.me.grants, CHASERS);
    const offices = await officesOf(visit.services.db, { all: province, officeCodes });
    const [only, ...others] = offices;
    if (only !== undefined && others.length === 0 && !wantsJson(visit)) return sendOn(visit, `/dia-ban/${only.code}`, {});
    await sendPage(visit, { title: 'Đôn đốc địa bàn', view: OfficeListPage({ offices }), model: { offices } });
  },
};

export const showChase: Route = {
  method: 'get', path: '/dia-ban/:officeCode', access: CHASERS,
  handle: async (visit) => renderChase(visit, parsed(path, visit.request.params).officeCode, null),
};

export async function renderChase(visit: Visit, officeCode: string, refused: { schoolCode: string; form: FormState } | null): Promise<void> {
  const { services, me } = visit;
  const { province, officeCodes } = scopeOf(me.grants, CHASERS);
  if (!province && !officeCodes.includes(officeCode)) throw new Refused('other-area');
  const sheet = await chaseSheet(services.db, { officeCode });
  if (sheet === undefined) throw new Refused('not-found');
  const reminders = new Map(sheet.schools.filter((school) => school.tasks.length > 0)
    .map((school) => [school.schoolCode, refused?.schoolCode === school.schoolCode ? refused.form : freshForm(me.csrf)]));
  await sendPage(visit, {
    title: 'Đôn đốc địa bàn', view: ChasePage({ sheet, reminders }),
    model: { sheet, actions: { remind: Object.fromEntries([...reminders].map(([code, form]) => [code, form.decisionId])) } }, status: visit.response.statusCode,
  });
}
