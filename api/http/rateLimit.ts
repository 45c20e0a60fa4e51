import { isIPv6 } from 'node:net';
import type { Request } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refused } from './refused.js';

/**
 * Takes one try from each counter that a public page keeps; a try too many is refused with `too-many-tries`. Counters live in the
 * process: they bound guessing, nobody's data hang on them, and a table would let a stranger make the database write.
 */
export type RateLimit = { take: (key: string) => Promise<void> };

export function rateLimit(tries: number, perSeconds: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: tries, duration: perSeconds });
  return {
    take: async (key) => {
      try {
        await limiter.consume(key);
      } catch (full) {
        throw full instanceof RateLimiterRes ? new Refused('too-many-tries') : full;
      }
    },
  };
}

/** Where a request comes from; a whole /64 counts as one, since one household or phone has as much of IPv6. */
export function addressOf(request: Request): string {
  const address = (request.ip ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return isIPv6(address) ? `${expanded(address).slice(0, 4).join(':')}::/64` : address;
}

function expanded(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const [front, back] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]];
  return tail === undefined ? front : [...front, ...Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0'), ...back];
}
