import { setTimeout as sleep } from 'node:timers/promises';
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
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const { revoked, settled } = await refreshRevocations(deps);
        const renewed = await renewEvidence(deps, new Date(Date.now() - renewAfterDays * DAY_MS));
        if (revoked + settled + renewed > 0) deps.log.info({ revoked, settled, renewed }, 'evidence was brought up to date');
      } catch (error) {
        // The next round does the same work: what failed is neither lost nor done twice.
        deps.log.warn({ code: error instanceof Error ? error.name : 'unknown' }, 'evidence could not be brought up to date and will be tried again');
      }
      // A timer that ran on would keep the process alive for its whole round.
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch((error: unknown) => { if (!stopping.signal.aborted) throw error; });
    }
  })();
  return { stop: async () => { stopping.abort(); await loop; } };
}
