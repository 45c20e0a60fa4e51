import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { attachBatch } from '../../activities/signature/attach.js';
import { collectSignatures } from '../../activities/signature/exchange.js';
import { row, rows } from '../../db/connect.js';
import type { WorkerSettings } from '../../runtime/settings.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { storeWaitingRoster, teacher } from '../support/actSamples.js';
import { phoneService, sendBatch, signBatch, type PhoneService } from '../support/phoneService.js';

describe('what a signer signs is what was shown, and of the own school', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  let classId: string;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); phone = await phoneService(stage); classId = stage.classId(0, 0); });
  afterEach(() => stage.close());

  const place = (school = 0) => ({ campaignId: stage.campaignId, schoolCode: stage.school(school) });
  const review = async (): Promise<string> => {
    const task = await stage.task('review', classId);
    assert.deepEqual(await stage.ask({ act: 'review_class', actorId: teacher(stage, 0), ...place(), payload: { taskId: task.id, taskVersion: task.version } }), { kind: 'done' });
    return newest();
  };
  const approval = (task: { id: string; version: number }, school = 0, excludedCardIds: string[] = []) => stage.ask({
    act: 'approve_classes', actorId: stage.who.at('deputy', 0), ...place(school), payload: { tasks: [{ taskId: task.id, taskVersion: task.version }], excludedCardIds },
  });
  const newest = async (): Promise<string> => (await row<{ id: string }>(stage.owner, 'SELECT id FROM signature_batch ORDER BY created_at DESC LIMIT 1'))!.id;

  test('a card approved after the seal\'s page was shown is not sealed with it, however the worker is cut off', async () => {
    await signBatch(stage, phone, await review());
    const [late] = await stage.cards(classId, 'teacher_signed');
    await approval(await stage.task('approve', classId), 0, [late!]);
    await signBatch(stage, phone, await newest());
    const shown = await stage.task('seal', classId);
    await approval(await stage.task('approve', classId));
    const batchId = await newest();
    const workflowId = stage.workflow.school(0);
    await sendBatch(stage, phone, batchId);
    phone.answer(batchId, 'signed');
    await collectSignatures(phone.deps, { batchId, workflowId });
    // The signatures are stored; the step that would end the batch never comes.
    const cutOff = { ...phone.deps, settings: { ...phone.deps.settings, HUB_BASE_URL: 'no address' } as WorkerSettings };
    await assert.rejects(attachBatch(cutOff, { batchId, workflowId }));
    assert.ok((await stage.cards(classId, 'principal_signed')).includes(late!));
    const sealed = await stage.ask({ act: 'seal_classes', actorId: stage.who.at('clerk', 0), ...place(), payload: { tasks: [{ taskId: shown.id, taskVersion: shown.version }] } });
    assert.deepEqual(sealed, { kind: 'refused', code: 'form-out-of-date' });
  });

  test('a document replaced between preparing and attaching takes no signature', async () => {
    const batchId = await review();
    await sendBatch(stage, phone, batchId);
    phone.answer(batchId, 'signed');
    const [victim, donor] = await stage.cards(classId);
    await stage.owner.raw('UPDATE report_card SET document = (SELECT document FROM report_card WHERE id = :donor) WHERE id = :victim', { victim, donor });
    const workflowId = stage.workflow.school(0);
    await collectSignatures(phone.deps, { batchId, workflowId });
    await attachBatch(phone.deps, { batchId, workflowId });
    assert.equal((await row<{ failure_code: string }>(stage.owner, 'SELECT failure_code FROM signature_item WHERE batch_id = :batchId AND card_id = :victim', { batchId, victim }))?.failure_code, 'block-stale');
    assert.deepEqual(await stage.cards(classId, 'drafted'), [victim]);
  });

  test('one card\'s signature does for no other card of the batch', async () => {
    const batchId = await review();
    const count = (await stage.cards(classId)).length;
    await sendBatch(stage, phone, batchId);
    phone.answer(batchId, 'signed');
    phone.spoil(batchId, (given) => given.map((one, at) => ({ id: one.id, signature: given[(at + 1) % given.length]!.signature })));
    const workflowId = stage.workflow.school(0);
    await collectSignatures(phone.deps, { batchId, workflowId });
    await attachBatch(phone.deps, { batchId, workflowId });
    assert.equal((await stage.cards(classId, 'drafted')).length, count);
  });

  test('a task of one school is no task of another, whoever names it', async () => {
    await signBatch(stage, phone, await review());
    const task = await stage.task('approve', classId);
    const refused = await approval(task, 1);
    assert.equal(refused.kind, 'refused');
    assert.deepEqual(await rows(stage.owner, `SELECT 1 FROM signature_batch WHERE role = 'principal'`), []);
  });

  test('a personal number that another pupil has ends nobody\'s hold', async () => {
    const [held] = await rows<{ id: string; class_id: string; pupil_code: string }>(stage.owner, 'SELECT id, class_id, pupil_code FROM expected_pupil WHERE school_code = :schoolCode AND class_id = :classId LIMIT 1', { ...place(), classId });
    const other = await row<{ personal_number: string }>(stage.owner, 'SELECT personal_number FROM expected_pupil WHERE school_code <> :schoolCode AND personal_number IS NOT NULL LIMIT 1', place());
    await stage.owner('report_card').where({ expected_pupil_id: held!.id }).delete();
    const record = (personalNumber: string) => (records: Record<string, unknown>[]): unknown[] => [{ ...records[0], identity: { ...(records[0]!['identity'] as object), pupilCode: held!.pupil_code, personalNumber } }];
    const confirm = async (number: string): Promise<string | undefined> => {
      await stage.owner('expected_pupil').where({ id: held!.id }).update({ personal_number: null, status: 'held', reason: 'no_personal_number' });
      const uploadId = await storeWaitingRoster(stage, classId, stage.who.at('clerk', 0), { records: record(number) });
      await stage.ask({ act: 'confirm_upload', actorId: stage.who.at('clerk', 0), ...place(), payload: { uploadId } });
      return (await row<{ status: string }>(stage.owner, 'SELECT status FROM expected_pupil WHERE id = :id', { id: held!.id }))?.status;
    };
    assert.equal(await confirm(other!.personal_number), 'held');
    const why = await row<{ reason: string; reason_note: string }>(stage.owner, 'SELECT reason, reason_note FROM expected_pupil WHERE id = :id', { id: held!.id });
    assert.deepEqual(why, { reason: 'number_of_another', reason_note: 'Trùng với một học sinh của trường khác' });
    // The right number ends it, whichever of the two reasons it was held for.
    const uploadId = await storeWaitingRoster(stage, classId, stage.who.at('clerk', 0), { records: record('099319999998') });
    await stage.ask({ act: 'confirm_upload', actorId: stage.who.at('clerk', 0), ...place(), payload: { uploadId } });
    assert.deepEqual(await row(stage.owner, 'SELECT status, reason, reason_note FROM expected_pupil WHERE id = :id', { id: held!.id }), { status: 'expected', reason: null, reason_note: null });
    await stage.owner('report_card').where({ expected_pupil_id: held!.id }).delete();
    assert.equal(await confirm('099319999999'), 'expected');
  });
});
