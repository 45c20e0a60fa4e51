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
  /** Issuers whose certificates may sign; read from HUB_TRUST_ANCHORS when first needed. */
  anchors: () => Promise<X509Certificate[]>;
  /** Time-stamps and revocation lists. */
  sources: TrustSources;
  trust: {
    validator: PathValidator;
    /** Absolute. */
    opensslPath: string;
    /** Roots of the accepted time-stamping authorities; from HUB_TSA_ANCHORS. */
    tsaAnchors: () => Promise<X509Certificate[]>;
  };
};

/** The moment and the means to queue mails, for the functions of `db/`. */
export const actContext = ({ settings }: Pick<ActivityDeps, 'settings'>): ActContext => ({
  now: new Date().toISOString() as Instant,
  sealToken: (token) => seal(settings.HUB_SECRET_KEY, MAIL_LINK_PURPOSE, Buffer.from(token)),
  mailDomain: new URL(settings.HUB_BASE_URL).hostname,
});
