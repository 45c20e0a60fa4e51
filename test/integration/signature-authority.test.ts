import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { attachBatch } from '../../activities/signature/attach.js';
import { collectSignatures } from '../../activities/signature/exchange.js';
import { render } from 'preact-render-to-string';
import { freshForm } from '../../api/http/form.js';
import { ReviewPage } from '../../dashboards/pages/review/review.js';
import { rows } from '../../db/connect.js';
import { reviewSheet } from '../../db/views/review.js';
import type { Instant } from '../../domain/brand.js';
import { PROFILE_CODES } from '../../domain/card.js';
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
    assert.deepEqual(await acts.notices(), ['authority-ended', 'authority-ended', 'class-returned', 'signing-expired']);
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

  for (const profile of PROFILE_CODES) {
    test(`of ${profile} change hands: the teacher's page says why, one renewed approval puts the new name into the card, and no second is asked for`, async () => {
      await stage.owner.raw('UPDATE campaign SET policy = policy || :policy::jsonb', { policy: JSON.stringify({ profile }) });
      const classId = stage.classId(0, 0);
      await signBatch(stage, phone, await acts.review(0));
      const approver = async () => (await rows<{ id: string; document: Buffer; name: string }>(stage.owner, `SELECT id, document, context->'approver'->>'fullName' AS name FROM report_card WHERE class_id = :classId ORDER BY id`, { classId }))
        .map(({ id, document, name }) => ({ id, name, printed: /<TEN_GIAM_HIEU_KY_HOC_BA>([^<]*)/.exec(document.toString())?.[1], signatures: document.toString().match(/<Signature /g)?.length ?? 0 }));
      const before = await approver();
      await acts.revoke();
      for (let wake = 0; wake < 3; wake += 1) await stage.advance(workflowId());
      const sheet = (await reviewSheet(stage.owner, { classId, now: new Date().toISOString() as Instant }))!;
      assert.deepEqual([sheet.returned?.by, sheet.toSign], [null, before.length]);
      const page = render(ReviewPage({ sheet, mine: true, now: new Date(), sign: freshForm(''), report: freshForm(''), phoneHref: null }));
      assert.match(page, /Người ký duyệt đã thay đổi nên GVCN cần ký xác nhận lại: tên người ký duyệt nằm trong học bạ/);
      await signBatch(stage, phone, await acts.review(0));
      for (let wake = 0; wake < 3; wake += 1) await stage.advance(workflowId());
      assert.deepEqual(await acts.states(classId), { teacher_signed: before.length });
      const after = await approver();
      assert.deepEqual(after.map(({ id }) => id), before.map(({ id }) => id), 'with the same UUIDs');
      assert.ok(after.every(({ name, printed, signatures }, place) => name !== before[place]?.name && printed === name && signatures === 1));
      assert.equal((await rows(stage.owner, `SELECT 1 FROM class_return WHERE class_id = :classId`, { classId })).length, 1);
      assert.deepEqual((await rows<{ times: number }>(stage.owner, `SELECT count(*)::int AS times FROM audit WHERE act = 'signer_changed' GROUP BY subject_id`)).filter(({ times }) => times !== 1), []);
      assert.equal((await reviewSheet(stage.owner, { classId, now: new Date().toISOString() as Instant }))?.returned, null);
    });
  }

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
