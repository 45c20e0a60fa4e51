import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Request } from 'express';
import type { Knex } from 'knex';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { touched } from '../../db/connect.js';
import type { Services } from '../services.js';
import { Refused } from './refused.js';

/**
 * Takes one try from a counter that a public page keeps; a try too many is refused with `too-many-tries`. Gives it back to whom the page
 * could not serve.
 */
export type RateLimit = Record<'take' | 'giveBack', (services: Pick<Services, 'db' | 'settings'>, key: string) => Promise<void>>;

/**
 * Counted in PostgreSQL, so that a guesser has no more tries where the api runs in several processes. What a stranger can make the
 * database write is bounded: one small row a key, and a key that is used up is refused from memory until its time is over.
 * @param name of the counter, its own
 */
export function rateLimit(name: string, tries: number, perSeconds: number): RateLimit {
  const limiters = new WeakMap<Knex, RateLimiterPostgres>();
  const of = (db: Knex): RateLimiterPostgres => {
    const known = limiters.get(db);
    if (known !== undefined) return known;
    const made = new RateLimiterPostgres({
      storeClient: db, storeType: 'knex', tableName: 'public_try', tableCreated: true, keyPrefix: name, points: tries, duration: perSeconds, inMemoryBlockOnConsumed: tries + 1,
    });
    limiters.set(db, made);
    return made;
  };
  const hash = ({ settings }: Pick<Services, 'settings'>, key: string): string => createHmac('sha256', settings.HUB_SECRET_KEY).update(`public-try\0${name}\0${key}`).digest('hex');
  return {
    // The library's own way back inserts a negative number first, which the table refuses.
    giveBack: async (services, key) => { await touched(services.db, 'UPDATE public_try SET points = points - 1 WHERE key = :key AND points > 0', { key: `${name}:${hash(services, key)}` }); },
    take: async (services, key) => {
      try {
        await of(services.db).consume(hash(services, key));
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
