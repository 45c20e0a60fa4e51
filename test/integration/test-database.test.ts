import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import pg from 'pg';
import { createTestDatabase } from '../support/database.js';

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  test('keeps UTF8, sorts codes by code point, knows Vietnamese order and the case of Đ', async (t) => {
    const database = await createTestDatabase();
    t.after(() => database.drop());
    const [settings] = await query(
      database.url,
      `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate, lower('ĐẶNG') AS lower,
              (SELECT string_agg(name, ' ' ORDER BY name COLLATE "vi-x-icu") FROM (VALUES ('Dũng'), ('Đào'), ('Chi'), ('Ân')) AS names(name)) AS sorted,
              current_setting('TimeZone') AS zone
         FROM pg_database WHERE datname = current_database()`,
    );
    assert.deepEqual(settings, { encoding: 'UTF8', datcollate: 'C', lower: 'đặng', sorted: 'Ân Chi Dũng Đào', zone: 'Asia/Ho_Chi_Minh' });
  });

  test('lets each role in with its own password and gives every test tables of its own', async (t) => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    t.after(() => Promise.all([first.drop(), second.drop()]));
    assert.deepEqual(await query(first.apiUrl, 'SELECT current_user'), [{ current_user: 'hub_api' }]);
    assert.deepEqual(await query(second.workerUrl, 'SELECT current_user'), [{ current_user: 'hub_worker' }]);
    assert.notEqual(new URL(first.url).pathname, new URL(second.url).pathname);
    const [tables] = await query<{ count: string }>(first.url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
    assert.ok(Number(tables?.count) > 5);
  });
});
