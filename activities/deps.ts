import type { X509Certificate } from 'node:crypto';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ActContext } from '../db/acts/context.js';
import type { Instant } from '../domain/brand.js';
import { MAIL_LINK_PURPOSE } from '../domain/mail.js';
import { seal } from '../runtime/seal.js';
import type { WorkerSettings } from '../runtime/settings.js';
import type { PathValidator } from '../formats/trust/question.js';
import type { TrustSources } from './evidence/sources.js';
import type { KhoClient } from './kho/client.js';
import type { SigningClient } from './signing/client.js';

/** What activities receive from their process; made once in `workerMain`. */
export type ActivityDeps = {
  db: Knex; settings: WorkerSettings; log: Logger;
  kho: KhoClient; signing: SigningClient;
  /** Authorities whose certificates may sign, as two administrators have set them: roots, and those known to lie between. */
  anchors: (use?: 'person' | 'organisation', /** Whom it trusted then; default: now. */ at?: Date) => Promise<X509Certificate[]>;
  /** Time-stamps and revocation lists. */
  sources: TrustSources;
  trust: {
    validator: PathValidator;
    /** Absolute. */
    opensslPath: string;
    /** The same for time-stamps. */
    tsaAnchors: (at?: Date) => Promise<X509Certificate[]>;
    /** Fingerprints of authorities that may be used though weak. */
    weakAuthorities: () => Promise<readonly string[]>;
    /** Addresses of the OCSP responders that answer for an authority, by the SHA-256 of its certificate. */
    respondersOf: (fingerprint: string) => Promise<readonly string[]>;
  };
};

/** The moment and the means to queue mails, for the functions of `db/`. */
export const actContext = ({ settings }: Pick<ActivityDeps, 'settings'>): ActContext => ({
  now: new Date().toISOString() as Instant,
  sealToken: (token) => seal(settings.HUB_SECRET_KEY, MAIL_LINK_PURPOSE, Buffer.from(token)),
  mailDomain: new URL(settings.HUB_BASE_URL).hostname,
});
