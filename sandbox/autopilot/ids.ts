import { createHash } from 'node:crypto';

/**
 * The id of one decision of the demo: a UUID of version 4's form from SHA-256 of the seed and of what is decided (task, version). A
 * restarted autopilot therefore decides nothing twice: the hub knows the id already.
 */
export function decisionIdFor(seed: number, ...about: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify([seed, ...about])).digest();
  digest[6] = (digest[6]! & 0x0f) | 0x40;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
