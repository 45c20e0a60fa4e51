import type { Role, RoleGrant } from '../../domain/roles.js';

/** The signed-in person of this request. */
export type Me = { personId: string; fullName: string; grants: readonly RoleGrant[]; csrf: string; sessionHash: string };

export const hasRole = (me: Me, roles: readonly Role[]): boolean => me.grants.some((grant) => roles.includes(grant.role));
