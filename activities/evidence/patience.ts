import { OutsideFault } from '../fault.js';
import type { TrustSources } from './sources.js';

/** For how long nobody who waits asks a responder again that did not answer. */
export const AWAY_FOR_MS = 30_000;
/** When a responder last did not answer, by its address. */
const away = new WeakMap<TrustSources, Map<string, number>>();

/** The same sources for somebody who waits: a responder that was just away is not waited for again, certificate by certificate. */
export const impatient = (sources: TrustSources): TrustSources => ({ ...sources, ocsp: (address, query) => unlessAway(sources, address, query) });

async function unlessAway(sources: TrustSources, address: string, query: Buffer): Promise<Buffer> {
  const known = away.get(sources) ?? new Map<string, number>();
  away.set(sources, known);
  if (Date.now() - (known.get(address) ?? -Infinity) < AWAY_FOR_MS) throw new OutsideFault('ocsp', 'away');
  try {
    return await sources.ocsp(address, query);
  } catch (error) {
    known.set(address, Date.now());
    throw error;
  }
}
