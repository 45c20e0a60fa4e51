import { scrypt, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice, Argon2id with 19 MiB a guess; the library's usual algorithm. Runs on libuv's pool, so that pages go on being served. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** What hashes were made with before Argon2id; those still kept are read until their owner signs in once more. */
const OLD_COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 } as const;

export const PASSWORD_MIN = 10;

/** The hash in the PHC form, with its salt and its cost. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), COST);

const zeros = (bytes: number): string => Buffer.alloc(bytes).toString('base64').replaceAll('=', '');

/** A hash that no password matches; verified for unknown names, so that they take as long as known ones. */
export const UNKNOWN_HASH = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$${zeros(16)}$${zeros(32)}`;

/** Whether the hash is of an earlier kind, to be made anew while the password is at hand. */
export const isOldHash = (stored: string): boolean => stored.startsWith('scrypt$');

/** @throws when the hash is of a kind that this hub never wrote */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  if (stored.startsWith('$argon2id$')) return verify(stored, password.normalize('NFKC'));
  const [scheme, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) throw new Error('a stored password hash has an unknown scheme');
  return timingSafeEqual(await deriveOld(password, Buffer.from(salt, 'base64url')), Buffer.from(key, 'base64url'));
}

const deriveOld = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, 32, OLD_COST, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
