import { isoLocal, inputTime } from '../../../dashboards/format.js';
import type { Role } from '../../../domain/roles.js';
import { authoritySheet } from '../../../db/views/authority.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { AuthorityPage } from '../../../dashboards/pages/authority/authority.js';
import { hasRole } from '../../auth/me.js';
import { sendPage } from '../../http/answer.js';
import { freshForm } from '../../http/form.js';
import { unlessNamed } from '../../http/openDecision.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';

/** Deputies, teachers and clerks may read who signs; only a head or the Sở changes it. */
const READERS = ['principal', 'deputy', 'homeroom', 'clerk', 'coordinator'] as const satisfies readonly Role[];
export const GRANTERS = ['principal', 'coordinator'] as const satisfies readonly Role[];

export const showAuthority: Route = {
  method: 'get', path: '/truong/:schoolCode/giao-ky', access: READERS,
  handle: async (visit) => renderAuthority(visit, await requirePathSchool(visit, READERS), {}),
};

export async function renderAuthority(visit: Visit, schoolCode: string, forms: { grant?: FormState; revoke?: { authorityId: string; form: FormState } }): Promise<void> {
  const { services, me } = visit;
  const found = await authoritySheet(services.db, { schoolCode, actorId: me.personId });
  if (found === undefined) throw new Refused('not-found');
  const sheet = { ...found, decision: unlessNamed(visit, found.decision) };
  const mayGrant = me.grants.some((one) => one.role === 'coordinator' || (one.role === 'principal' && one.schoolCode === schoolCode));
  const grant = forms.grant ?? freshForm(me.csrf, { validFrom: inputTime(new Date()) });
  const ending = sheet.authorities.filter((one) => mayGrant && one.basis !== 'head' && (one.basis !== 'deputy_in_charge' || hasRole(me, ['coordinator'])) && one.revokedAt === null);
  const revoke = new Map(ending.map((one) => [one.id, forms.revoke?.authorityId === one.id ? forms.revoke.form : freshForm(me.csrf)]));
  await sendPage(visit, {
    title: 'Giao ký thay',
    view: AuthorityPage({ sheet, grant, revoke, mayGrant, mayRecordInCharge: hasRole(me, ['coordinator']), today: isoLocal(new Date()).slice(0, 10) }),
    model: { sheet, actions: { grant: { decisionId: grant.decisionId, allowed: mayGrant }, revoke: Object.fromEntries([...revoke].map(([id, form]) => [id, form.decisionId])) } },
    status: visit.response.statusCode,
  });
}
