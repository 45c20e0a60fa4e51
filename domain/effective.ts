import type { Instant } from './brand.js';

/**
 * From when something decided for a local day holds: from its first moment, or from now on when that has passed. Never earlier: what
 * people lawfully did until now stays so.
 */
export function effectiveAt(day: string, now: Instant): Instant {
  const begins = Date.parse(`${day}T00:00:00+07:00`);
  return new Date(Math.max(begins, Date.parse(now))).toISOString() as Instant;
}
