import type { Instant } from '../../domain/brand.js';
import type { RefusalCode } from '../../domain/refusals.js';

/** What carrying out a decision needs besides the database. */
export type ActContext = {
  now: Instant;
  /** Encrypts a one-time link's token for the mail that will carry it (runtime/seal, purpose `mail-link`). */
  sealToken: (token: string) => Buffer;
  mailDomain: string;
  /**
   * What lists and responders say, asked before the transaction, of the Sở's certificate that a decision (by id) is about; null: nothing
   * against it. A decision about one that is not named here waits for the next step. Absent: no decision of this workflow is about one.
   */
  packetKeys?: ReadonlyMap<string, RefusalCode | null>;
};
