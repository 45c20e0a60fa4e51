import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { cardInBatch } from '../../db/cards/items.js';
import { row, rows } from '../../db/connect.js';
import { mailsTo, onPhone, orderFaults } from '../support/outside.js';
import { playRound } from '../support/players.js';
import { done, startStage, until, type Stage } from '../support/stage.js';
import { cardsInBatches } from '../support/schoolWork.js';
import { asVersion, badlyEnded, batchOf, campaignWorkflow, coordinator, openTasks, playUntil, schoolWorkflow, type Batch, type TaskRow } from '../support/stageViews.js';

/** Every way in which a signing service, or the person at it, can fail; and at the end a cancelled campaign. */
describe('signing when the service or the person does not do what was hoped', () => {
  let stage: Stage;
  let school: string;
  let tasks: TaskRow[];
  const expiresAfter = 15;
  before(async () => {
    stage = await startStage('workflow-signing', { policy: { signingExpires: expiresAfter, signingPoll: 2 } });
    school = stage.province.schools[0]!.code;
    await playUntil(stage, { kinds: ['collect'] }, async () => (await openTasks(stage, school, 'review')).length === 4);
    tasks = await openTasks(stage, school, 'review');
  });
  after(async () => { await stage.close(); });

  /** The teacher asks to sign a class; resolves when the request waits on the phone. */
  const askToSign = async (task: TaskRow): Promise<Batch> => {
    const id = randomUUID();
    await done(stage.ask({ id, act: 'review_class', actorId: task.assignee_id, campaignId: stage.campaignId, schoolCode: school, payload: asVersion(task) }));
    await until(async () => (await batchOf(stage, id))?.state === 'requested');
    return (await batchOf(stage, id))!;
  };
  const confirm = (batch: Batch): Promise<number> => onPhone(stage, batch.account, batch.id, { confirm: stage.province.staff.find((one) => one.signing?.account === batch.account)!.signing!.pin });
  const ended = (batch: Batch) => until(async () => !['new', 'prepared', 'requested', 'collected'].includes((await row<{ state: string }>(stage.db, 'SELECT state FROM signature_batch WHERE id = :id', batch))!.state));
  const stateOf = async (batch: Batch) => (await row<{ state: string; failure_code: string | null }>(stage.db, 'SELECT state, failure_code FROM signature_batch WHERE id = :id', batch))!;
  const cardsOf = (task: TaskRow) => rows<{ id: string; state: string; held: boolean }>(stage.db, `SELECT id, state, ${cardInBatch('id')} AS held FROM report_card WHERE class_id = :class_id ORDER BY id`, task);
  const current = async (task: TaskRow) => (await openTasks(stage, school, 'review')).find((one) => one.class_id === task.class_id)!;
  const noticesTo = async (task: TaskRow) => {
    const { email } = (await row<{ email: string }>(stage.db, 'SELECT email FROM person WHERE id = :assignee_id', task))!;
    const queued = await rows<{ message_id: string; notice: string }>(stage.db, `SELECT message_id, model->>'notice' AS notice FROM mail_outbox WHERE kind = 'notice' AND to_address = :email`, { email });
    const received = await mailsTo(stage, email);
    return queued.filter((one) => received.some((mail) => mail.messageId === one.message_id && mail.deliveries === 1)).map((one) => one.notice);
  };

  test('a service that fails at first is asked again with the same request', async () => {
    await orderFaults(stage, 'signing', { failNext: 4 });
    const [task] = tasks;
    const batch = await askToSign(task!);
    await confirm(batch);
    await ended(batch);
    assert.equal((await stateOf(batch)).state, 'attached');
    assert.ok((await cardsOf(task!)).every((card) => card.state === 'teacher_signed' && !card.held));
  });

  test('a corrupt signature drops its own card alone, which waits for a new one', async () => {
    await orderFaults(stage, 'signing', { corruptNextSignature: 1 });
    const task = tasks[1]!;
    const batch = await askToSign(task);
    await confirm(batch);
    await ended(batch);
    const cards = await cardsOf(task);
    const left = cards.filter((card) => card.state === 'drafted');
    assert.equal(left.length, 1);
    assert.ok(cards.every((card) => !card.held && (card === left[0] || card.state === 'teacher_signed')));
    const dropped = await rows<{ card_id: string; failure_code: string }>(stage.db, `SELECT card_id, failure_code FROM signature_item WHERE batch_id = :id AND state = 'dropped'`, batch);
    assert.deepEqual(dropped.map((item) => item.card_id), [left[0]!.id]);
    await until(async () => (await current(task)).version > task.version);
    const again = await askToSign(await current(task));
    await confirm(again);
    await ended(again);
    assert.ok((await cardsOf(task)).every((card) => card.state === 'teacher_signed'));
  });

  test('a call that never comes is made up for by asking', async () => {
    await orderFaults(stage, 'signing', { dropCallbackNext: 1 });
    const batch = await askToSign(tasks[2]!);
    await confirm(batch);
    await ended(batch);
    assert.equal((await stateOf(batch)).state, 'attached');
    assert.deepEqual(await rows(stage.db, 'SELECT 1 FROM signature_notice WHERE batch_id = :id', batch), []);
  });

  test('a person who declines gets the task back with a mail, and can sign then', async () => {
    const task = tasks[3]!;
    const batch = await askToSign(task);
    assert.equal(await onPhone(stage, batch.account, batch.id, 'decline'), 200);
    await ended(batch);
    assert.equal((await stateOf(batch)).state, 'declined');
    assert.ok((await cardsOf(task)).every((card) => card.state === 'drafted' && !card.held));
    await until(async () => (await noticesTo(task)).includes('signing-declined'));
    await until(async () => (await current(task)).version > task.version);
  });

  test('a request nobody confirms runs out, and the task is there again with a mail', async () => {
    const task = await current(tasks[3]!);
    const asked = Date.now();
    const batch = await askToSign(task);
    await ended(batch);
    assert.equal((await stateOf(batch)).state, 'expired');
    assert.ok(Date.now() - asked >= (expiresAfter - 1) * 1000);
    assert.equal(await confirm(batch), 409);
    await until(async () => (await noticesTo(task)).includes('signing-expired'));
    const again = await askToSign(await current(task));
    await confirm(again);
    await ended(again);
    assert.ok((await cardsOf(task)).every((card) => card.state === 'teacher_signed'));
  });

  test('a cancelled campaign tells its schools, closes every task and ends every workflow well', async () => {
    await until(async () => (await openTasks(stage, school, 'approve')).length === 4);
    await playRound(stage, { schools: [school], kinds: ['approve'], phones: false });
    await until(async () => (await rows(stage.db, `SELECT 1 FROM signature_batch WHERE role = 'principal' AND state = 'requested'`)).length > 0);
    await done(stage.ask({ act: 'cancel_campaign', actorId: await coordinator(stage), campaignId: stage.campaignId, schoolCode: null, payload: { reason: 'Danh sách học sinh bị nạp nhầm' } }));
    await stage.temporal.workflow.getHandle(campaignWorkflow(stage)).result();
    for (const { code } of stage.province.schools) await stage.temporal.workflow.getHandle(schoolWorkflow(stage, code)).result();
    assert.deepEqual(await rows(stage.db, `SELECT 1 FROM task WHERE campaign_id = :id AND state = 'open'`, { id: stage.campaignId }), []);
    assert.deepEqual(await rows(stage.db, `SELECT DISTINCT state FROM campaign_school WHERE campaign_id = :id`, { id: stage.campaignId }), [{ state: 'cancelled' }]);
    assert.deepEqual(await cardsInBatches(stage.db), []);
    const mails = await row<{ count: number }>(stage.db, 'SELECT count(*)::int AS count FROM mail_outbox');
    assert.deepEqual(await badlyEnded(stage), []);
    await playRound(stage);
    assert.deepEqual(await row(stage.db, 'SELECT count(*)::int AS count FROM mail_outbox'), mails);
  });
});
