import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Knex } from 'knex';
import { moveCards } from '../../db/cards/move.js';
import { openDatabase, rows } from '../../db/connect.js';
import { counterFaults, repairCounters } from '../../db/counters.js';
import { CARD_STATES, CARD_TRANSITIONS, type CardState } from '../../domain/cardState.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertCampaign, pupils, type OfficeRow } from '../support/progressRows.js';
import { seededRandom } from '../../domain/seededRandom.js';

/** Another seed each day, printed with a failure: a counter must hold for any order of movements. */
const SEED = Number(process.env['HUB_TEST_SEED'] ?? Math.floor(Date.now() / 86_400_000));

describe(`counters that are kept (seed ${SEED})`, () => {
  let database: TestDatabase;
  let owner: Knex;
  let worker: Knex;
  let campaignId: string;
  const random = seededRandom(SEED);
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;

  before(async () => {
    database = await createTestDatabase();
    [owner, worker] = [openDatabase(database.url, 4), openDatabase(database.workerUrl, 6)];
    const start: readonly (CardState | null)[] = [null, 'drafted', 'drafted', 'teacher_signed', 'principal_signed', 'received', 'accepted'];
    const offices: OfficeRow[] = [1, 2].map((office) => ({ name: `Xã ${office}`, schools: [1, 2].map((school) => ({
      name: `Trường ${office}.${school}`, classes: [1, 2, 3].map((grade) => ({ name: `${grade}A`, grade, pupils: [...pupils(6, pick(start)), ...pupils(3, pick(start)), ...pupils(2, null, { status: 'held', reason: 'no_personal_number' })] })),
    })) }));
    campaignId = await insertCampaign(owner, offices);
  });
  after(async () => { await Promise.all([owner.destroy(), worker.destroy()]); await database.drop(); });

  const agree = async (): Promise<void> => { assert.deepEqual(await counterFaults(owner), []); };

  /** One movement of cards as an activity makes it: a whole class or a part of a school, from a state to one it may become. */
  const move = async (db: Knex): Promise<void> => {
    const from = pick(CARD_STATES);
    const to = (CARD_TRANSITIONS[from] as readonly CardState[])[below(CARD_TRANSITIONS[from].length)];
    if (to === undefined) return;
    const part = below(3);
    await db.transaction((trx) => moveCards(trx, {
      from: [from], to, act: 'test', actorId: null, decisionId: null, where: `abs(hashtext(c.id::text)) % 3 <= ${part} AND c.school_code = :school`, bindings: { school: `S${1 + below(4)}` },
      ...(to === 'sealed' ? { set: 'sealed_at = now()' } : to === 'principal_signed' || to === 'drafted' || to === 'teacher_signed' ? { set: 'sealed_at = NULL' } : {}),
    }));
  };
  /** A status that changes under the cards: held, exempt, a movement out, and back. */
  const change = async (db: Knex): Promise<void> => {
    const [status, reason] = pick([['expected', null], ['held', 'foreign_pupil'], ['exempt', 'exempt_by_department'], ['excluded', 'transfer_out']] as const);
    await db.raw(`UPDATE expected_pupil SET status = :status, reason = :reason, status_at = now() WHERE school_code = :school AND abs(hashtext(id::text || :salt)) % 5 = 0`,
      { status, reason, school: `S${1 + below(4)}`, salt: String(below(100)) });
  };
  /** New cards for pupils without a live one: first drafts, and new versions of superseded and recalled ones. */
  const draft = (db: Knex) => db.raw(`
    INSERT INTO report_card (id, campaign_id, expected_pupil_id, class_id, school_code, version, state, record, document)
    SELECT gen_random_uuid(), p.campaign_id, p.id, p.class_id, p.school_code, 1 + (SELECT count(*) FROM report_card c WHERE c.expected_pupil_id = p.id), 'drafted', '{}', 'x'
    FROM expected_pupil p WHERE p.school_code = :school AND NOT EXISTS (SELECT FROM report_card c WHERE c.expected_pupil_id = p.id AND c.state NOT IN ('superseded', 'recalled')) LIMIT 5 ON CONFLICT DO NOTHING`, { school: `S${1 + below(4)}` });
  const untilNobodyIsInTheWay = async (act: () => Promise<unknown>): Promise<void> => {
    for (;;) {
      try {
        await act();
        return;
      } catch (error) {
        // Two that wait for each other: PostgreSQL ends one, and its activity tries again.
        if ((error as { code?: string }).code !== '40P01') throw error;
      }
    }
  };

  test('say what stands after each of many movements, recalls, reissues and changes of status', async () => {
    await agree();
    for (let round = 0; round < 60; round += 1) {
      await pick([move, move, move, change, draft])(worker);
      if (round % 6 === 0) await agree();
    }
    await agree();
  });

  test('say what stands when several movements of the same classes meet', async () => {
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => { const act = pick([move, move, change, draft]); return untilNobodyIsInTheWay(() => act(worker)); }));
    }
    await agree();
  });

  test('do not lose a card that moves while its pupil is being held', async () => {
    await owner('report_card').where({ school_code: 'S1' }).whereNotIn('state', ['superseded', 'recalled']).update({ state: 'drafted' });
    await owner('expected_pupil').where({ school_code: 'S1' }).update({ status: 'expected', reason: null });
    const moving = await worker.transaction();
    const moved = await moveCards(moving, { from: ['drafted'], to: 'superseded', act: 'test', actorId: null, decisionId: null, where: `c.school_code = 'S1'`, bindings: {} });
    assert.ok(moved.length > 0);
    const holding = worker.raw(`UPDATE expected_pupil SET status = 'held', reason = 'foreign_pupil' WHERE school_code = 'S1'`).then(() => undefined);
    while ((await rows(owner, `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length === 0) await new Promise((resolve) => { setImmediate(resolve); });
    await moving.commit();
    await holding;
    await agree();
  });

  test('follow a school that is merged into another, and a class whose area changes, without a word', async () => {
    const [one] = await rows<{ id: string }>(owner, `SELECT id FROM class WHERE school_code = 'S2' ORDER BY id LIMIT 1`);
    const before = await rows(owner, 'SELECT sum(cards)::int AS cards FROM class_count');
    await owner.raw(`UPDATE class SET school_code = 'S3', name = 'ghép' WHERE id = :id`, one!);
    await owner.raw(`UPDATE expected_pupil SET school_code = 'S3' WHERE class_id = :id`, one!);
    await owner.raw(`UPDATE report_card SET school_code = 'S3' WHERE class_id = :id`, one!);
    await owner.raw(`UPDATE campaign_school SET office_code = 'O1' WHERE school_code = 'S4'`);
    assert.deepEqual(await rows(owner, 'SELECT sum(cards)::int AS cards FROM class_count'), before);
    await agree();
  });

  test('cannot be written by any login of the hub', async () => {
    for (const sql of ['UPDATE class_count SET cards = 0', 'DELETE FROM school_flow', `INSERT INTO class_sealed SELECT id, now(), NULL, 1 FROM class`, `SELECT count_changes('{}')`, `SELECT count_lock('{S1}', true)`]) {
      await assert.rejects(worker.raw(sql), /permission denied/, sql);
    }
  });

  test('are not led astray by tables of the same name that a login puts before them', async () => {
    await worker.transaction(async (trx) => {
      await trx.raw('CREATE TEMP TABLE class_count (LIKE public.class_count) ON COMMIT DROP; CREATE TEMP TABLE expected_pupil (LIKE public.expected_pupil) ON COMMIT DROP; SET LOCAL search_path = pg_temp, public');
      const moved = await rows(trx, `UPDATE report_card SET state = CASE state WHEN 'accepted' THEN 'received' ELSE 'accepted' END WHERE id = (SELECT id FROM report_card WHERE state NOT IN ('superseded', 'recalled') LIMIT 1) RETURNING id`);
      assert.equal(moved.length, 1);
      assert.deepEqual(await rows(trx, 'SELECT 1 FROM pg_temp.class_count'), []);
    });
    await agree();
  });

  test('are found wrong and repaired, the history with the difference as of now', async () => {
    await owner.raw(`UPDATE class_count SET cards = cards + 3 WHERE class_id = (SELECT class_id FROM class_count ORDER BY class_id LIMIT 1)`);
    await owner.raw(`DELETE FROM class_sealed`);
    await owner.raw(`DELETE FROM school_flow WHERE school_code = 'S3'`);
    const found = await counterFaults(owner, 1_000);
    assert.deepEqual([...new Set(found.map((fault) => fault.counter))].sort(), ['class_count', 'class_sealed', 'school_flow'].filter((counter) => found.some((fault) => fault.counter === counter)));
    assert.ok(found.some((fault) => fault.counter === 'class_count' && fault.kept === fault.counted + 3));
    assert.equal((await repairCounters(owner)).length, found.length);
    await agree();
    assert.equal((await rows(owner, 'SELECT id FROM campaign WHERE id = :campaignId', { campaignId })).length, 1);
  });
});
