import { setTimeout as sleep } from 'node:timers/promises';
import { DemoFault } from '../patience.js';
import type { Look, Town } from '../town.js';
import { isUnderWay, type Batch } from './shapes.js';

/** The request comes to the phone a moment after the page has taken the decision; later looks find it there too. */
const COMES_AFTER_MS = [300, 500, 800, 1_200, 2_000, 3_000] as const;

/** In a large province: whoever has just signed holds the phone in the hand, instead of opening the page again and again. */
export async function confirmAtOnce(town: Town, key: { account: string; pin: string } | null, told: Look): Promise<Look> {
  if (!town.world.story.open || key === null) return told;
  for (const pauseMs of COMES_AFTER_MS) {
    await sleep(pauseMs);
    if (await town.phones.confirmAny(key)) break;
  }
  return told;
}

/**
 * Takes the phone for every signing under way, and enters the PIN where the request has come. Idle when none is under way.
 * @throws DemoFault when a signing failed for good: the story has no such scene
 */
export async function confirmOnPhone(town: Town, key: { account: string; pin: string } | null, batches: readonly Batch[]): Promise<Look> {
  const [newest] = batches;
  // A key that somebody has taken back from the hub is no fault of the story: the clerk seals again.
  if (newest?.state === 'failed' && newest.account !== null) throw new DemoFault(`a signing of ${newest.account} failed: ${newest.failureCode ?? 'no reason given'}`);
  const open = batches.filter(isUnderWay);
  for (const batch of open.filter(({ state, account }) => account !== null && (state === 'requested' || state === 'prepared'))) {
    if (key === null) throw new DemoFault(`somebody without a signing account has a signing under way (${batch.account})`);
    await town.phones.confirm(key, batch.id);
  }
  return open.length > 0 ? 'busy' : 'idle';
}
