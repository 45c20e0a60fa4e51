import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { newToken, tokenHash } from '../../api/auth/token.js';
import { allTold } from '../../api/decide.js';
import { createApp } from '../../api/server.js';
import { openDatabase, rows } from '../../db/connect.js';
import { recordDecisions } from '../../db/decision/record.js';
import type { Instant } from '../../domain/brand.js';
import type { Role } from '../../domain/roles.js';
import { apiSettings } from '../../runtime/settings.js';
import { UNALLOCATED_PROVINCE } from '../../sandbox/province/numbers.js';
import { createTestDatabase } from './database.js';

/** The whole web side over HTTP on a database of its own, signed in as whom a test wants. Temporal is replaced by a note of what it was told. */
export type Web = {
  url: string;
  owner: Knex;
  /** Address of its database for the worker's role. */
  workerUrl: string;
  /** HUB_SECRET_KEY of this hub. */
  secret: Buffer;
  /** What Temporal was told, as `update:<workflow id>` and `signal:<workflow id>`. */
  told: string[];
  as: (personId: string) => Promise<Visitor>;
  stranger: Visitor;
  /** Carries out open decisions as a worker's recording activity does, until the web is closed. */
  startWorker: () => void;
  close: () => Promise<void>;
};
export type Sent = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };
export type Visitor = {
  cookie: string;
  csrf: string;
  get: (path: string, init?: Sent) => Promise<Response>;
  page: (path: string) => Promise<string>;
  json: <T = Record<string, unknown>>(path: string) => Promise<T>;
  /** Posts a form like a browser; the answer's redirect is not followed. */
  post: (path: string, form: Record<string, string | string[]>, init?: Sent) => Promise<Response>;
  /** Posts JSON like a program; the answer is `{outcome, …}`. */
  tell: (path: string, body: Record<string, unknown>) => Promise<{ status: number; body: Record<string, unknown> }>;
};

export const SIGNING_SECRET = 'a-secret-of-the-test';

export async function startWeb(): Promise<Web> {
  const database = await createTestDatabase();
  const owner = openDatabase(database.url, 4);
  const db = openDatabase(database.apiUrl, 6);
  const told: string[] = [];
  const settings = apiSettings({
    HUB_MODE: 'sandbox', HUB_BASE_URL: 'http://127.0.0.1:1', HUB_PORT: '1', HUB_PROVINCE_CODE: UNALLOCATED_PROVINCE, HUB_SECRET_KEY: randomBytes(32).toString('base64'), DATABASE_URL: database.apiUrl,
    TEMPORAL_ADDRESS: '127.0.0.1:1', SIGNING_URL: 'http://127.0.0.1:1', SIGNING_CLIENT_SECRET: SIGNING_SECRET,
  });
  const temporal = {
    workflow: {
      startUpdateWithStart: (_definition: unknown, options: { startWorkflowOperation: { options: { workflowId: string } } }) => { told.push(`update:${options.startWorkflowOperation.options.workflowId}`); return Promise.resolve(); },
      signalWithStart: (_type: string, options: { workflowId: string }) => { told.push(`signal:${options.workflowId}`); return Promise.resolve(); },
    },
  } as unknown as Client;
  const server = createServer(createApp({ db, temporal, settings, log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }) }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let worker: NodeJS.Timeout | null = null;
  let working: Promise<void> = Promise.resolve();
  return {
    url, owner, workerUrl: database.workerUrl, told, secret: settings.HUB_SECRET_KEY,
    as: async (personId) => visitor(url, ...await openTestSession(owner, personId)),
    stranger: visitor(url, '', ''),
    startWorker: () => { worker ??= setInterval(() => { working = working.then(() => workOnce(owner)); }, 20); },
    close: async () => {
      if (worker !== null) clearInterval(worker);
      await working;
      server.closeAllConnections();
      server.close();
      await allTold();
      await Promise.all([owner.destroy(), db.destroy()]);
      await database.drop();
    },
  };
}

async function workOnce(owner: Knex): Promise<void> {
  const open = await rows<{ workflow_id: string }>(owner, 'SELECT DISTINCT workflow_id FROM decision WHERE outcome IS NULL');
  for (const { workflow_id } of open) {
    await owner.transaction(async (trx) => {
      await recordDecisions(trx, workflow_id, { now: new Date().toISOString() as Instant, sealToken: (token) => Buffer.from(token), mailDomain: 'hub.invalid' });
    });
  }
}

/** Sign-in itself has its own tests; the others start signed in. */
async function openTestSession(owner: Knex, personId: string): Promise<[cookie: string, csrf: string]> {
  const [token, csrf] = [newToken(), newToken()];
  await owner.raw(`INSERT INTO account (person_id, user_name, password_hash) VALUES (:personId, :personId::text, 'scrypt$x$x') ON CONFLICT DO NOTHING`, { personId });
  await owner.raw(`INSERT INTO session (token_hash, person_id, csrf, expires_at) VALUES (:hash, :personId, :csrf, now() + interval '1 hour')`, { hash: tokenHash(token), personId, csrf });
  return [`hub_session=${token}`, csrf];
}

function visitor(url: string, cookie: string, csrf: string): Visitor {
  const get = (path: string, init: Sent = {}) => fetch(url + path, { redirect: 'manual', ...init, headers: { cookie, accept: 'text/html', ...init.headers } });
  return {
    cookie, csrf, get,
    page: async (path) => (await get(path)).text(),
    json: async <T>(path: string) => (await get(path, { headers: { accept: 'application/json' } })).json() as Promise<T>,
    post: (path, form, init = {}) => {
      const body = new URLSearchParams({ csrf });
      for (const [name, value] of Object.entries(form)) for (const one of [value].flat()) body.append(name, one);
      return get(path, { ...init, method: 'POST', body });
    },
    tell: async (path, body) => {
      const response = await get(path, { method: 'POST', body: JSON.stringify(body), headers: { 'accept': 'application/json', 'content-type': 'application/json', 'x-csrf-token': csrf } });
      return { status: response.status, body: await response.json() as Record<string, unknown> };
    },
  };
}

/** Somebody who holds a role, of a school when one is named. */
export const personWith = async (web: Web, role: Role, schoolCode?: string): Promise<string> =>
  (await web.owner('role_grant').where({ role, ...(schoolCode === undefined ? {} : { school_code: schoolCode }) }).orderBy('school_code').first<{ person_id: string }>()).person_id;
