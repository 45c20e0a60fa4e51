import type { Instant } from './brand.js';

/** What a packet's workflow is told after each step: ended, or look again then. */
export type PacketStep = { kind: 'ended'; state: 'done' | 'parked'; schoolWorkflowId: string } | { kind: 'wait'; until: Instant; why: 'pending' | 'settle' | 'circuit' | 'fault' };

/** The Kho is asked again after this long, growing with the time since the receipt: young packets often, old ones rarely. */
export function pollPause(secondsSinceReceipt: number): number {
  return Math.min(300, Math.max(0.5, secondsSinceReceipt * 0.5));
}

/** Transport faults: retried for two days, then a person looks (design §3). */
export const GIVE_UP_AFTER_S = 2 * 86_400;
export const faultPause = (attempts: number): number => Math.min(600, 2 ** Math.min(attempts, 10));

export const later = (now: Instant, seconds: number): Instant => new Date(Date.parse(now) + seconds * 1000).toISOString() as Instant;
