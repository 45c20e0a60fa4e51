import type { Instant } from '../../domain/brand.js';
import type { Role } from '../../domain/roles.js';
import { rows, type Db } from '../connect.js';

/** Somebody's role at a school, now or from a day on; `shut`: the account is disabled, so nothing can be done with it. */
export type StaffMember = { personId: string; role: Role; shut: boolean; from: Instant | null; to: Instant | null };

/** Roles at one school that have not ended by `now()`, in a fixed order. */
export async function schoolStaff(db: Db, schoolCode: string): Promise<StaffMember[]> {
  const found = await rows<{ person_id: string; role: Role; shut: boolean; valid_from: Date | null; revoked_at: Date | null }>(db, `
    SELECT g.person_id, g.role, p.disabled_at IS NOT NULL AS shut, g.valid_from, g.revoked_at FROM role_grant g JOIN person p ON p.id = g.person_id
    WHERE g.school_code = :schoolCode AND (g.revoked_at IS NULL OR now() < g.revoked_at) ORDER BY g.person_id, g.role`, { schoolCode });
  const instant = (at: Date | null): Instant | null => at && at.toISOString() as Instant;
  return found.map((one) => ({ personId: one.person_id, role: one.role, shut: one.shut, from: instant(one.valid_from), to: instant(one.revoked_at) }));
}

const holds = ({ from, to }: StaffMember, now: Instant): boolean =>
  (from === null || Date.parse(from) <= Date.parse(now)) && (to === null || Date.parse(now) < Date.parse(to));

/** Whether a person can act in one of `roles` at the school now, and if not, why. */
export function standing(staff: readonly StaffMember[], personId: string | null, roles: readonly Role[], now: Instant): 'able' | 'shut' | 'none' {
  const held = staff.filter((one) => one.personId === personId && roles.includes(one.role) && holds(one, now));
  if (held.length === 0) return 'none';
  return held.some((one) => !one.shut) ? 'able' : 'shut';
}

/** The one to whom the school's own work goes: an able holder first, by id, so that every step names the same. */
export function holderOf(staff: readonly StaffMember[], role: Role, now: Instant): { personId: string; shut: boolean } | null {
  const held = staff.filter((one) => one.role === role && holds(one, now));
  return held.find((one) => !one.shut) ?? held[0] ?? null;
}
