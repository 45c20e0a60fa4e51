import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { rateLimit } from '../../api/http/rateLimit.js';
import { Refused } from '../../api/http/refused.js';
import { createApp } from '../../api/server.js';
import type { Services } from '../../api/services.js';
import { openDatabase, rows } from '../../db/connect.js';
import { apiSettings } from '../../runtime/settings.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** Two processes of the api, as far as counting goes: each has its own connections and its own memory. */
describe('limits on guessing', () => {
  let database: TestDatabase;
  let owner: Knex;
  const services: Services[] = [];
  before(async () => {
    database = await createTestDatabase();
    owner = openDatabase(database.url, 1);
    const settings = apiSettings({
      HUB_MODE: 'sandbox', HUB_BASE_URL: 'http://127.0.0.1:1', HUB_PORT: '1', HUB_PROVINCE_CODE: '99', HUB_SECRET_KEY: randomBytes(32).toString('base64'), DATABASE_URL: database.apiUrl,
      TEMPORAL_ADDRESS: '127.0.0.1:1', SIGNING_URL: 'http://127.0.0.1:1', SIGNING_CLIENT_SECRET: 'a-secret-of-the-test', HUB_TRUSTED_PROXIES: '10.9.8.7 fd12::/64',
    });
    for (let count = 0; count < 2; count += 1) services.push({ settings, log: pino({ level: 'silent' }), db: openDatabase(database.apiUrl, 2), temporal: {} as Client });
  });
  after(async () => {
    await Promise.all([owner.destroy(), ...services.map(({ db }) => db.destroy())]);
    await database.drop();
  });
  const [one, other] = [() => services[0] as Services, () => services[1] as Services];
  const full = (error: unknown): boolean => error instanceof Refused && error.code === 'too-many-tries';

  test('are counted for all processes together, also when all tries come at once', async () => {
    const limit = rateLimit('one', 6, 600);
    const tries = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => limit.take(at % 2 === 0 ? one() : other(), '203.0.113.7')));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 6);
    for (const failed of tries) if (failed.status === 'rejected') assert.ok(full(failed.reason));
    await limit.take(one(), '203.0.113.8');
  });

  test('begin anew when their time is over', async () => {
    const limit = rateLimit('two', 1, 600);
    await limit.take(one(), 'x');
    await assert.rejects(limit.take(other(), 'x'), full);
    await owner('public_try').where('key', 'like', 'two:%').update({ expire: Date.now() - 1 });
    await rateLimit('two', 1, 600).take(other(), 'x');
  });

  test('keep neither address nor code, and do not meet one another', async () => {
    const [first, second] = [rateLimit('three', 1, 600), rateLimit('four', 1, 600)];
    await first.take(one(), '203.0.113.9');
    await second.take(one(), '203.0.113.9');
    const kept = await rows<{ key: string }>(owner, `SELECT key FROM public_try WHERE key LIKE 'three:%' OR key LIKE 'four:%'`);
    assert.equal(new Set(kept.map(({ key }) => key.split(':')[1])).size, 2);
    for (const { key } of kept) assert.match(key, /^(three|four):[0-9a-f]{64}$/);
  });

  test('count by the address that a proxy of HUB_TRUSTED_PROXIES names, and by nobody else\'s word', () => {
    const believed = createApp(one()).get('trust proxy fn') as (address: string, hop: number) => boolean;
    for (const address of ['10.9.8.7', 'fd12::3']) assert.ok(believed(address, 0), address);
    for (const address of ['127.0.0.1', '10.9.8.6', '192.168.1.1', '172.18.0.1', 'fd13::3', '::1']) assert.ok(!believed(address, 0), address);
  });
});
