import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrate, setLogins } from '../../db/migrate.js';

export interface TestDatabase {
  /** Address for the owner of the schema. */
  readonly url: string;
  /** The same database as the api's role and as the workers' role, for tests of grants and for whole processes. */
  readonly apiUrl: string;
  readonly workerUrl: string;
  /** The roles' passwords, for processes that get them by environment. */
  readonly passwords: Passwords;
  /** Drops it, even while somebody is still connected. */
  drop(): Promise<void>;
}

interface Passwords {
  readonly api: string;
  readonly worker: string;
}

/** One lock for all test processes: migrations create roles, which a server shares between its databases. */
const TEMPLATE_LOCK = 4_711_001;

/**
 * A migrated database of its own, on the server at TEST_DATABASE_URL (the owner's address; `npm test` starts it). It is
 * copied from a template that the first test of a run migrates, so it takes a fraction of a second.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = serverAddress();
  const passwords = passwordsOf(server);
  const template = await ensureTemplate(server, passwords);
  const name = newName();
  await withClient(server.href, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return {
    url: addressOf(server, name),
    apiUrl: addressOf(server, name, 'hub_api', passwords.api),
    workerUrl: addressOf(server, name, 'hub_worker', passwords.worker),
    passwords,
    drop: () => drop(server, name),
  };
}

/** A database without any table, for tests of the migrations themselves; the server's roles are there already. */
export async function createEmptyDatabase(): Promise<Pick<TestDatabase, 'url' | 'passwords' | 'drop'>> {
  const server = serverAddress();
  const passwords = passwordsOf(server);
  await ensureTemplate(server, passwords);
  const name = newName();
  await withClient(server.href, (client) => createEmpty(client, name));
  return { url: addressOf(server, name), passwords, drop: () => drop(server, name) };
}

function serverAddress(): URL {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run the tests by npm test, or name the owner of a PostgreSQL server for tests');
  return new URL(url);
}

const newName = (): string => `hub_test_${randomBytes(6).toString('hex')}`;

const createEmpty = (client: pg.Client, name: string) =>
  client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);

const drop = (server: URL, name: string): Promise<void> =>
  withClient(server.href, async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)));

/** Roles belong to the whole server, so every test of a run must give them the same passwords. */
function passwordsOf(server: URL): Passwords {
  const derive = (role: string): string => createHash('sha256').update(`${role}\0${server.password}`).digest('hex').slice(0, 24);
  return { api: derive('hub_api'), worker: derive('hub_worker') };
}

/** When several test files start at once, the first makes the template while the others wait at the lock. */
async function ensureTemplate(server: URL, passwords: Passwords): Promise<string> {
  const version = migrationsHash();
  const name = `hub_template_${version}`;
  await withClient(server.href, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return;
    const making = `hub_making_${version}`;
    await client.query(`DROP DATABASE IF EXISTS ${making} WITH (FORCE)`);
    await createEmpty(client, making);
    await migrate(addressOf(server, making));
    await setLogins(addressOf(server, making), passwords);
    await client.query(`ALTER DATABASE ${making} RENAME TO ${name}`);
  });
  return name;
}

function migrationsHash(): string {
  const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'db', 'migrations');
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).filter((entry) => /\.[jt]s$/.test(entry)).sort()) hash.update(file).update(readFileSync(path.join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}

function addressOf(server: URL, database: string, role?: string, password?: string): string {
  const address = new URL(server);
  address.pathname = `/${database}`;
  if (role !== undefined) address.username = role;
  if (password !== undefined) address.password = password;
  return address.href;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
