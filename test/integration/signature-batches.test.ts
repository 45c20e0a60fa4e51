import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { attachBatch } from '../../activities/signature/attach.js';
import { collectSignatures, requestSignatures } from '../../activities/signature/exchange.js';
import { prepareBatch } from '../../activities/signature/prepare.js';
import { row, rows } from '../../db/connect.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { authority } from '../support/certificates.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { storeWaitingRoster, teacher } from '../support/actSamples.js';
import { ca, phoneService, sendBatch, signBatch, type PhoneService } from '../support/phoneService.js';

describe('signatures of a class', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); phone = await phoneService(stage); });
  afterEach(() => stage.close());

  const place = () => ({ campaignId: stage.campaignId, schoolCode: stage.school(0) });
  const workflowId = () => stage.workflow.school(0);
  const states = async (classId: string): Promise<Record<string, number>> => Object.fromEntries((await rows<{ state: string; count: number }>(stage.owner,
    `SELECT state, count(*)::int AS count FROM report_card WHERE class_id = :classId AND state <> 'superseded' GROUP BY state`, { classId })).map((one) => [one.state, one.count]));
  const batches = () => rows<{ id: string; role: string; state: string; failure_code: string | null; authority_id: string | null }>(stage.owner, 'SELECT id, role, state, failure_code, authority_id FROM signature_batch ORDER BY created_at DESC, id');
  const last = async () => (await batches())[0]!;
  const review = async (classIndex: number): Promise<string> => {
    const task = await stage.task('review', stage.classId(0, classIndex));
    assert.deepEqual(await stage.ask({ act: 'review_class', actorId: teacher(stage, classIndex), ...place(), payload: { taskId: task.id, taskVersion: task.version } }), { kind: 'done' });
    return (await last()).id;
  };
  const approve = async (classIndexes: number[], excludedCardIds: string[] = [], actorId = stage.who.at('deputy', 0)): Promise<string> => {
    const tasks = [];
    for (const index of classIndexes) { const task = await stage.task('approve', stage.classId(0, index)); tasks.push({ taskId: task.id, taskVersion: task.version }); }
    assert.deepEqual(await stage.ask({ act: 'approve_classes', actorId, ...place(), payload: { tasks, excludedCardIds } }), { kind: 'done' });
    return (await last()).id;
  };
  const seal = async (classIndex: number): Promise<string> => {
    const task = await stage.task('seal', stage.classId(0, classIndex));
    assert.deepEqual(await stage.ask({ act: 'seal_classes', actorId: stage.who.at('clerk', 0), ...place(), payload: { tasks: [{ taskId: task.id, taskVersion: task.version }] } }), { kind: 'done' });
    return (await last()).id;
  };
  const revoke = async (): Promise<void> => {
    const { id } = (await row<{ id: string }>(stage.owner, `SELECT id FROM authority WHERE school_code = :code AND basis = 'deputy_assignment'`, { code: stage.school(0) }))!;
    assert.deepEqual(await stage.ask({ act: 'revoke_authority', actorId: stage.who.at('principal', 0), ...place(), payload: { authorityId: id, reason: 'Hiệu trưởng đã về' } }), { kind: 'done' });
  };
  const notices = () => rows<{ kind: string; notice: string }>(stage.owner, `SELECT kind, model->>'notice' AS notice FROM mail_outbox WHERE kind = 'notice'`);

  test('go from the teacher to the deputy to the seal, and what the Sở receives verifies by itself', async () => {
    const classId = stage.classId(0, 0);
    const count = (await stage.cards(classId, 'drafted')).length;
    await signBatch(stage, phone, await review(0));
    assert.deepEqual(await states(classId), { teacher_signed: count });
    const approval = await approve([0]);
    await signBatch(stage, phone, approval);
    assert.match(phone.requests.get(approval)!.description, new RegExp(`^Ký duyệt: ${count} học bạ, lớp `));
    await signBatch(stage, phone, await seal(0));
    assert.deepEqual(await states(classId), { received: count });
    for (const { document } of await rows<{ document: Buffer }>(stage.owner, 'SELECT document FROM report_card WHERE class_id = :classId', { classId })) {
      assert.equal(verifyCard({ card: document, policy: { kind: 'own', cover: 'annex' }, anchors: [ca.certificate], at: new Date() }).verdict, 'valid');
    }
    const history = await rows<{ to_state: string; decision_id: string | null; actor_id: string | null }>(stage.owner,
      `SELECT to_state, decision_id, actor_id FROM audit WHERE subject_kind = 'card' AND subject_id = :id ORDER BY id`, { id: (await stage.cards(classId))[0]! });
    assert.deepEqual(history.map((one) => one.to_state), ['teacher_signed', 'principal_signed', 'sealed', 'received']);
    assert.ok(history.slice(0, 3).every((one) => one.decision_id !== null && one.actor_id !== null), 'each signature names the decision it comes from');
    assert.deepEqual(await rows(stage.owner, `SELECT 1 FROM task WHERE class_id = :classId AND state = 'open'`, { classId }), []);
  });

  test('of an unticked card come later: it stays in the task, which may be decided again and only anew', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await review(0));
    const [left, ...others] = await stage.cards(classId, 'teacher_signed');
    const before = await stage.task('approve', classId);
    await signBatch(stage, phone, await approve([0], [left!]));
    assert.deepEqual(await states(classId), { principal_signed: others.length, teacher_signed: 1 });
    const after = await stage.task('approve', classId);
    assert.ok(after.id === before.id && after.version > before.version);
    const stale = await stage.ask({ act: 'approve_classes', actorId: stage.who.at('deputy', 0), ...place(), payload: { tasks: [{ taskId: before.id, taskVersion: before.version }], excludedCardIds: [] } });
    assert.deepEqual(stale, { kind: 'refused', code: 'form-out-of-date' });
    await signBatch(stage, phone, await approve([0]));
    assert.deepEqual(await states(classId), { principal_signed: others.length + 1 });
  });

  test('that arrive make the seal look again: what its page showed is not what it would seal', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await review(0));
    const [left] = await stage.cards(classId, 'teacher_signed');
    await signBatch(stage, phone, await approve([0], [left!]));
    const shown = await stage.task('seal', classId);
    await signBatch(stage, phone, await approve([0]));
    const result = await stage.ask({ act: 'seal_classes', actorId: stage.who.at('clerk', 0), ...place(), payload: { tasks: [{ taskId: shown.id, taskVersion: shown.version }] } });
    assert.deepEqual(result, { kind: 'refused', code: 'form-out-of-date' });
  });

  test('stop when the authority is revoked while the request waits: the class goes back to the teacher, for the new signer', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await review(0));
    const task = await stage.task('approve', classId);
    assert.equal(task.assignee_id, stage.who.at('deputy', 0));
    const batchId = await approve([0]);
    await sendBatch(stage, phone, batchId);
    const uuids = await stage.cards(classId);
    await revoke();
    assert.deepEqual({ ...await last(), id: null, authority_id: null }, { id: null, role: 'principal', state: 'expired', failure_code: 'authority-ended', authority_id: null });
    assert.deepEqual(await states(classId), { drafted: uuids.length });
    assert.deepEqual(await stage.cards(classId), uuids, 'with the same UUIDs');
    assert.deepEqual(await notices(), [{ kind: 'notice', notice: 'signing-expired' }]);
    const returned = await rows<{ from_stage: string; returned_by: string | null }>(stage.owner, 'SELECT from_stage, returned_by FROM class_return WHERE class_id = :classId AND resolved_at IS NULL', { classId });
    assert.deepEqual(returned, [{ from_stage: 'approve', returned_by: null }]);
    // The deputy confirms on the phone all the same.
    phone.answer(batchId, 'signed');
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    await attachBatch(phone.deps, { batchId, workflowId: workflowId() });
    assert.deepEqual(await states(classId), { drafted: uuids.length });
    // The renewed approval names the head, who then signs.
    await signBatch(stage, phone, await review(0));
    const renewed = await stage.task('approve', classId);
    assert.equal(renewed.assignee_id, stage.who.at('principal', 0));
    await signBatch(stage, phone, await approve([0], [], stage.who.at('principal', 0)));
    assert.deepEqual(await states(classId), { principal_signed: uuids.length });
    const named = await rows<{ title: string }>(stage.owner, `SELECT DISTINCT context->'approver'->>'title' AS title FROM report_card WHERE class_id = :classId`, { classId });
    assert.deepEqual(named, [{ title: 'HIỆU TRƯỞNG' }]);
  });

  test('given after the window ended are not taken, although nobody looked in between', async () => {
    await signBatch(stage, phone, await review(0));
    const batchId = await approve([0]);
    await sendBatch(stage, phone, batchId);
    await stage.owner.raw(`UPDATE authority SET valid_from = now() - interval '2 days', valid_to = now() - interval '1 second' WHERE basis = 'deputy_assignment'`);
    phone.answer(batchId, 'signed');
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    assert.deepEqual([(await last()).state, (await last()).failure_code], ['expired', 'authority-ended']);
    await stage.advance(workflowId());
    assert.deepEqual(Object.keys(await states(stage.classId(0, 0))), ['drafted']);
  });

  test('already collected when the authority ends are lawful and are attached', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await review(0));
    const batchId = await approve([0]);
    await sendBatch(stage, phone, batchId);
    phone.answer(batchId, 'signed');
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    await revoke();
    await attachBatch(phone.deps, { batchId, workflowId: workflowId() });
    assert.deepEqual(Object.keys(await states(classId)), ['principal_signed']);
  });

  test('are asked anew when the same person may sign under another title: the card prints it', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await review(0));
    await stage.ask({
      act: 'grant_authority', actorId: stage.who.department('coordinator'), ...place(),
      payload: { personId: stage.who.at('deputy', 0), basis: 'deputy_in_charge', instrumentNumber: '7/QĐ', instrumentDate: '2026-05-01', signedBy: 'Sở', validFrom: new Date(Date.now() - 1_000).toISOString(), validTo: null, classes: null },
    });
    assert.deepEqual(Object.keys(await states(classId)), ['teacher_signed'], 'the assignment still goes first');
    await revoke();
    assert.deepEqual(Object.keys(await states(classId)), ['drafted']);
  });

  test('under two instruments are two requests, each card under its own', async () => {
    const deputy = stage.who.at('deputy', 0);
    const [first, second] = stage.who.classNames(0);
    await stage.owner('authority').where({ basis: 'deputy_assignment', school_code: stage.school(0) }).update({ classes: [first!] });
    await stage.ask({
      act: 'grant_authority', actorId: stage.who.at('principal', 0), ...place(),
      payload: { personId: deputy, basis: 'deputy_assignment', instrumentNumber: '8/QĐ', instrumentDate: '2026-05-01', signedBy: 'Hiệu trưởng', validFrom: new Date(Date.now() - 1_000).toISOString(), validTo: null, classes: [second!] },
    });
    for (const index of [0, 1]) await signBatch(stage, phone, await review(index));
    await approve([0, 1]);
    const opened = (await batches()).filter((batch) => batch.role === 'principal');
    assert.equal(opened.length, 2);
    for (const batch of opened) {
      const covered = await rows<{ name: string; classes: string[] }>(stage.owner, `
        SELECT DISTINCT k.name, a.classes FROM signature_item i JOIN report_card c ON c.id = i.card_id JOIN class k ON k.id = c.class_id JOIN signature_batch b ON b.id = i.batch_id JOIN authority a ON a.id = b.authority_id WHERE b.id = :id`, { id: batch.id });
      assert.deepEqual(covered, [{ name: covered[0]!.name, classes: [covered[0]!.name] }]);
    }
  });

  test('declined on the phone, or not given in time, free the cards under a new version and tell the person once', async () => {
    const classId = stage.classId(0, 0);
    const count = (await stage.cards(classId)).length;
    const before = await stage.task('review', classId);
    const declined = await review(0);
    await sendBatch(stage, phone, declined);
    phone.answer(declined, 'declined');
    await collectSignatures(phone.deps, { batchId: declined, workflowId: workflowId() });
    await stage.advance(workflowId());
    const again = await stage.task('review', classId);
    assert.ok(again.id === before.id && again.version > before.version);
    const expiring = await review(0);
    await sendBatch(stage, phone, expiring);
    await stage.owner('signature_batch').where({ id: expiring }).update({ expires_at: new Date(Date.now() - 1_000) });
    await Promise.all([stage.advance(workflowId()), stage.advance(workflowId())]);
    await stage.advance(workflowId());
    assert.deepEqual((await batches()).map((batch) => batch.state), ['expired', 'declined']);
    assert.deepEqual((await notices()).map((one) => one.notice).sort(), ['signing-declined', 'signing-expired']);
    assert.ok((await stage.task('review', classId)).version > again.version);
    await signBatch(stage, phone, await review(0));
    assert.deepEqual(await states(classId), { teacher_signed: count });
  });

  test('that are wrong drop their card alone; the service that leaves one out does no harm either', async () => {
    const classId = stage.classId(0, 0);
    const [forged, missing, ...good] = await stage.cards(classId);
    const batchId = await review(0);
    await sendBatch(stage, phone, batchId);
    phone.answer(batchId, 'signed');
    phone.spoil(batchId, (signatures) => signatures.filter((one) => one.id !== missing).map((one, _, all) => (one.id === forged ? { ...one, signature: all.find((other) => other.id !== forged)!.signature } : one)));
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    await attachBatch(phone.deps, { batchId, workflowId: workflowId() });
    await stage.advance(workflowId());
    assert.deepEqual(await states(classId), { drafted: 2, teacher_signed: good.length });
    const dropped = await rows<{ card_id: string; failure_code: string }>(stage.owner, `SELECT card_id, failure_code FROM signature_item WHERE state = 'dropped'`);
    assert.deepEqual(Object.fromEntries(dropped.map((item) => [item.card_id, item.failure_code])), { [missing!]: 'signature-missing', [forged!]: dropped.find((item) => item.card_id === forged)!.failure_code });
    await signBatch(stage, phone, await review(0));
    assert.deepEqual(await states(classId), { teacher_signed: good.length + 2 });
  });

  test('are not prepared for a card that cannot be written: it is dropped with the field, the others go on; with none left the person is told', async () => {
    const classId = stage.classId(0, 0);
    const cards = await stage.cards(classId);
    await stage.owner.raw(`UPDATE report_card SET record = jsonb_set(record, '{identity,motherName}', '""') WHERE id = :id`, { id: cards[0]! });
    await signBatch(stage, phone, await review(0));
    assert.deepEqual(await states(classId), { drafted: 1, teacher_signed: cards.length - 1 });
    const [item] = await rows<{ failure_code: string }>(stage.owner, `SELECT failure_code FROM signature_item WHERE state = 'dropped'`);
    assert.equal(item?.failure_code, 'missing-field:HO_VA_TEN_ME');
    const hopeless = await review(0);
    await prepareBatch(phone.deps, { batchId: hopeless, workflowId: workflowId() });
    assert.deepEqual([(await last()).state, (await last()).failure_code], ['failed', 'nothing-prepared']);
    assert.deepEqual((await notices()).map((one) => one.notice), ['signing-failed']);
  });

  test('by a seal that would not verify are not attached: nothing rests sealed where nobody could act', async () => {
    const classId = stage.classId(0, 0);
    const count = (await stage.cards(classId)).length;
    await signBatch(stage, phone, await review(0));
    await signBatch(stage, phone, await approve([0]));
    const before = await stage.task('seal', classId);
    const strangers: PhoneService = { ...phone, deps: { ...phone.deps, anchors: () => Promise.resolve([authority('CA khác', 'another').certificate]) } };
    await signBatch(stage, strangers, await seal(0));
    assert.deepEqual(await states(classId), { principal_signed: count });
    assert.deepEqual([(await last()).state, (await last()).failure_code], ['failed', 'nothing-attached']);
    assert.deepEqual((await notices()).map((one) => one.notice), ['signing-failed']);
    assert.ok((await stage.task('seal', classId)).version > before.version);
    await signBatch(stage, phone, await seal(0));
    assert.deepEqual(await states(classId), { received: count }, 'once the issuer is accepted the same seal goes through');
  });

  test('prepared, collected or attached by two attempts at once are there once; the older attempt writes nothing', async () => {
    const classId = stage.classId(0, 0);
    const count = (await stage.cards(classId)).length;
    const batchId = await review(0);
    const subject = { batchId, workflowId: workflowId() };
    const twice = async (step: () => Promise<void>): Promise<void> => {
      for (const one of await Promise.allSettled([step(), step()])) if (one.status === 'rejected') assert.equal((one.reason as Error).name, 'Fenced');
      // Whatever the older attempt met, the next one finds the work done or does it.
      await step();
    };
    await twice(() => prepareBatch(phone.deps, subject));
    await twice(() => requestSignatures(phone.deps, batchId));
    phone.answer(batchId, 'signed');
    await twice(() => collectSignatures(phone.deps, subject));
    await twice(() => attachBatch(phone.deps, subject));
    assert.deepEqual(await states(classId), { teacher_signed: count });
    assert.equal((await rows(stage.owner, `SELECT 1 FROM audit WHERE subject_kind = 'card' AND to_state = 'teacher_signed'`)).length, count);
    assert.deepEqual(await rows(stage.owner, `SELECT DISTINCT state FROM signature_item`), [{ state: 'attached' }]);
  });

  test('of a sealing that fell over in the middle are finished by the next attempt', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await review(0));
    await signBatch(stage, phone, await approve([0]));
    const batchId = await seal(0);
    await sendBatch(stage, phone, batchId);
    phone.answer(batchId, 'signed');
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    await assert.rejects(attachBatch({ ...phone.deps, anchors: () => Promise.reject(new Error('no file yet')) }, { batchId, workflowId: workflowId() }), /no file yet/);
    await attachBatch(phone.deps, { batchId, workflowId: workflowId() });
    assert.deepEqual(Object.keys(await states(classId)), ['received']);
  });

  test('by the teacher make an upload that was read before come too late', async () => {
    const uploadId = await storeWaitingRoster(stage, stage.classId(0, 0), stage.who.at('clerk', 0));
    await review(0);
    const confirm = { act: 'confirm_upload' as const, actorId: stage.who.at('clerk', 0), ...place(), payload: { uploadId } };
    assert.deepEqual(await stage.ask(confirm), { kind: 'refused', code: 'class-changed' });
    const records = await rows(stage.owner, `SELECT 1 FROM report_card WHERE record->'identity'->>'birthPlace' = 'Xã Đổi Mới'`);
    assert.equal(records.length, 0);
  });
});
