import type { Instant } from '../../domain/brand.js';
import type { Role } from '../../domain/roles.js';

/** Somebody's role at a school, now or from a day on; `shut`: the account is disabled, so nothing can be done with it. */
export type StaffMember = { personId: string; role: Role; shut: boolean; from: Instant | null; to: Instant | null };

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
