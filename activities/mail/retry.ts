import type { Delivery } from './transport.js';

/** Every try after a refusal: some servers say 5xx for a full mailbox or a fault of an hour. */
const AFTER_REFUSAL = [60, 900] as const;
/** A temporary refusal (4xx, greylisting): 5 s doubling to a quarter of an hour, for about three days, as RFC 5321 4.5.4.1 advises. */
const DEFERRED_FIRST = 5;
const DEFERRED_LONGEST = 900;
const MOST_DEFERRALS = 300;

export type RetryVerdict = { kind: 'again'; afterSeconds: number } | { kind: 'give-up' };

/**
 * What becomes of a mail that the server did not take.
 * @param attempts tries before this one
 */
export function retryVerdict(delivery: Exclude<Delivery, { kind: 'sent' | 'unreachable' }>, attempts: number): RetryVerdict {
  if (delivery.kind === 'refused') {
    const afterSeconds = AFTER_REFUSAL[attempts];
    return afterSeconds === undefined ? { kind: 'give-up' } : { kind: 'again', afterSeconds };
  }
  if (attempts + 1 >= MOST_DEFERRALS) return { kind: 'give-up' };
  return { kind: 'again', afterSeconds: Math.min(DEFERRED_LONGEST, DEFERRED_FIRST * 2 ** attempts) };
}

/** While the server as a whole is away all mails wait together: 1 s doubling to 30 s. `outages` counts tries in a row, from 1. */
export const outagePause = (outages: number): number => Math.min(30, 2 ** (outages - 1));
