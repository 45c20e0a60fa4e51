import type { Instant } from '../../domain/brand.js';

/** What carrying out a decision needs besides the database. */
export type ActContext = {
  now: Instant;
  /** Encrypts a one-time link's token for the mail that will carry it (runtime/seal, purpose `mail-link`). */
  sealToken: (token: string) => Buffer;
  mailDomain: string;
};
