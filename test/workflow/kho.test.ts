import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { row, rows } from '../../db/connect.js';
import { acceptedOnBothSides, faultsLeft, khoFile, ledger, orderFaults } from '../support/outside.js';
import { startStage, until, type Stage } from '../support/stage.js';
import { badlyEnded, openTasks, playToEnd, playUntil, positions } from '../support/stageViews.js';

/** What the Kho does to packets, and what its ledger on disk says afterwards. */
describe('packets when the Kho does not do what was hoped', () => {
  let stage: Stage;
  let first: string;
  let second: string;
  before(async () => {
    stage = await startStage('workflow-kho', { policy: { packetMaxCards: 6, packetWait: 1, settle: 1, parkedRetry: 2 } });
    first = stage.province.schools[0]!.code;
    second = stage.province.schools[1]!.code;
    await playUntil(stage, { kinds: ['collect', 'review', 'approve'] }, async () => (await openTasks(stage, first, 'seal')).length === 4 && (await openTasks(stage, second, 'seal')).length === 2);
  });
  after(async () => { await stage.close(); });

  const packets = (schoolCode: string) => rows<{ message_id: string; state: string; attempts: number; response_code: string | null; card_count: number }>(stage.db, `
    SELECT message_id, state, attempts, response_code, card_count FROM packet WHERE school_code = :schoolCode ORDER BY cut_at`, { schoolCode });
  const restartKho = async () => {
    const before = stage.hub.child('kho')!.pid;
    stage.hub.child('kho')!.kill();
    await until(async () => (stage.hub.child('kho')?.pid ?? before) !== before && await faultsLeft(stage, 'kho').then(() => true, () => false));
  };

  test('lost answers, double answers, failures, outages and a refused pupil end with the same cards on both sides', async () => {
    const pupil = (await row<{ pupil_code: string }>(stage.db, `
      SELECT p.pupil_code FROM expected_pupil p JOIN report_card c ON c.expected_pupil_id = p.id WHERE p.school_code = :first ORDER BY p.pupil_code LIMIT 1`, { first }))!.pupil_code;
    await orderFaults(stage, 'kho', { down: '503', loseAnswerNext: 2, answerTwiceNext: 2, failNext: 1, slowMs: 20, refuse: [{ ma_hoc_sinh: pupil }] });
    const lastError = async () => (await row<{ last_error: string }>(stage.db, 'SELECT last_error FROM circuit'))?.last_error;
    await playUntil(stage, { schools: [first], kinds: ['seal'] }, async () => await lastError() === 'http-503');
    await orderFaults(stage, 'kho', { down: 'reset' });
    await until(async () => await lastError() === 'unreachable');
    assert.equal((await positions(stage, first))['accepted'], undefined);
    await orderFaults(stage, 'kho', { down: 'up' });
    await playUntil(stage, { schools: [first], kinds: ['seal', 'correct'] }, async () => Object.keys(await positions(stage, first)).every((name) => name === 'accepted' || name === 'held'));
    const left = await faultsLeft(stage, 'kho');
    assert.deepEqual([left['loseAnswerNext'], left['answerTwiceNext'], left['failNext']], [0, 0, 0]);

    const { ours, theirs } = await acceptedOnBothSides(stage);
    assert.deepEqual(theirs, ours);
    assert.equal(new Set(theirs).size, theirs.length);
    const lines = await ledger(stage);
    const refused = lines.filter((line) => line.trang_thai === 0);
    assert.equal(refused.length, 1);
    assert.equal(lines.filter((line) => line.uuid === refused[0]!.uuid).length, 2, 'the refused card was resent once, with the same UUID');
    const twice = await rows(stage.db, `SELECT subject_id FROM audit WHERE act = 'kho_accepted' GROUP BY subject_id HAVING count(*) > 1`);
    assert.deepEqual(twice, []);
  });

  test('the refused pupil was a task of the clerk, closed by the resend', async () => {
    const tasks = await rows<{ state: string }>(stage.db, `SELECT state FROM task WHERE kind = 'correct' AND school_code = :first`, { first });
    assert.deepEqual(tasks, [{ state: 'done' }]);
    assert.equal((await rows(stage.db, `SELECT 1 FROM decision WHERE act = 'resend_cards' AND outcome = 'done'`)).length, 1);
  });

  test('a packet the Kho refuses as a whole is parked with its code and tried again with the same bytes', async () => {
    // The Ministry takes its approval of the Sở's certificate back, and gives it again.
    await rename(khoFile(stage, 'certificates.jsonl'), khoFile(stage, 'certificates.kept'));
    await restartKho();
    await playUntil(stage, { schools: [second], kinds: ['seal'] }, async () => (await packets(second)).some((packet) => packet.state === 'parked'));
    const parked = (await packets(second)).find((packet) => packet.state === 'parked')!;
    assert.equal(parked.response_code, 'CHUNG_THU_CHUA_DUYET');
    assert.ok(((await positions(stage, second))['unknown'] ?? 0) >= parked.card_count);
    assert.ok((await ledger(stage)).every((line) => line.messageid !== parked.message_id));
    await rename(khoFile(stage, 'certificates.kept'), khoFile(stage, 'certificates.jsonl'));
    await restartKho();
    await playToEnd(stage, [second]);
    const now = (await packets(second)).find((packet) => packet.message_id === parked.message_id)!;
    assert.equal(now.state, 'done');
    assert.ok(now.attempts >= 2);
    const { ours, theirs } = await acceptedOnBothSides(stage);
    assert.deepEqual(theirs, ours);
    assert.equal(ours.length, (await positions(stage))['accepted']);
    assert.deepEqual(await badlyEnded(stage), []);
  });
});
