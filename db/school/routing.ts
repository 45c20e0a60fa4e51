import { routeApprover, type Authority, type AuthorityBasis, type RoleException, type Routing } from '../../domain/authority.js';
import type { Instant } from '../../domain/brand.js';
import { earliest } from '../../domain/plan.js';
import { rows, type Db } from '../connect.js';
import { schoolStaff, type StaffMember } from './staff.js';

/** What routing needs of one school, read once for all its classes. */
export type SchoolAuthority = { authorities: Authority[]; exceptions: RoleException[]; staff: StaffMember[] };

const instant = (at: Date): Instant => at.toISOString() as Instant;

export async function schoolAuthority(db: Db, schoolCode: string): Promise<SchoolAuthority> {
  const authorities = await rows<{
    id: string; person_id: string; personal_number: string | null; basis: AuthorityBasis; valid_from: Date; valid_to: Date | null; revoked_at: Date | null; classes: string[] | null;
  }>(db, `
    SELECT a.id, a.person_id, p.personal_number, a.basis, a.valid_from, a.valid_to, a.revoked_at, a.classes
    FROM authority a JOIN person p ON p.id = a.person_id WHERE a.school_code = :schoolCode`, { schoolCode });
  const exceptions = await rows<{ id: string; person_id: string; valid_from: Date; valid_to: Date; revoked_at: Date | null }>(db,
    'SELECT id, person_id, valid_from, valid_to, revoked_at FROM role_exception WHERE school_code = :schoolCode', { schoolCode });
  return {
    staff: await schoolStaff(db, schoolCode),
    authorities: authorities.map((a) => ({
      id: a.id, personId: a.person_id, personalNumber: a.personal_number, basis: a.basis, validFrom: instant(a.valid_from),
      validTo: a.valid_to && instant(a.valid_to), revokedAt: a.revoked_at && instant(a.revoked_at), classes: a.classes,
    })),
    exceptions: exceptions.map((e) => ({
      id: e.id, personId: e.person_id, validFrom: instant(e.valid_from), validTo: instant(e.valid_to), revokedAt: e.revoked_at && instant(e.revoked_at),
    })),
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
