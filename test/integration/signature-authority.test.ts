import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { attachBatch } from '../../activities/signature/attach.js';
import { collectSignatures } from '../../activities/signature/exchange.js';
import { rows } from '../../db/connect.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { phoneService, sendBatch, signBatch, type PhoneService } from '../support/phoneService.js';
import { schoolActs } from '../support/schoolActs.js';

describe('signatures of an approver', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  let acts: ReturnType<typeof schoolActs>;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); phone = await phoneService(stage); acts = schoolActs(stage); });
  afterEach(() => stage.close());
  const workflowId = () => stage.workflow.school(0);

  test('stop when the authority is revoked while the request waits: the class goes back to the teacher, for the new signer', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await acts.review(0));
    const task = await stage.task('approve', classId);
    assert.equal(task.assignee_id, stage.who.at('deputy', 0));
    const batchId = await acts.approve([0]);
    await sendBatch(stage, phone, batchId);
    const uuids = await stage.cards(classId);
    await acts.revoke();
    assert.deepEqual(await acts.last(), { id: batchId, role: 'principal', state: 'expired', failure_code: 'authority-ended' });
    assert.deepEqual(await acts.states(classId), { drafted: uuids.length });
    assert.deepEqual(await stage.cards(classId), uuids, 'with the same UUIDs');
    assert.deepEqual(await acts.notices(), ['signing-expired']);
    const returned = await rows<{ from_stage: string; returned_by: string | null }>(stage.owner, 'SELECT from_stage, returned_by FROM class_return WHERE class_id = :classId AND resolved_at IS NULL', { classId });
    assert.deepEqual(returned, [{ from_stage: 'approve', returned_by: null }]);
    // The deputy confirms on the phone all the same.
    phone.answer(batchId, 'signed');
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    await attachBatch(phone.deps, { batchId, workflowId: workflowId() });
    assert.deepEqual(await acts.states(classId), { drafted: uuids.length });
    // The renewed approval names the head, who then signs.
    await signBatch(stage, phone, await acts.review(0));
    const renewed = await stage.task('approve', classId);
    assert.equal(renewed.assignee_id, stage.who.at('principal', 0));
    await signBatch(stage, phone, await acts.approve([0], [], stage.who.at('principal', 0)));
    assert.deepEqual(await acts.states(classId), { principal_signed: uuids.length });
    const named = await rows<{ title: string }>(stage.owner, `SELECT DISTINCT context->'approver'->>'title' AS title FROM report_card WHERE class_id = :classId`, { classId });
    assert.deepEqual(named, [{ title: 'HIỆU TRƯỞNG' }]);
  });

  test('given after the window ended are not taken, although nobody looked in between', async () => {
    await signBatch(stage, phone, await acts.review(0));
    const batchId = await acts.approve([0]);
    await sendBatch(stage, phone, batchId);
    await stage.owner.raw(`UPDATE authority SET valid_from = now() - interval '2 days', valid_to = now() - interval '1 second' WHERE basis = 'deputy_assignment'`);
    phone.answer(batchId, 'signed');
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    assert.deepEqual([(await acts.last()).state, (await acts.last()).failure_code], ['expired', 'authority-ended']);
    await stage.advance(workflowId());
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 0))), ['drafted']);
  });

  test('already collected when the authority ends are lawful and are attached', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await acts.review(0));
    const batchId = await acts.approve([0]);
    await sendBatch(stage, phone, batchId);
    phone.answer(batchId, 'signed');
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    await acts.revoke();
    await attachBatch(phone.deps, { batchId, workflowId: workflowId() });
    assert.deepEqual(Object.keys(await acts.states(classId)), ['principal_signed']);
  });

  test('are asked anew when the same person may sign under another title: the card prints it', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await acts.review(0));
    await stage.ask({
      act: 'grant_authority', actorId: stage.who.department('coordinator'), ...acts.place,
      payload: { personId: stage.who.at('deputy', 0), basis: 'deputy_in_charge', instrumentNumber: '7/QĐ', instrumentDate: '2026-05-01', signedBy: 'Sở', validFrom: new Date(Date.now() - 1_000).toISOString(), validTo: null, classes: null },
    });
    assert.deepEqual(Object.keys(await acts.states(classId)), ['teacher_signed'], 'the assignment still goes first');
    await acts.revoke();
    assert.deepEqual(Object.keys(await acts.states(classId)), ['drafted']);
  });

  test('under two instruments are two requests, each card under its own', async () => {
    const deputy = stage.who.at('deputy', 0);
    const [first, second] = stage.who.classNames(0);
    await stage.owner('authority').where({ basis: 'deputy_assignment', school_code: stage.school(0) }).update({ classes: [first!] });
    await stage.ask({
      act: 'grant_authority', actorId: stage.who.at('principal', 0), ...acts.place,
      payload: { personId: deputy, basis: 'deputy_assignment', instrumentNumber: '8/QĐ', instrumentDate: '2026-05-01', signedBy: 'Hiệu trưởng', validFrom: new Date(Date.now() - 1_000).toISOString(), validTo: null, classes: [second!] },
    });
    for (const index of [0, 1]) await signBatch(stage, phone, await acts.review(index));
    await acts.approve([0, 1]);
    const opened = (await acts.batches()).filter((batch) => batch.role === 'principal');
    assert.equal(opened.length, 2);
    for (const batch of opened) {
      const covered = await rows<{ name: string; classes: string[] }>(stage.owner, `
        SELECT DISTINCT k.name, a.classes FROM signature_item i JOIN report_card c ON c.id = i.card_id JOIN class k ON k.id = c.class_id JOIN signature_batch b ON b.id = i.batch_id JOIN authority a ON a.id = b.authority_id WHERE b.id = :id`, { id: batch.id });
      assert.deepEqual(covered, [{ name: covered[0]!.name, classes: [covered[0]!.name] }]);
    }
  });
});
