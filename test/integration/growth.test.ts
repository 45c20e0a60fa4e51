import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Knex } from 'knex';
import { moveCards } from '../../db/cards/move.js';
import { openDatabase, rows, type Db } from '../../db/connect.js';
import { takeDueMail } from '../../db/mail/sending.js';
import { advanceSchool } from '../../db/school/advance.js';
import type { Instant } from '../../domain/brand.js';
import type { CardState } from '../../domain/cardState.js';
import { schoolWorkflowId } from '../../domain/workflowIds.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertCampaign, pupils } from '../support/progressRows.js';

const SCHOOLS = 120;
const CLASSES = 16;
const MAILS = 400;

/** In a province of 1,920 classes, and of 11,520 pupils, a school's own step has no business with the other 119 schools. */
describe('the cost of a step does not grow with the province', () => {
  let database: TestDatabase;
  let owner: Knex;
  let worker: Knex;
  let campaignId: string;
  const context = { now: new Date().toISOString() as Instant, sealToken: () => Buffer.alloc(1), mailDomain: 'hub.example' };

  before(async () => {
    database = await createTestDatabase();
    [owner, worker] = [openDatabase(database.url, 2), openDatabase(database.workerUrl, 1)];
    const states: CardState[] = ['teacher_signed', 'principal_signed', 'sealed', 'accepted'];
    const classes = (school: number) => Array.from({ length: CLASSES }, (_, index) => ({ name: `${index % 5 + 1}${String.fromCharCode(65 + index)}`, grade: index % 5 + 1, pupils: pupils(6, states[(school + index) % 4]!) }));
    campaignId = await insertCampaign(owner, [{ name: 'Xã Mô Phỏng', schools: Array.from({ length: SCHOOLS }, (_, school) => ({ name: `Trường ${school}`, classes: classes(school) })) }]);
    await owner.raw(`UPDATE report_card SET sealed_at = now() - random() * interval '1 day' WHERE state IN ('sealed', 'accepted')`);
    await owner.raw(`
      INSERT INTO task (id, kind, campaign_id, school_code, class_id, state, due_at, opened_at, blocked_code)
      SELECT gen_random_uuid(), 'review', :campaignId, k.school_code, k.id, 'done', now(), now(), 'no-teacher' FROM class k CROSS JOIN generate_series(1, 3)`, { campaignId });
    await owner.raw(`
      INSERT INTO mail_outbox (id, message_id, kind, to_address, model, task_ids, not_before, dedupe_key)
      SELECT gen_random_uuid(), gen_random_uuid()::text, 'reminder', 'a@example.org', '{}', '{}', now() - interval '1 minute', gen_random_uuid()::text FROM generate_series(1, :count)`, { count: MAILS });
    // In the middle of a campaign a class has a handful of counters; with one each, reading all would be cheaper than looking some up.
    await owner.raw(`INSERT INTO class_count (class_id, status, reason, card_state, cards) SELECT k.id, 'held', 'reason ' || n, '', 0 FROM class k CROSS JOIN generate_series(1, 9) AS n`);
    await owner.raw('VACUUM ANALYZE');
  });
  after(async () => { await Promise.all([owner.destroy(), worker.destroy()]); await database.drop(); });

  const school = 'S60';
  /** Rows read one after another, by table, in the transaction so far. */
  const readInSequence = (db: Db) => rows<{ name: string; read: number }>(db, `
    SELECT relname AS name, seq_tup_read AS read FROM pg_stat_xact_user_tables WHERE seq_tup_read > :few AND relname <> 'campaign_school' ORDER BY 1`, { few: SCHOOLS });

  test('when cards move, and the counters with them: by key, however many at once', async () => {
    await worker.transaction(async (trx) => {
      const moved = await moveCards(trx, {
        from: ['principal_signed'], to: 'sealed', act: 'test', actorId: null, decisionId: null, where: 'c.school_code = ANY(:schools)', set: 'sealed_at = now()',
        bindings: { schools: Array.from({ length: 10 }, (_, index) => `S${50 + index}`) },
      });
      assert.equal(moved.length, 10 * CLASSES * 6 / 4);
      const read = await readInSequence(trx);
      assert.deepEqual(read.filter(({ name }) => ['expected_pupil', 'class_count', 'class_sealed'].includes(name)), []);
    });
  });

  test('when a school takes its step, however often', async () => {
    const workflowId = schoolWorkflowId({ provinceCode: '97', schoolYear: '2025-2026', level: 'primary', cycle: 'main' }, school);
    const before = await total();
    for (let times = 0; times < 8; times += 1) await advanceSchool(worker, workflowId, context);
    const after = await total();
    const grown = [...after].map(([name, read]) => [name, read - (before.get(name) ?? 0)] as const).filter(([name, read]) => read > 8 * SCHOOLS && name !== 'campaign_school');
    assert.deepEqual(grown, []);
  });

  test('when the next mail is taken out of many that wait', async () => {
    await worker.transaction(async (trx) => {
      assert.notEqual(await takeDueMail(trx), undefined);
      const [read] = await rows<{ read: number }>(trx, `SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_xact_user_tables WHERE relname = 'mail_outbox'`);
      assert.ok(read!.read <= 3, `read ${read!.read} of ${MAILS} mails`);
    });
  });

  /** Rows read in sequence by table since the start, this connection's own included. */
  async function total(): Promise<Map<string, number>> {
    await worker.raw('SELECT pg_stat_force_next_flush()');
    const found = await rows<{ name: string; read: number }>(worker, 'SELECT relname AS name, seq_tup_read AS read FROM pg_stat_user_tables');
    return new Map(found.map(({ name, read }) => [name, read]));
  }
});
