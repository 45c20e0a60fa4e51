import type { Role } from '../../../domain/roles.js';
import type { SealKey } from '../../../domain/sheets/sealKey.js';
import { sealKeySheet } from '../../../db/views/sealKey.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { SealKeyPage } from '../../../dashboards/pages/sealKey/sealKey.js';
import { certificateFacts } from '../../../formats/signature/certificate.js';
import { hasRole } from '../../auth/me.js';
import { sendPage } from '../../http/answer.js';
import { freshForm } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';

/** Who seals may see with what; whoever leads the school gives the key, and the Sở may take it away. */
const READERS = ['principal', 'deputy', 'clerk', 'coordinator'] as const satisfies readonly Role[];
export const GIVERS = ['principal', 'deputy'] as const satisfies readonly Role[];
export const WITHDRAWERS = ['principal', 'deputy', 'coordinator'] as const satisfies readonly Role[];
export const pathOf = (schoolCode: string): string => `/truong/${schoolCode}/chung-thu`;

export const showSealKey: Route = {
  method: 'get', path: '/truong/:schoolCode/chung-thu', access: READERS,
  handle: async (visit) => renderSealKey(visit, await requirePathSchool(visit, READERS), {}),
};

export async function renderSealKey(visit: Visit, schoolCode: string, forms: { give?: FormState; withdraw?: FormState }): Promise<void> {
  const { services, me } = visit;
  const found = await sealKeySheet(services.db, { schoolCode, actorId: me.personId });
  if (found === undefined) throw new Refused('not-found');
  const sheet = { ...found, current: found.current === null ? null : withSubject(found.current), earlier: found.earlier.map(withSubject) };
  const give = forms.give ?? freshForm(me.csrf);
  const withdraw = forms.withdraw ?? freshForm(me.csrf);
  const mayWithdraw = sheet.mayGive || hasRole(me, ['coordinator']);
  await sendPage(visit, {
    title: 'Chứng thư số của trường',
    view: SealKeyPage({ sheet, give, withdraw, mayWithdraw, now: new Date() }),
    model: {
      sheet: { ...sheet, current: withoutDer(sheet.current), earlier: sheet.earlier.map(withoutDer) },
      actions: { give: { decisionId: give.decisionId, allowed: sheet.mayGive }, withdraw: { decisionId: withdraw.decisionId, allowed: mayWithdraw && sheet.current !== null } },
    },
    status: visit.response.statusCode,
  });
}

const withSubject = <K extends SealKey>(key: K): K & { subject: string } => ({ ...key, subject: certificateFacts(key.der)?.subjectName ?? '' });
const withoutDer = <K extends SealKey>(key: K | null): Omit<K, 'der'> | null => {
  if (key === null) return null;
  const { der: _der, ...rest } = key;
  return rest;
};
