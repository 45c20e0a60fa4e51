import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openDatabase, rows } from '../../db/connect.js';
import { migrate, rollbackAll } from '../../db/migrate.js';
import { createEmptyDatabase } from '../support/database.js';

/** Everything of ours that PostgreSQL's catalogue knows, a line each. */
async function schema(url: string): Promise<string[]> {
  const db = openDatabase(url, 1);
  try {
    const found = await rows<{ line: string }>(db, `
      WITH ours AS (SELECT oid, relname, relkind, relacl FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'migration%')
      SELECT 'column ' || relname || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull || ' ' || attstorage::text || ' ' || coalesce(pg_get_expr(adbin, adrelid), '') || ' ' || coalesce(attacl::text, '') AS line
        FROM ours JOIN pg_attribute a ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum WHERE relkind IN ('r', 'v')
      UNION ALL SELECT 'constraint ' || relname || ' ' || pg_get_constraintdef(c.oid) FROM ours JOIN pg_constraint c ON conrelid = ours.oid
      UNION ALL SELECT 'index ' || pg_get_indexdef(indexrelid) FROM ours JOIN pg_index ON indrelid = ours.oid
      UNION ALL SELECT 'view ' || relname || ' ' || pg_get_viewdef(oid) FROM ours WHERE relkind = 'v'
      UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM ours JOIN pg_trigger t ON tgrelid = ours.oid WHERE NOT tgisinternal
      UNION ALL SELECT 'grants ' || relname || ' ' || coalesce((SELECT string_agg(g::text, ' ' ORDER BY g::text) FROM unnest(relacl) g), '') FROM ours WHERE relkind IN ('r', 'v', 'S')
      UNION ALL SELECT 'comment ' || relname || ' ' || objsubid || ' ' || description FROM ours JOIN pg_description ON objoid = ours.oid
      UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      UNION ALL SELECT 'collation ' || collname FROM pg_collation WHERE collnamespace = 'public'::regnamespace`);
    return found.map((one) => one.line).sort();
  } finally {
    await db.destroy();
  }
}

describe('the schema', () => {
  let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
  before(async () => { database = await createEmptyDatabase(); });
  after(() => database.drop());

  test('made, unmade and made again is the same to the letter: columns, checks, indexes, views, triggers, grants and comments', async () => {
    await migrate(database.url);
    const first = await schema(database.url);
    assert.ok(first.length > 400, `${first.length} lines`);
    await rollbackAll(database.url);
    assert.deepEqual(await schema(database.url), [], 'unmade it leaves nothing, no function and no collation');
    await migrate(database.url);
    assert.deepEqual(await schema(database.url), first);
  });

  test('gives every table a primary key, and every reference to a card, task or batch an index', async () => {
    const db = openDatabase(database.url, 1);
    try {
      assert.deepEqual(await rows(db, `SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'migration%' AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary)`), []);
      const bare = await rows<{ line: string }>(db, `
        SELECT conrelid::regclass || '(' || (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) || ')' AS line FROM pg_constraint k
        WHERE contype = 'f' AND confrelid IN ('report_card'::regclass, 'expected_pupil'::regclass, 'class'::regclass)
          AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1])`);
      assert.deepEqual(bare.map((one) => one.line).sort(), [
        // Followed from the new card to the old one only.
        'report_card(replaces_id)',
        // Read by upload only; a class is deleted in a draft, before any roster.
        'upload_class(class_id)',
      ]);
    } finally {
      await db.destroy();
    }
  });
});
