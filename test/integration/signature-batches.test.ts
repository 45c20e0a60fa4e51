import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { attachBatch } from '../../activities/signature/attach.js';
import { collectSignatures, requestSignatures } from '../../activities/signature/exchange.js';
import { prepareBatch } from '../../activities/signature/prepare.js';
import { AT_WORK } from '../../db/cards/items.js';
import { row, rows } from '../../db/connect.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { storeWaitingRoster } from '../support/actSamples.js';
import { authority } from '../support/certificates.js';
import { ca, phoneService, sendBatch, signBatch, type PhoneService } from '../support/phoneService.js';
import { schoolActs } from '../support/schoolActs.js';

describe('signatures of a class', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  let acts: ReturnType<typeof schoolActs>;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); phone = await phoneService(stage); acts = schoolActs(stage); });
  afterEach(() => stage.close());
  const workflowId = () => stage.workflow.school(0);

  test('go from the teacher to the deputy to the seal, and what the Sở receives verifies by itself', async () => {
    const classId = stage.classId(0, 0);
    const count = (await stage.cards(classId, 'drafted')).length;
    await signBatch(stage, phone, await acts.review(0));
    assert.deepEqual(await acts.states(classId), { teacher_signed: count });
    const approval = await acts.approve([0]);
    await signBatch(stage, phone, approval);
    assert.match(phone.requests.get(approval)!.description, new RegExp(`^Ký duyệt: ${count} học bạ, lớp `));
    await signBatch(stage, phone, await acts.seal(0));
    assert.deepEqual(await acts.states(classId), { received: count });
    for (const { document } of await rows<{ document: Buffer }>(stage.owner, 'SELECT document FROM report_card WHERE class_id = :classId', { classId })) {
      assert.equal(verifyCard({ card: document, policy: { kind: 'own', profile: 'v1.0', cover: 'annex' }, anchors: [ca.certificate], at: new Date() }).verdict, 'valid');
    }
    const history = await rows<{ to_state: string; decision_id: string | null; actor_id: string | null }>(stage.owner,
      `SELECT to_state, decision_id, actor_id FROM audit WHERE subject_kind = 'card' AND subject_id = :id ORDER BY id`, { id: (await stage.cards(classId))[0]! });
    assert.deepEqual(history.map((one) => one.to_state), ['teacher_signed', 'principal_signed', 'sealed', 'received']);
    assert.ok(history.slice(0, 3).every((one) => one.decision_id !== null && one.actor_id !== null), 'each signature names the decision it comes from');
    assert.deepEqual(await rows(stage.owner, `SELECT 1 FROM task WHERE class_id = :classId AND state = 'open'`, { classId }), []);
  });

  test('of an unticked card come later: it stays in the task, which may be decided again and only anew', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await acts.review(0));
    const [left, ...others] = await stage.cards(classId, 'teacher_signed');
    const before = await stage.task('approve', classId);
    await signBatch(stage, phone, await acts.approve([0], [left!]));
    assert.deepEqual(await acts.states(classId), { principal_signed: others.length, teacher_signed: 1 });
    const after = await stage.task('approve', classId);
    assert.ok(after.id === before.id && after.version > before.version);
    const stale = await stage.ask({ act: 'approve_classes', actorId: stage.who.at('deputy', 0), ...acts.place, payload: { tasks: [{ taskId: before.id, taskVersion: before.version }], excludedCardIds: [] } });
    assert.deepEqual(stale, { kind: 'refused', code: 'form-out-of-date' });
    await signBatch(stage, phone, await acts.approve([0]));
    assert.deepEqual(await acts.states(classId), { principal_signed: others.length + 1 });
  });

  test('that arrive make the seal look again: what its page showed is not what it would seal', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await acts.review(0));
    const [left] = await stage.cards(classId, 'teacher_signed');
    await signBatch(stage, phone, await acts.approve([0], [left!]));
    const shown = await stage.task('seal', classId);
    await signBatch(stage, phone, await acts.approve([0]));
    const result = await stage.ask({ act: 'seal_classes', actorId: stage.who.at('clerk', 0), ...acts.place, payload: { tasks: [{ taskId: shown.id, taskVersion: shown.version }] } });
    assert.deepEqual(result, { kind: 'refused', code: 'form-out-of-date' });
  });

  test('declined on the phone, or not given in time, free the cards under a new version and tell the person once', async () => {
    const classId = stage.classId(0, 0);
    const count = (await stage.cards(classId)).length;
    const before = await stage.task('review', classId);
    const declined = await acts.review(0);
    await sendBatch(stage, phone, declined);
    phone.answer(declined, 'declined');
    await collectSignatures(phone.deps, { batchId: declined, workflowId: workflowId() });
    await stage.advance(workflowId());
    const again = await stage.task('review', classId);
    assert.ok(again.id === before.id && again.version > before.version);
    const expiring = await acts.review(0);
    await sendBatch(stage, phone, expiring);
    await stage.owner('signature_batch').where({ id: expiring }).update({ expires_at: new Date(Date.now() - 1_000) });
    await Promise.all([stage.advance(workflowId()), stage.advance(workflowId())]);
    await stage.advance(workflowId());
    assert.deepEqual((await acts.batches()).map((batch) => batch.state), ['expired', 'declined']);
    assert.deepEqual(await acts.notices(), ['signing-declined', 'signing-expired']);
    assert.ok((await stage.task('review', classId)).version > again.version);
    await signBatch(stage, phone, await acts.review(0));
    assert.deepEqual(await acts.states(classId), { teacher_signed: count });
  });

  test('that are wrong drop their card alone; the service that leaves one out does no harm either', async () => {
    const classId = stage.classId(0, 0);
    const [forged, missing, ...good] = await stage.cards(classId);
    const batchId = await acts.review(0);
    await sendBatch(stage, phone, batchId);
    phone.answer(batchId, 'signed');
    phone.spoil(batchId, (signatures) => signatures.filter((one) => one.id !== missing).map((one, _, all) => (one.id === forged ? { ...one, signature: all.find((other) => other.id !== forged)!.signature } : one)));
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    await attachBatch(phone.deps, { batchId, workflowId: workflowId() });
    await stage.advance(workflowId());
    assert.deepEqual(await acts.states(classId), { drafted: 2, teacher_signed: good.length });
    const dropped = await rows<{ card_id: string; failure_code: string }>(stage.owner, `SELECT card_id, failure_code FROM signature_item WHERE state = 'dropped'`);
    assert.deepEqual(Object.fromEntries(dropped.map((item) => [item.card_id, item.failure_code])), { [missing!]: 'signature-missing', [forged!]: dropped.find((item) => item.card_id === forged)!.failure_code });
    await signBatch(stage, phone, await acts.review(0));
    assert.deepEqual(await acts.states(classId), { teacher_signed: good.length + 2 });
  });

  test('are not prepared for a card that cannot be written: it is dropped with the field, the others go on; with none left the person is told', async () => {
    const classId = stage.classId(0, 0);
    const cards = await stage.cards(classId);
    await stage.owner.raw(`UPDATE report_card SET record = jsonb_set(record, '{identity,motherName}', '""') WHERE id = :id`, { id: cards[0]! });
    await signBatch(stage, phone, await acts.review(0));
    assert.deepEqual(await acts.states(classId), { drafted: 1, teacher_signed: cards.length - 1 });
    const [item] = await rows<{ failure_code: string }>(stage.owner, `SELECT failure_code FROM signature_item WHERE state = 'dropped'`);
    assert.equal(item?.failure_code, 'missing-field:HO_VA_TEN_ME');
    const hopeless = await acts.review(0);
    await prepareBatch(phone.deps, { batchId: hopeless, workflowId: workflowId() });
    assert.deepEqual([(await acts.last()).state, (await acts.last()).failure_code], ['failed', 'nothing-prepared']);
    assert.deepEqual(await acts.notices(), ['signing-failed']);
  });

  test('by a seal that would not verify are not attached: nothing rests sealed where nobody could act', async () => {
    const classId = stage.classId(0, 0);
    const count = (await stage.cards(classId)).length;
    await signBatch(stage, phone, await acts.review(0));
    await signBatch(stage, phone, await acts.approve([0]));
    const before = await stage.task('seal', classId);
    const strangers: PhoneService = { ...phone, deps: { ...phone.deps, anchors: () => Promise.resolve([authority('CA khác', 'another').certificate]) } };
    await signBatch(stage, strangers, await acts.seal(0));
    assert.deepEqual(await acts.states(classId), { principal_signed: count });
    assert.deepEqual([(await acts.last()).state, (await acts.last()).failure_code], ['failed', 'certificate-issuer-unknown']);
    assert.deepEqual(await acts.notices(), ['signing-failed']);
    assert.ok((await stage.task('seal', classId)).version > before.version);
    await signBatch(stage, phone, await acts.seal(0));
    assert.deepEqual(await acts.states(classId), { received: count }, 'once the issuer is accepted the same seal goes through');
  });

  /** As a process that has not looked at the lists yet. */
  const anew = (one: PhoneService): PhoneService => ({ ...one, deps: { ...one.deps, sources: { ...one.deps.sources } } });
  const certificateAt = async (batchId: string): Promise<X509Certificate> =>
    new X509Certificate((await row<{ der: Buffer }>(stage.owner, 'SELECT k.der FROM signature_batch b JOIN certificate k ON k.id = b.certificate_id WHERE b.id = :batchId', { batchId }))!.der);

  for (const [reason, code, again] of [['keyCompromise', 'certificate-revoked', false], ['certificateHold', 'certificate-on-hold', true]] as const) {
    test(`under a certificate that is ${again ? 'on hold' : 'revoked'} are not even asked for: whoever signs learns at once, and why`, async () => {
      const classId = stage.classId(0, 0);
      const count = (await stage.cards(classId)).length;
      const batchId = await acts.review(0);
      const certificate = await certificateAt(batchId);
      phone.evidence.revoke(certificate, { reason, revokedAt: new Date(Date.now() - 1_000) });
      await sendBatch(stage, anew(phone), batchId);
      assert.equal(phone.requests.size, 0, 'nobody\'s phone rings');
      assert.deepEqual([(await acts.last()).state, (await acts.last()).failure_code], ['failed', code]);
      assert.deepEqual([await acts.states(classId), await acts.notices()], [{ drafted: count }, ['signing-failed']]);
      if (!again) {
        await assert.rejects(acts.review(0), /certificate-expired/, 'known from now on');
        return;
      }
      phone.evidence.release(certificate);
      await signBatch(stage, anew(phone), await acts.review(0));
      assert.deepEqual(await acts.states(classId), { teacher_signed: count }, 'a hold that is lifted leaves nothing behind');
    });
  }

  test('confirmed under a certificate that was revoked meanwhile are not attached; a seal neither', async () => {
    const classId = stage.classId(0, 0);
    const count = (await stage.cards(classId)).length;
    await signBatch(stage, phone, await acts.review(0));
    await signBatch(stage, phone, await acts.approve([0]));
    const batchId = await acts.seal(0);
    await sendBatch(stage, phone, batchId);
    phone.answer(batchId, 'signed');
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    phone.evidence.revoke(await certificateAt(batchId), { revokedAt: new Date(Date.now() - 1_000) });
    await attachBatch(anew(phone).deps, { batchId, workflowId: workflowId() });
    assert.deepEqual([await acts.states(classId), (await acts.last()).failure_code], [{ principal_signed: count }, 'certificate-revoked']);
    assert.deepEqual(await rows(stage.owner, `SELECT DISTINCT i.state, i.failure_code FROM signature_item i WHERE i.batch_id = :batchId`, { batchId }), [{ state: 'dropped', failure_code: 'certificate-revoked' }]);
  });

  test('are attached while an authority tells nothing: receipt waits for the proof, not the signers', async () => {
    const classId = stage.classId(0, 0);
    const count = (await stage.cards(classId)).length;
    phone.evidence.down.signers = true;
    await signBatch(stage, phone, await acts.review(0));
    assert.deepEqual(await acts.states(classId), { teacher_signed: count });
  });

  test('prepared, collected or attached by two attempts at once are there once; the older attempt writes nothing', async () => {
    const classId = stage.classId(0, 0);
    const count = (await stage.cards(classId)).length;
    const batchId = await acts.review(0);
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
    assert.deepEqual(await acts.states(classId), { teacher_signed: count });
    assert.equal((await rows(stage.owner, `SELECT 1 FROM audit WHERE subject_kind = 'card' AND to_state = 'teacher_signed'`)).length, count);
    assert.deepEqual(await rows(stage.owner, `SELECT DISTINCT state FROM signature_item`), [{ state: 'attached' }]);
  });

  test('of a sealing that fell over in the middle are finished by the next attempt', async () => {
    const classId = stage.classId(0, 0);
    await signBatch(stage, phone, await acts.review(0));
    await signBatch(stage, phone, await acts.approve([0]));
    const batchId = await acts.seal(0);
    await sendBatch(stage, phone, batchId);
    phone.answer(batchId, 'signed');
    await collectSignatures(phone.deps, { batchId, workflowId: workflowId() });
    await assert.rejects(attachBatch({ ...phone.deps, anchors: () => Promise.reject(new Error('no file yet')) }, { batchId, workflowId: workflowId() }), /no file yet/);
    await attachBatch(phone.deps, { batchId, workflowId: workflowId() });
    assert.deepEqual(Object.keys(await acts.states(classId)), ['received']);
  });

  test('of several classes at once, between steps, reminders and extensions of the same school, meet no deadlock and lose nothing', async () => {
    const opened: string[] = [];
    for (const index of [0, 1, 2, 3]) opened.push(await acts.review(index));
    const counts = await Promise.all([0, 1, 2, 3].map(async (index) => (await stage.cards(stage.classId(0, index))).length));
    const coordinator = stage.who.department('coordinator');
    const others = Array.from({ length: 6 }, (_, index) => [
      stage.ask({ act: 'extend_deadline' as const, actorId: coordinator, ...acts.place, payload: { stage: 'review' as const, dueAt: new Date(Date.now() + (100 + index) * 3_600_000).toISOString(), reason: 'Mưa lũ kéo dài' } }),
      stage.ask({ act: 'remind_school' as const, actorId: coordinator, ...acts.place, payload: { stage: null } }), stage.advance(workflowId()),
    ]);
    // One takes over what the other holds: a batch of the four is cut short by its own expiry.
    await stage.owner('signature_batch').where({ id: opened[3] }).update({ expires_at: new Date(Date.now() + 50) });
    const signing = await Promise.allSettled(opened.map((batchId) => signBatch(stage, phone, batchId)));
    const beside = await Promise.allSettled(others.flat());
    for (const one of [...signing, ...beside]) if (one.status === 'rejected') assert.equal((one.reason as Error).name, 'Fenced');
    await stage.advance(workflowId());
    for (const [index, count] of counts.entries()) {
      const now = await acts.states(stage.classId(0, index));
      assert.equal((now['drafted'] ?? 0) + (now['teacher_signed'] ?? 0), count);
      if (index < 3) assert.deepEqual(now, { teacher_signed: count });
    }
    assert.deepEqual(await rows(stage.owner, `SELECT 1 FROM signature_item i JOIN signature_batch b ON b.id = i.batch_id WHERE ${AT_WORK} AND b.state NOT IN ('new', 'prepared', 'requested', 'collected')`), [], 'no card is held by a batch that is over');
  });

  test('by the teacher make an upload that was read before come too late', async () => {
    const uploadId = await storeWaitingRoster(stage, stage.classId(0, 0), stage.who.at('clerk', 0));
    await acts.review(0);
    const confirm = { act: 'confirm_upload' as const, actorId: stage.who.at('clerk', 0), ...acts.place, payload: { uploadId } };
    assert.deepEqual(await stage.ask(confirm), { kind: 'refused', code: 'class-changed' });
    const records = await rows(stage.owner, `SELECT 1 FROM report_card WHERE record->'identity'->>'birthPlace' = 'Xã Đổi Mới'`);
    assert.equal(records.length, 0);
  });
});
