import { routeApprover, type Authority, type AuthorityBasis, type RoleException, type Routing } from '../../domain/authority.js';
import type { Instant } from '../../domain/brand.js';
import { earliest } from '../../domain/plan.js';
import type { Role } from '../../domain/roles.js';
import { row, type Db } from '../connect.js';
import type { StaffMember } from './staff.js';

/** What routing needs of one school, read once for all its classes. */
export type SchoolAuthority = { authorities: Authority[]; exceptions: RoleException[]; staff: StaffMember[] };

const instant = <T extends string | null>(at: T): T extends string ? Instant : null => (at === null ? null : new Date(at).toISOString()) as T extends string ? Instant : null;

type Stored = {
  authorities: { id: string; personId: string; personalNumber: string | null; basis: AuthorityBasis; validFrom: string; validTo: string | null; revokedAt: string | null; classes: string[] | null }[];
  exceptions: { id: string; personId: string; validFrom: string; validTo: string; revokedAt: string | null }[];
  staff: { personId: string; role: Role; shut: boolean; from: string | null; to: string | null }[];
};

/** In one statement: every step of a school asks for it. Staff are the roles that have not ended by `now()`, in a fixed order. */
export async function schoolAuthority(db: Db, schoolCode: string): Promise<SchoolAuthority> {
  const { authorities, exceptions, staff } = (await row<Stored>(db, `
    SELECT
      (SELECT coalesce(json_agg(json_build_object('id', a.id, 'personId', a.person_id, 'personalNumber', p.personal_number, 'basis', a.basis,
        'validFrom', a.valid_from, 'validTo', a.valid_to, 'revokedAt', a.revoked_at, 'classes', a.classes)), '[]')
        FROM authority a JOIN person p ON p.id = a.person_id WHERE a.school_code = :schoolCode) AS authorities,
      (SELECT coalesce(json_agg(json_build_object('id', e.id, 'personId', e.person_id, 'validFrom', e.valid_from, 'validTo', e.valid_to, 'revokedAt', e.revoked_at)), '[]')
        FROM role_exception e WHERE e.school_code = :schoolCode) AS exceptions,
      (SELECT coalesce(json_agg(json_build_object('personId', g.person_id, 'role', g.role, 'shut', p.disabled_at IS NOT NULL, 'from', g.valid_from, 'to', g.revoked_at) ORDER BY g.person_id, g.role), '[]')
        FROM role_grant g JOIN person p ON p.id = g.person_id WHERE g.school_code = :schoolCode AND (g.revoked_at IS NULL OR now() < g.revoked_at)) AS staff`, { schoolCode }))!;
  return {
    authorities: authorities.map((one) => ({ ...one, validFrom: instant(one.validFrom), validTo: instant(one.validTo), revokedAt: instant(one.revokedAt) })),
    exceptions: exceptions.map((one) => ({ ...one, validFrom: instant(one.validFrom), validTo: instant(one.validTo), revokedAt: instant(one.revokedAt) })),
    staff: staff.map((one) => ({ ...one, from: instant(one.from), to: instant(one.to) })),
  };
}

/** Moments at which a route may change by itself: a window or a role begins or ends. */
export function nextAuthorityChange({ authorities, exceptions, staff }: SchoolAuthority, now: Instant): Instant | null {
  const moments = [...[...authorities, ...exceptions].flatMap((one) => [one.validFrom, one.validTo, one.revokedAt]), ...staff.flatMap((one) => [one.from, one.to])];
  return earliest(...moments.filter((at) => at !== null && Date.parse(at) > Date.parse(now)));
}

/** `signedBy`: personal numbers of those who signed the cards that now wait for approval; a former teacher may be among them. */
export type ClassReviewer = { className: string; homeroomPersonId: string | null; homeroomNumber: string | null; signedBy: readonly string[] };

/** SQL of `signedBy` for a class row `k`. */
export const SIGNED_BY = `coalesce((SELECT array_agg(DISTINCT r.teacher_number) FROM report_card r
  WHERE r.class_id = k.id AND r.state = 'teacher_signed' AND r.teacher_number IS NOT NULL), '{}') AS "signedBy"`;

export const routeClass = (school: SchoolAuthority, one: ClassReviewer, now: Instant): Routing => routeApprover({
  ...school, className: one.className, now, reviewer: { personId: one.homeroomPersonId ?? '', personalNumber: one.homeroomNumber }, signedBy: one.signedBy,
});
