import type { Role, RoleGrant } from '../../domain/roles.js';
import { ROLE_SCOPE } from '../../domain/roles.js';
import { row, type Db } from '../../db/connect.js';
import { Refused } from '../http/refused.js';
import type { Me } from './me.js';

/** The part of the province a person reaches in certain roles: everything, some offices' areas, some schools. */
export type Scope = { province: boolean; officeCodes: string[]; schoolCodes: string[] };

export function scopeOf(grants: readonly RoleGrant[], roles: readonly Role[]): Scope {
  const held = grants.filter((grant) => roles.includes(grant.role));
  return {
    province: held.some((grant) => ROLE_SCOPE[grant.role] === 'province'),
    officeCodes: held.flatMap((grant) => (ROLE_SCOPE[grant.role] === 'office' && grant.officeCode !== null ? [grant.officeCode] : [])),
    schoolCodes: held.flatMap((grant) => (ROLE_SCOPE[grant.role] === 'school' && grant.schoolCode !== null ? [grant.schoolCode] : [])),
  };
}

/**
 * Condition that keeps a query inside `scope`; bind the scope's fields with it.
 * @param school SQL of the school's code, e.g. `s.school_code`
 * @param office SQL of its area's code, e.g. `s.office_code`
 */
export const scopeFilter = (school: string, office: string): string =>
  `(:province OR ${office} = ANY(:officeCodes) OR ${school} = ANY(:schoolCodes))`;

/** Refuses with `other-area` unless one of `roles` reaches this school. */
export async function requireSchool(db: Db, me: Me, roles: readonly Role[], schoolCode: string): Promise<void> {
  const found = await row<{ within: boolean }>(db,
    `SELECT ${scopeFilter('s.code', 's.office_code')} AS within FROM school s WHERE s.code = :schoolCode`, { ...scopeOf(me.grants, roles), schoolCode });
  if (found === undefined) throw new Refused('not-found');
  if (!found.within) throw new Refused('other-area');
}
