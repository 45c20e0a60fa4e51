import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../db/migrate.js';

export type TestDatabase = { url: string; drop: () => Promise<void> };

/** One lock for all test processes: migrations create roles, which a cluster shares between its databases. */
const MIGRATION_LOCK = 4_711_001;

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const connectionString = process.env['TEST_DATABASE_URL'];
  if (connectionString === undefined || connectionString === '') throw new Error('TEST_DATABASE_URL is not set: it names the owner of a PostgreSQL server for tests');
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * A migrated database of its own on the server of TEST_DATABASE_URL (the owner's address, given by the test runner).
 * @returns its address as owner, and how to drop it, even while somebody is still connected
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `hub_test_${randomBytes(6).toString('hex')}`;
  const url = await onServer(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);
    const address = new URL(process.env['TEST_DATABASE_URL'] ?? '');
    address.pathname = `/${name}`;
    await migrate(address.href);
    return address.href;
  });
  return { url, drop: () => onServer(async (client) => { await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`); }) };
}
