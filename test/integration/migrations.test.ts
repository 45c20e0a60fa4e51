import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase, row } from '../../db/connect.js';
import { migrate, pendingMigrations, rollbackAll } from '../../db/migrate.js';
import { createEmptyDatabase } from '../support/database.js';
import { projectRoot } from '../support/projectRoot.js';
import { seededRandom } from '../../domain/seededRandom.js';

async function tableCount(url: string): Promise<number> {
  const db = openDatabase(url, 1);
  try {
    const counted = await row<{ tables: number }>(db, "SELECT count(*) AS tables FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'migration%'");
    return Number(counted?.tables);
  } finally {
    await db.destroy();
  }
}

describe('migrations', () => {
  test('undo themselves completely and can be applied again', async (t) => {
    const database = await createEmptyDatabase();
    t.after(() => database.drop());
    const applied = await migrate(database.url);
    const tables = await tableCount(database.url);
    assert.ok(tables > 5);
    await rollbackAll(database.url);
    assert.equal(await tableCount(database.url), 0);
    assert.deepEqual(await migrate(database.url), applied);
    assert.equal(await tableCount(database.url), tables);
    assert.deepEqual(await pendingMigrations(database.url), []);
  });

  test('started twice at once are applied once', async (t) => {
    const database = await createEmptyDatabase();
    t.after(() => database.drop());
    const counts = (await Promise.all([migrate(database.url), migrate(database.url)])).map((applied) => applied.length);
    assert.equal(Math.min(...counts), 0);
    assert.ok(Math.max(...counts) > 0);
  });

  test('killed at seeded moments leave a database that the next start completes', { timeout: 120_000 }, async (t) => {
    const database = await createEmptyDatabase();
    t.after(() => database.drop());
    const random = seededRandom(7);
    const entry = path.join(projectRoot, 'dist', 'db', 'migrateMain.js');
    const env = { ...process.env, DATABASE_URL: database.url, HUB_DB_API_PASSWORD: database.passwords.api, HUB_DB_WORKER_PASSWORD: database.passwords.worker };
    for (let round = 0; round < 5; round++) {
      const killed = spawn(process.execPath, [entry], { env, stdio: 'ignore' });
      await sleep(300 + random() * 500);
      killed.kill('SIGKILL');
      if (killed.exitCode === null && killed.signalCode === null) await once(killed, 'exit');
    }
    await migrate(database.url);
    assert.deepEqual(await pendingMigrations(database.url), []);
    assert.deepEqual(await migrate(database.url), []);
  });
});
