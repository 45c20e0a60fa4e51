import assert from 'node:assert/strict';
import { randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { batchActivities } from '../../activities/activities.js';
import { attachBatch } from '../../activities/signature/attach.js';
import { prepareBatch } from '../../activities/signature/prepare.js';
import { sealWithKey } from '../../activities/signature/sealWithKey.js';
import { row, rows } from '../../db/connect.js';
import { roleIds } from '../../formats/signature/roleBlock.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { seal, sealKeyPurpose } from '../../runtime/seal.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { organisation } from '../support/certificates.js';
import { ca, phoneService, signBatch, type PhoneService } from '../support/phoneService.js';
import { cardsInBatches } from '../support/schoolWork.js';
import { schoolActs } from '../support/schoolActs.js';
import { withoutXmlsec, xmlsecAccepts } from '../support/xmlsec.js';

describe('a seal whose key the school gave to the hub', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  let acts: ReturnType<typeof schoolActs>;
  let classId: string;
  let count: number;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => {
    stage = await world.open();
    phone = await phoneService(stage);
    acts = schoolActs(stage);
    classId = stage.classId(0, 0);
    count = (await stage.cards(classId)).length;
    await signBatch(stage, phone, await acts.review(0));
    await signBatch(stage, phone, await acts.approve([0]));
  });
  afterEach(() => stage.close());

  const workflowId = () => stage.workflow.school(0);
  const principal = () => stage.who.at('principal', 0);
  const schoolSeal = () => organisation(ca, stage.seeded.province.schools[0]!.seal.taxCode);
  const pkcs8 = () => schoolSeal().key.export({ type: 'pkcs8', format: 'der' });
  const bound = async () => (await row<{ id: string; der: Buffer; fingerprint: string }>(stage.owner, 'SELECT k.id, k.der, k.fingerprint FROM school s JOIN certificate k ON k.id = s.seal_certificate_id WHERE s.code = :code', { code: stage.school(0) }))!;

  async function give(sealedFor?: string): Promise<string> {
    const keyId = randomUUID();
    await stage.api('seal_key').insert({ id: keyId, school_code: stage.school(0), certificate_id: (await bound()).id, given_by: principal(), sealed_key: seal(phone.deps.settings.HUB_SECRET_KEY, sealKeyPurpose(sealedFor ?? keyId), pkcs8()) });
    assert.deepEqual(await stage.ask({ id: keyId, act: 'give_seal', actorId: principal(), campaignId: null, schoolCode: stage.school(0), payload: { keyId, fingerprint: (await bound()).fingerprint } }), { kind: 'done' });
    return keyId;
  }
  const withdraw = (keyId: string) => stage.ask({ act: 'withdraw_seal', actorId: principal(), campaignId: null, schoolCode: stage.school(0), payload: { keyId, reason: 'Máy tính của trường bị mất' } });
  /** One step of the batch queue, as the plan names it. */
  const step = (id: string) => batchActivities(phone.deps).prepareSignatures({ workflowId: workflowId(), id });
  const subject = (batchId: string) => ({ batchId, workflowId: workflowId() });
  const batch = (id: string) => row(stage.owner, 'SELECT account, state, failure_code FROM signature_batch WHERE id = :id', { id });
  /** The batch ended with a reason; the class is where it was, its task open under a new version, and the clerk was told. */
  async function assertWaits(batchId: string, code: string, before: { version: number }): Promise<void> {
    assert.deepEqual(await batch(batchId), { account: null, state: 'failed', failure_code: code });
    assert.deepEqual(await acts.states(classId), { principal_signed: count });
    assert.ok((await stage.task('seal', classId)).version > before.version);
    assert.deepEqual(await acts.notices(), ['signing-failed']);
    assert.deepEqual(await cardsInBatches(stage.owner), [], 'no card is held by it');
  }

  test('is set by the clerk\'s decision in one step, and no phone rings: what the Sở receives verifies by itself', async () => {
    const asked = phone.requests.size;
    await give();
    const batchId = await acts.seal(0);
    assert.deepEqual(await batch(batchId), { account: null, state: 'new', failure_code: null });
    assert.deepEqual((await stage.advance(workflowId())).work, [{ kind: 'prepare', id: batchId }], 'the batch queue\'s, from the first hash on');
    await step(batchId);
    assert.deepEqual(await acts.states(classId), { received: count });
    assert.equal(phone.requests.size, asked);
    const cards = await rows<{ id: string; document: Buffer }>(stage.owner, 'SELECT id, document FROM report_card WHERE class_id = :classId', { classId });
    const { fingerprint } = await bound();
    for (const { id, document } of cards) {
      const seal = { fingerprint };
      assert.equal(verifyCard({ card: document, policy: { kind: 'own', profile: 'v1.0', cover: 'annex' }, anchors: [ca.certificate], at: new Date(), expected: { cardId: id, seal } }).verdict, 'valid');
    }
    const [sealed] = await rows(stage.owner, `SELECT actor_id, decision_id IS NOT NULL AS decided FROM audit WHERE subject_kind = 'card' AND to_state = 'sealed' LIMIT 1`);
    assert.deepEqual(sealed, { actor_id: stage.who.at('clerk', 0), decided: true }, 'the card says who decided');
  });

  test('verifies in xmlsec1, and no more once a bit of it is changed', { skip: withoutXmlsec }, async () => {
    await give();
    await step(await acts.seal(0));
    const { id, document } = (await row<{ id: string; document: Buffer }>(stage.owner, 'SELECT id, document FROM report_card WHERE class_id = :classId ORDER BY id LIMIT 1', { classId }))!;
    const accepts = (card: Buffer) => xmlsecAccepts(card, roleIds('seal', id).signature, ca.certificate.toString(), new Date().toISOString().slice(0, 19).replace('T', ' '));
    assert.ok(accepts(document));
    const block = document.indexOf('<KY_PHAT_HANH');
    const value = document.indexOf('<SignatureValue>', block) + '<SignatureValue>'.length + 8;
    const changed = Buffer.from(document);
    changed[value] = document[value] === 65 ? 66 : 65;
    assert.ok(!accepts(changed));
  });

  test('is set once by two attempts at once, and by one that goes on where another died', async () => {
    await give();
    const batchId = await acts.seal(0);
    const twice = async (one: () => Promise<unknown>): Promise<void> => {
      for (const ended of await Promise.allSettled([one(), one()])) if (ended.status === 'rejected') assert.equal((ended.reason as Error).name, 'Fenced');
      await one();
    };
    await twice(() => prepareBatch(phone.deps, subject(batchId)));
    assert.deepEqual((await stage.advance(workflowId())).work, [{ kind: 'prepare', id: batchId }], 'prepared and no further: the same step goes on');
    await twice(() => sealWithKey(phone.deps, subject(batchId)));
    const values = await rows(stage.owner, 'SELECT signature FROM signature_item ORDER BY batch_id, card_id');
    await sealWithKey(phone.deps, subject(batchId));
    assert.deepEqual(await rows(stage.owner, 'SELECT signature FROM signature_item ORDER BY batch_id, card_id'), values);
    assert.deepEqual((await stage.advance(workflowId())).work, [{ kind: 'attach', id: batchId }]);
    await twice(() => attachBatch(phone.deps, subject(batchId)));
    await step(batchId);
    assert.deepEqual(await acts.states(classId), { received: count });
    assert.equal((await rows(stage.owner, `SELECT 1 FROM audit WHERE subject_kind = 'card' AND to_state = 'sealed'`)).length, count);
  });

  test('withdrawn before it signs: the key is gone for good, the task says so and waits; a key given again goes on', async () => {
    const keyId = await give();
    const before = await stage.task('seal', classId);
    const batchId = await acts.seal(0);
    await prepareBatch(phone.deps, subject(batchId));
    assert.deepEqual(await withdraw(keyId), { kind: 'done' });
    assert.deepEqual(await row(stage.owner, 'SELECT sealed_key, ended_by FROM seal_key WHERE id = :keyId', { keyId }), { sealed_key: null, ended_by: principal() });
    await step(batchId);
    await assertWaits(batchId, 'seal-key-gone', before);
    await give();
    await step(await acts.seal(0));
    assert.deepEqual(await acts.states(classId), { received: count });
    const audited = await rows<{ act: string }>(stage.owner, `SELECT act FROM audit WHERE subject_kind = 'school' AND act IN ('give_seal', 'withdraw_seal') ORDER BY id`);
    assert.deepEqual(audited.map(({ act }) => act), ['give_seal', 'withdraw_seal', 'give_seal']);
  });

  test('withdrawn while it signs: what it has signed is thrown away', async () => {
    const keyId = await give();
    const before = await stage.task('seal', classId);
    const batchId = await acts.seal(0);
    await prepareBatch(phone.deps, subject(batchId));
    const trx = await stage.owner.transaction();
    await trx('seal_key').where({ id: keyId }).update({ sealed_key: null, ended_at: new Date(), ended_by: principal() });
    const signing = sealWithKey(phone.deps, subject(batchId));
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%seal_key%FOR SHARE%'`;
    while ((await rows(stage.owner, waiting)).length === 0) await new Promise((resolve) => { setImmediate(resolve); });
    await trx.commit();
    await signing;
    await assertWaits(batchId, 'seal-key-gone', before);
    assert.deepEqual(await rows(stage.owner, 'SELECT 1 FROM signature_item WHERE batch_id = :batchId AND signature IS NOT NULL', { batchId }), []);
  });

  test('with a certificate that the Sở no longer approves, or that is revoked, attaches nothing and says why', async () => {
    await give();
    let before = await stage.task('seal', classId);
    const other = await acts.seal(0);
    await stage.owner('school').where({ code: stage.school(0) }).update({ seal_fingerprint: randomBytes(32).toString('hex') });
    await step(other);
    await assertWaits(other, 'seal-key-gone', before);
    await stage.owner('school').where({ code: stage.school(0) }).update({ seal_fingerprint: null });
    await stage.owner('mail_outbox').delete();
    before = await stage.task('seal', classId);
    const batchId = await acts.seal(0);
    await prepareBatch(phone.deps, subject(batchId));
    await sealWithKey(phone.deps, subject(batchId));
    phone.evidence.revoke(new X509Certificate((await bound()).der), { revokedAt: new Date(Date.now() - 1_000) });
    await attachBatch({ ...phone.deps, sources: { ...phone.deps.sources } }, subject(batchId));
    await assertWaits(batchId, 'certificate-revoked', before);
  });

  test('that another HUB_SECRET_KEY sealed, or that was moved from another row, is not opened', async () => {
    for (const [index, foreign] of [() => give(randomUUID()), async () => {
      const keyId = await give();
      await stage.owner('seal_key').where({ id: keyId }).update({ sealed_key: seal(randomBytes(32), sealKeyPurpose(keyId), pkcs8()) });
    }].entries()) {
      await foreign();
      const batchId = await acts.seal(0);
      await step(batchId);
      assert.deepEqual(await batch(batchId), { account: null, state: 'failed', failure_code: 'seal-key-unreadable' }, String(index));
      assert.deepEqual(await acts.states(classId), { principal_signed: count });
    }
  });

  test('given anew deletes the earlier key; without any the school seals by its account again', async () => {
    const first = await give();
    const second = await give();
    assert.deepEqual(await rows(stage.owner, 'SELECT id, sealed_key IS NULL AS gone FROM seal_key ORDER BY given_at'), [{ id: first, gone: true }, { id: second, gone: false }]);
    await assert.rejects(stage.owner('seal_key').where({ id: first }).update({ sealed_key: randomBytes(8) }), /check constraint/, 'nor can one that ended hold a key');
    await withdraw(second);
    await signBatch(stage, phone, await acts.seal(0));
    assert.deepEqual(await acts.states(classId), { received: count });
  });

  test('whose giver is put out before a worker comes to it leaves nothing behind', async () => {
    stage.working = false;
    const keyId = randomUUID();
    await stage.api('seal_key').insert({ id: keyId, school_code: stage.school(0), certificate_id: (await bound()).id, given_by: principal(), sealed_key: randomBytes(8) });
    const asked = stage.ask({ id: keyId, act: 'give_seal', actorId: principal(), campaignId: null, schoolCode: stage.school(0), payload: { keyId, fingerprint: (await bound()).fingerprint } });
    while (await row(stage.owner, 'SELECT 1 FROM decision WHERE id = :keyId', { keyId }) === undefined) await new Promise((resolve) => { setImmediate(resolve); });
    await stage.owner.raw(`UPDATE authority SET revoked_at = now() - interval '1 second' WHERE basis = 'head'`);
    await stage.advance(stage.workflow.directory);
    assert.deepEqual(await asked, { kind: 'refused', code: 'seal-head-only' });
    assert.deepEqual(await rows(stage.owner, 'SELECT 1 FROM seal_key'), []);
  });
});
