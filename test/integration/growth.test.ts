import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Knex } from 'knex';
import { moveCards } from '../../db/cards/move.js';
import { openDatabase, rows, type Db } from '../../db/connect.js';
import { keptOpen } from '../../db/school/open.js';
import { approveSheet } from '../../db/views/approve.js';
import { evidenceWaits } from '../../db/views/evidence.js';
import { homeroomSheet } from '../../db/views/homeroom.js';
import { schoolClassCards } from '../../db/views/printing.js';
import { rosterSheet } from '../../db/views/roster.js';
import { sealSheet } from '../../db/views/seal.js';
import { signingBatches } from '../../db/views/signing.js';
import { signingClasses } from '../../db/views/signingClasses.js';
import { openTasksOf } from '../../db/views/tasks.js';
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
const PEOPLE = 4_000;

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
    await owner.raw(`INSERT INTO person (id, full_name) SELECT gen_random_uuid(), 'Người ' || n FROM generate_series(1, :count) AS n`, { count: PEOPLE });
    await owner.raw(`UPDATE class SET homeroom_person_id = (SELECT id FROM person ORDER BY md5(id::text || class.id::text) LIMIT 1)`);
    await owner.raw(`INSERT INTO task (id, kind, campaign_id, school_code, class_id, assignee_id, state, due_at, opened_at)
      SELECT gen_random_uuid(), kind, k.campaign_id, k.school_code, k.id, k.homeroom_person_id, 'open', now() + interval '1 day', now() FROM class k CROSS JOIN unnest(ARRAY['approve', 'seal']) AS kind`);
    await owner.raw(`
      WITH decided AS (
        INSERT INTO decision (id, act, actor_id, province_code, campaign_id, school_code, payload, workflow_id, outcome, outcome_at)
        SELECT gen_random_uuid(), 'approve_classes', k.homeroom_person_id, '97', k.campaign_id, k.school_code, '{}', 'w', 'done', now() FROM class k RETURNING id, actor_id, campaign_id, school_code),
      certificate AS (INSERT INTO certificate (id, kind, der, fingerprint, uid, serial, valid_from, valid_to) VALUES (gen_random_uuid(), 'person', 'x', repeat('0', 64), 'CCCD:0', '01', now(), now() + interval '1 year') RETURNING id)
      INSERT INTO signature_batch (id, campaign_id, school_code, role, person_id, decision_id, account, certificate_id, state, created_at, expires_at)
      SELECT gen_random_uuid(), d.campaign_id, d.school_code, r.role, d.actor_id, d.id, 'a', c.id, 'attached', now(), now() FROM decided d CROSS JOIN certificate c CROSS JOIN unnest(ARRAY['teacher', 'principal', 'seal']) AS r(role)`);
    await owner.raw(`
      INSERT INTO upload (id, kind, format, campaign_id, school_code, uploaded_by, file_name, bytes, sha256)
      SELECT gen_random_uuid(), 'roster', 'xlsx', k.campaign_id, k.school_code, k.homeroom_person_id, 'a.xlsx', 'x', repeat('0', 64) FROM class k`);
    // In the middle of a campaign a class has a handful of counters; with one each, reading all would be cheaper than looking some up.
    await owner.raw(`INSERT INTO class_count (class_id, status, reason, card_state, cards) SELECT k.id, 'held', 'reason ' || n, '', 0 FROM class k CROSS JOIN generate_series(1, 9) AS n`);
    await owner.raw('VACUUM ANALYZE');
  });
  after(async () => { await Promise.all([owner.destroy(), worker.destroy()]); await database.drop(); });

  const school = 'S60';
  /** A row a school: read whole in a moment. */
  const SMALL = ['campaign_school', 'school', 'office', 'school_area'];
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

  test('when a card moves, which it does some nine times: its new version stays on its page, and no index is written', async () => {
    const versions = async (db: Db) => (await rows<{ written: number; onItsPage: number }>(db, `SELECT n_tup_upd AS written, n_tup_hot_upd AS "onItsPage" FROM pg_stat_xact_user_tables WHERE relname = 'report_card'`))[0]!;
    await worker.transaction(async (trx) => {
      const before = await versions(trx);
      const moved = await moveCards(trx, {
        from: ['teacher_signed'], to: 'principal_signed', act: 'test', actorId: null, decisionId: null, where: 'c.school_code = :school', set: `document = 'x', document_sha256 = 'y', principal_signed_at = now()`, bindings: { school: 'S7' },
      });
      const after = await versions(trx);
      assert.equal(moved.length, CLASSES * 6 / 4);
      assert.deepEqual([after.written - before.written, after.onItsPage - before.onItsPage], [moved.length, moved.length]);
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

  test('when a page of a school is shown, or what it asks for is counted', async () => {
    const reader = openDatabase(database.apiUrl, 1);
    try {
      const actorId = (await rows<{ id: string }>(owner, 'SELECT id FROM person LIMIT 1'))[0]!.id;
      const place = { campaignId, schoolCode: school };
      const [one] = await rows<{ id: string }>(owner, 'SELECT id FROM class WHERE school_code = :school LIMIT 1', { school });
      const pages: Record<string, () => Promise<unknown>> = {
        'classes to approve': () => signingClasses(reader, { ...place, kind: 'approve' }), 'classes to seal': () => signingClasses(reader, { ...place, kind: 'seal' }),
        'batches of a role': () => signingBatches(reader, { ...place, role: 'principal', limit: 5 }), 'batches of a class': () => signingBatches(reader, { ...place, role: 'teacher', classId: one!.id, limit: 5 }),
        'data to hand in': () => rosterSheet(reader, { schoolCode: school, actorId }), 'who has which class': () => homeroomSheet(reader, { schoolCode: school, actorId }),
        approval: () => approveSheet(reader, { schoolCode: school, actorId }), sealing: () => sealSheet(reader, { schoolCode: school, actorId }),
        'what waits for its evidence': () => evidenceWaits(reader, place), 'what is left': () => keptOpen(reader, campaignId, school), 'my tasks': () => openTasksOf(reader, { personId: actorId }),
        'classes to print': () => schoolClassCards(reader, place),
      };
      const grown: Record<string, string[]> = {};
      for (const [name, show] of Object.entries(pages)) {
        const before = await total(reader);
        for (let times = 0; times < 8; times += 1) await show();
        const after = await total(reader);
        const read = [...after].filter(([table, count]) => !SMALL.includes(table) && count - (before.get(table) ?? 0) > 8 * SCHOOLS).map(([table, count]) => `${table}: ${count - (before.get(table) ?? 0)}`);
        if (read.length > 0) grown[name] = read;
      }
      assert.deepEqual(grown, {});
    } finally {
      await reader.destroy();
    }
  });

  test('when the next mail is taken out of many that wait', async () => {
    await worker.transaction(async (trx) => {
      assert.notEqual(await takeDueMail(trx), undefined);
      const [read] = await rows<{ read: number }>(trx, `SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_xact_user_tables WHERE relname = 'mail_outbox'`);
      assert.ok(read!.read <= 3, `read ${read!.read} of ${MAILS} mails`);
    });
  });

  /** Rows read in sequence by table since the start, this connection's own included. */
  async function total(db: Db = worker): Promise<Map<string, number>> {
    await db.raw('SELECT pg_stat_force_next_flush()');
    const found = await rows<{ name: string; read: number }>(db, 'SELECT relname AS name, seq_tup_read AS read FROM pg_stat_user_tables');
    return new Map(found.map(({ name, read }) => [name, read]));
  }
});
