import { createHmac } from 'node:crypto';
import { row, touched, type Db } from '../../db/connect.js';

/**
 * Wrong passwords from one address in a quarter of an hour. A school sits behind one address, so that the number is far above what its
 * people mistype, and far below what guessing many accounts needs: ten tries an account are stopped by the account's own lock.
 */
export const MOST_FAILURES = 100;
export const WINDOW_MINUTES = 15;

/**
 * Counted in PostgreSQL and not in the process: the api runs in several processes, and a guesser would have as many tries in each and
 * after each restart. It costs one statement beside a password's 32 MB of work. The address is kept only as a keyed hash.
 */
export class SignInLimit {
  readonly #key: string;
  /** @param address of the sender, an IPv6 one as its /64 */
  constructor(private readonly db: Db, secret: Buffer, address: string) {
    this.#key = createHmac('sha256', secret).update(`sign-in\0${address}`).digest('hex');
  }

  /** Takes one try before the password is looked at, so that guesses sent all at once are counted like guesses one by one. False: too many. */
  async take(): Promise<boolean> {
    const counted = await row<{ failures: number }>(this.db, `
      INSERT INTO sign_in_failure AS f (address_hash, failures, since) VALUES (:key, 1, now())
      ON CONFLICT (address_hash) DO UPDATE SET
        failures = CASE WHEN f.since <= now() - interval '${WINDOW_MINUTES} minutes' THEN 1 ELSE least(f.failures, ${MOST_FAILURES}) + 1 END,
        since = CASE WHEN f.since <= now() - interval '${WINDOW_MINUTES} minutes' THEN now() ELSE f.since END
      RETURNING f.failures`, { key: this.#key });
    return (counted?.failures ?? 0) <= MOST_FAILURES;
  }

  /** The password was right: the try does not count. Counts of addresses long quiet are swept on the way. */
  async giveBack(): Promise<void> {
    await touched(this.db, 'UPDATE sign_in_failure SET failures = greatest(failures - 1, 0) WHERE address_hash = :key', { key: this.#key });
    await touched(this.db, `DELETE FROM sign_in_failure WHERE since <= now() - interval '${WINDOW_MINUTES} minutes'`);
  }
}
