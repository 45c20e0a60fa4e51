import type { Instant } from '../domain/brand.js';
import { row, touched, type Db } from './connect.js';

/** After so many failures in a row nobody calls before the probe time. */
const OPENS_AFTER = 3;
const FIRST_PAUSE_S = 5;
const LONGEST_PAUSE_S = 600;

/** Until when an outside system should be left alone; null when it may be called. */
export async function circuitOpenUntil(db: Db, name: string): Promise<Instant | null> {
  const found = await row<{ probe_at: Date | null }>(db, 'SELECT probe_at FROM circuit WHERE name = :name AND opened_at IS NOT NULL AND probe_at > now()', { name });
  return found?.probe_at ? found.probe_at.toISOString() as Instant : null;
}

export async function circuitFailed(db: Db, name: string, code: string): Promise<void> {
  await touched(db, `
    INSERT INTO circuit AS c (name, failures, last_error) VALUES (:name, 1, :code)
    ON CONFLICT (name) DO UPDATE SET failures = c.failures + 1, last_error = :code, updated_at = now(),
      opened_at = CASE WHEN c.failures + 1 >= ${OPENS_AFTER} THEN coalesce(c.opened_at, now()) END,
      probe_at = CASE WHEN c.failures + 1 >= ${OPENS_AFTER}
        THEN now() + make_interval(secs => least(${LONGEST_PAUSE_S}, ${FIRST_PAUSE_S} * power(2, least(c.failures + 1 - ${OPENS_AFTER}, 10)))) END
    -- Calls that were already on their way when it opened tell nothing new: only a failed probe makes the pause longer.
    WHERE c.probe_at IS NULL OR c.probe_at <= now()`, { name, code });
}

export async function circuitWorked(db: Db, name: string): Promise<void> {
  await touched(db, 'UPDATE circuit SET failures = 0, opened_at = NULL, probe_at = NULL, updated_at = now() WHERE name = :name AND failures > 0', { name });
}
