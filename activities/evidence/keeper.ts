import { renewEvidence } from './renew.js';
import { refreshRevocations } from './revocations.js';
import type { ActivityDeps } from '../deps.js';

const DAY_MS = 86_400_000;

/**
 * Keeps what was proven provable, in the outbound worker's process: fetches the next revocation lists, notes which certificates they take
 * back, completes evidence with them, and renews evidence that has grown old. What needs no person and belongs to no school needs no
 * workflow (docs/decisions/012).
 */
export function startEvidenceKeeper(deps: ActivityDeps, { everyMs, renewAfterDays }: { everyMs: number; renewAfterDays: number }): { stop: () => Promise<void> } {
  let stopping = false;
  let wake: (() => void) | null = null;
  const loop = (async () => {
    while (!stopping) {
      try {
        const { revoked, settled } = await refreshRevocations(deps);
        const renewed = await renewEvidence(deps, new Date(Date.now() - renewAfterDays * DAY_MS));
        if (revoked + settled + renewed > 0) deps.log.info({ revoked, settled, renewed }, 'evidence was brought up to date');
      } catch (error) {
        // The next round does the same work: what failed is neither lost nor done twice.
        deps.log.warn({ code: error instanceof Error ? error.name : 'unknown' }, 'evidence could not be brought up to date and will be tried again');
      }
      if (!stopping) await new Promise<void>((resolve) => { wake = resolve; setTimeout(resolve, everyMs); });
    }
  })();
  return { stop: async () => { stopping = true; wake?.(); await loop; } };
}
