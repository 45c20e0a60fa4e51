import { z } from 'zod';
import { PersonPage, roleChoice } from '../../../dashboards/pages/people/person.js';
import { isoLocal } from '../../../dashboards/format.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import type { Option } from '../../../dashboards/components/form.js';
import { personSheet, type PersonSheet } from '../../../db/views/person.js';
import { mayManage, ROLE_SCOPE, ROLES, type Role } from '../../../domain/roles.js';
import { hasRole, type Me } from '../../auth/me.js';
import { sendPage } from '../../http/answer.js';
import { freshForm, parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route, Visit } from '../../route.js';

/** Whoever may put people out: the administrator everybody, the coordinator those of offices and schools. */
export const MANAGERS: readonly Role[] = ['administrator', 'coordinator'];
const path = z.object({ personId: z.uuid() });
export type PersonForm = { kind: 'revoke'; grantId: string; form: FormState } | { kind: 'grant' | 'account'; form: FormState };

export async function loadPerson(visit: Visit): Promise<PersonSheet> {
  const sheet = await personSheet(visit.services.db, parsed(path, visit.request.params));
  if (sheet === undefined) throw new Refused('not-found');
  return sheet;
}

export async function renderPerson(visit: Visit, sheet: PersonSheet, refused?: PersonForm): Promise<void> {
  const { me } = visit;
  const managed = (role: Role): boolean => mayManage(me.grants.map((grant) => grant.role), role);
  const formOf = (kind: 'grant' | 'account'): FormState => (refused?.kind === kind ? refused.form : freshForm(me.csrf));
  const open = sheet.grants.filter((grant) => grant.state !== 'ended');
  const forms = {
    grant: formOf('grant'), account: formOf('account'),
    revoke: new Map(open.map((grant) => [grant.id, refused?.kind === 'revoke' && refused.grantId === grant.id ? refused.form : freshForm(me.csrf)])),
  };
  const givable = givableRoles(sheet, managed);
  await sendPage(visit, {
    title: sheet.person.fullName, status: visit.response.statusCode,
    view: PersonPage({ ...sheet, forms, givable, accountBlock: accountBlock(sheet, me, managed), mayManage: managed, today: isoLocal(new Date()).slice(0, 10), trail: wayBack(sheet, me) }),
    model: { ...sheet, givable, actions: { grant: forms.grant.decisionId, account: forms.account.decisionId, revoke: Object.fromEntries([...forms.revoke].map(([id, form]) => [id, form.decisionId])) } },
  });
}

/** Roles at the units where the person has or had one; a new unit comes with the workbook. */
function givableRoles({ grants }: PersonSheet, managed: (role: Role) => boolean): Option[] {
  const units = [...new Map(grants.map((grant) => [grant.schoolCode ?? grant.officeCode ?? '', grant])).values()];
  const held = new Set(grants.filter((grant) => grant.state !== 'ended' && grant.revokedAt === null).map((grant) => `${grant.role}/${grant.schoolCode ?? grant.officeCode ?? ''}`));
  return ROLES.filter((role) => role !== 'principal' && managed(role)).flatMap((role) => {
    if (ROLE_SCOPE[role] === 'province') return units.some((unit) => unit.schoolCode === null && unit.officeCode === null) || units.length === 0 ? [roleChoice(role, null)] : [];
    return units.filter((unit) => (ROLE_SCOPE[role] === 'school' ? unit.schoolCode !== null : unit.officeCode !== null))
      .map((unit) => roleChoice(role, { code: unit.schoolCode ?? unit.officeCode ?? '', name: unit.unitName ?? '' }));
  }).filter((option) => !held.has(option.value));
}

function accountBlock({ person, grants }: PersonSheet, me: Me, managed: (role: Role) => boolean): string | null {
  if (person.disabledAt === null && person.id === me.personId) return 'Không tự khóa tài khoản của mình được. Nhờ quản trị hệ thống khác.';
  return grants.every((grant) => grant.state === 'ended' || managed(grant.role)) ? null : 'Người của Sở do quản trị hệ thống khóa và mở.';
}

function wayBack({ grants }: PersonSheet, me: Me): { label: string; href: string } {
  const school = grants.find((grant) => grant.schoolCode !== null);
  if (hasRole(me, ['coordinator'])) return school === undefined ? { label: 'Đơn vị và nhân sự', href: '/don-vi' } : { label: school.unitName ?? '', href: `/don-vi/truong/${school.schoolCode ?? ''}` };
  return { label: 'Người dùng', href: '/quan-tri/nguoi-dung' };
}

export const showPerson: Route = { method: 'get', path: '/nhan-su/:personId', access: MANAGERS, handle: async (visit) => renderPerson(visit, await loadPerson(visit)) };
