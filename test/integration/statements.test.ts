import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Knex } from 'knex';
import { byteArrays, openDatabase, row, rows, touched } from '../../db/connect.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('a statement with named values', () => {
  let database: TestDatabase;
  let db: Knex;
  before(async () => { database = await createTestDatabase(); db = openDatabase(database.url, 2); });
  after(async () => { await db.destroy(); await database.drop(); });

  test('gets each value where its name stands, however often, and leaves casts and times alone', async () => {
    const found = await row(db, `SELECT :text::text AS a, :text || '!' AS b, to_char(:at::timestamptz AT TIME ZONE 'UTC', 'HH24:MI') AS c, :many::int[] AS d, :nothing::int AS e, '{"x": 1}'::jsonb ? 'x' AS f`,
      { text: 'Lê Thị Ánh', at: new Date(0), many: [3, 1], nothing: undefined, unused: 1 });
    assert.deepEqual(found, { a: 'Lê Thị Ánh', b: 'Lê Thị Ánh!', c: '00:00', d: [3, 1], e: null, f: true });
  });

  test('may use one as another type elsewhere', async () => {
    const id = '7383a418-8d97-4a24-be38-848586f3f536';
    assert.deepEqual(await row(db, `SELECT :id::uuid = '${id}' AS same, 'person/' || :id AS label`, { id }), { same: true, label: `person/${id}` });
  });

  test('is kept by its text: other values give another answer', async () => {
    const twice = await Promise.all([1, 2, 3].map((n) => row<{ n: number }>(db, 'SELECT :n::int * 2 AS n', { n })));
    assert.deepEqual(twice.map((one) => one?.n), [2, 4, 6]);
  });

  test('takes part in a transaction and goes back with it', async () => {
    await db.raw('CREATE TABLE kept (n int)');
    await assert.rejects(db.transaction(async (trx) => {
      assert.equal(await touched(trx, 'INSERT INTO kept SELECT generate_series(1, :n::int)', { n: 4 }), 4);
      throw new Error('changed my mind');
    }), /changed my mind/);
    assert.deepEqual(await rows(db, 'SELECT * FROM kept'), []);
  });

  test('names its beginning in an error, and no value of it', async () => {
    await assert.rejects(row(db, `SELECT :number::int / 0 AS n`, { number: 79_234 }), (error: Error) => {
      assert.match(error.message, /^SELECT .* - division by zero$/);
      assert.doesNotMatch(error.message, /79234/);
      return true;
    });
  });

  test('is refused here when a name of it has no value, not even null, instead of writing nothing', async () => {
    const text = 'SELECT coalesce(:reason::text, \'none\') AS reason';
    assert.deepEqual(await row(db, text, { reason: undefined }), { reason: 'none' });
    await assert.rejects(row(db, text, { raeson: 'x' }), /is given no :reason/);
  });

  test('keeps its name for later, however many lists somebody asks for in every possible way', async () => {
    await db.transaction(async (trx) => {
      for (let n = 0; n < 1_100; n += 1) await rows(trx, `SELECT 'a list in way ${n}' AS list WHERE :n::int > 0`, { n }, 'varied');
      await rows(trx, 'SELECT :n::int AS "asked first now"', { n: 1 });
      const kept = await rows<{ lists: number; first: number }>(trx, `
        SELECT count(*) FILTER (WHERE statement LIKE '%a list in way%' AND statement NOT LIKE '%count%')::int AS lists, count(*) FILTER (WHERE statement LIKE '%asked first now%' AND statement NOT LIKE '%count%')::int AS first FROM pg_prepared_statements`);
      assert.deepEqual(kept, [{ lists: 200, first: 1 }]);
    });
  });

  test('takes byte strings as bytes: none, empty ones, all values, and large', async () => {
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    for (const values of [[], [Buffer.alloc(0)], [every], [every, Buffer.alloc(0), randomBytes(200_000), Buffer.from('Đỗ')]]) {
      const found = await rows<{ value: Buffer }>(db, 'SELECT value FROM unnest(:values::bytea[]) WITH ORDINALITY AS v(value, place) ORDER BY place', { values: byteArrays(values) });
      assert.deepEqual(found.map(({ value }) => value.toString('hex')), values.map((value) => value.toString('hex')));
      assert.deepEqual(await row(db, 'SELECT cardinality(:values::bytea[]) AS a, cardinality(:values::bytea[] || :values) AS b', { values: byteArrays(values) }), { a: values.length, b: 2 * values.length });
    }
  });
});
