import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ApiSettings } from '../runtime/settings.js';

/** What every route gets; made once in `main.ts`, so that a test can give its own. */
export type Services = { db: Knex; temporal: Client; settings: ApiSettings; log: Logger };
