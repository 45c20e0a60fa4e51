import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { receiveSealed } from '../../activities/evidence/receive.js';
import { evidenceOf } from '../../api/evidence/evidenceOf.js';
import { refreshRevocations } from '../../activities/evidence/revocations.js';
import { renewEvidence } from '../../activities/evidence/renew.js';
import { OutsideFault } from '../../activities/fault.js';
import { row, rows } from '../../db/connect.js';
import { evidenceWaits, revokedCards, revokedInCampaign, signAgainOf } from '../../db/views/evidence.js';
import { evidenceBundle, type EvidenceBundle } from '../../formats/evidence/bundle.js';
import { verifyBundle } from '../../formats/evidence/verifyBundle.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { writeCrl } from '../../sandbox/trust/crl.js';
import { authority } from '../support/certificates.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { ca, phoneService, signBatch, type PhoneService } from '../support/phoneService.js';
import { schoolActs } from '../support/schoolActs.js';

const OLD = new Date('2026-01-01T00:00:00Z');

describe('the receipt of sealed cards', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  let acts: ReturnType<typeof schoolActs>;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); phone = await phoneService(stage); acts = schoolActs(stage); });
  afterEach(() => stage.close());
  const workflowId = () => stage.workflow.school(0);
  const classId = () => stage.classId(0, 0);
  const receive = () => receiveSealed(phone.deps, workflowId());
  const approved = async (): Promise<void> => {
    await signBatch(stage, phone, await acts.review(0));
    await signBatch(stage, phone, await acts.approve([0]));
  };
  const seal = async (): Promise<void> => signBatch(stage, phone, await acts.seal(0));
  const evidence = () => rows<{ id: string; kind: string; state: string; leaves: number; wait_code: string | null; gen_time: Date | null; token: Buffer | null; root: Buffer }>(stage.owner, 'SELECT * FROM evidence ORDER BY created_at, id');
  const certificateOf = async (role: string): Promise<X509Certificate> => {
    const found = await row<{ der: Buffer }>(stage.owner, 'SELECT DISTINCT m.der FROM card_signature s JOIN evidence_material m ON m.sha256 = s.fingerprint WHERE s.role = :role', { role });
    return new X509Certificate(found!.der);
  };
  const faulty = async (): Promise<OutsideFault> => receive().then(() => assert.fail('was received'), (error: unknown) => { assert.ok(error instanceof OutsideFault, String(error)); return error; });

  test('puts one token over all cards of a batch, never one each, and keeps what proves it', async () => {
    const count = (await stage.cards(classId(), 'drafted')).length;
    await approved();
    await seal();
    assert.deepEqual(await acts.states(classId()), { received: count });
    assert.equal(phone.evidence.asked.tokens, 1);
    const [only, ...more] = await evidence();
    assert.ok(only !== undefined && more.length === 0 && only.state === 'stamped' && only.leaves === count);
    const kinds = await rows<{ kind: string; uses: number }>(stage.owner, 'SELECT m.kind, count(*)::int AS uses FROM evidence_use u JOIN evidence_material m USING (sha256) GROUP BY 1 ORDER BY 1');
    // Teacher, deputy, seal and their authority; the time-stamping service and its authority; a list of each authority.
    assert.deepEqual(kinds, [{ kind: 'certificate', uses: 6 }, { kind: 'crl', uses: 2 }]);
    for (const { document } of await rows<{ document: Buffer }>(stage.owner, 'SELECT document FROM report_card WHERE class_id = :id', { id: classId() })) {
      assert.ok(!document.includes(only.token!.toString('base64').slice(100, 140)), 'never inside the card');
    }
    await receive();
    assert.equal(phone.evidence.asked.tokens, 1, 'again, it has nothing to do');
  });

  const outages: readonly [string, (down: PhoneService['evidence']['down']) => void, string][] = [
    ['the time-stamping service is down', (down) => { down.tsa = true; }, 'tsa-down'],
    ['a source of revocation lists is down', (down) => { down.signers = true; }, 'crl-down'],
    ['the only list to be had has run out', (down) => { down.signers = 'late'; }, 'crl-unusable'],
    ['nobody has set where an authority\'s list is', (down) => { down.signers = 'absent'; }, 'crl-missing'],
  ];
  for (const [what, order, code] of outages) {
    test(`waits while ${what}, says so, and goes on by itself`, async () => {
      const count = (await stage.cards(classId(), 'drafted')).length;
      await approved();
      order(phone.evidence.down);
      await seal();
      assert.deepEqual(await acts.states(classId()), { sealed: count }, 'sealing itself is done; receipt is not');
      await faulty();
      const [waiting] = await evidence();
      assert.ok(waiting?.state === 'open' && waiting.wait_code === code && waiting.token === null);
      const [shown, ...others] = await evidenceWaits(stage.api, acts.place);
      assert.ok(others.length === 0 && shown?.cards === count && shown.code === code && shown.since !== null, 'the pages say so');
      assert.ok((await stage.advance(workflowId())).work.some((work) => work.kind === 'evidence'));
      Object.assign(phone.evidence.down, { tsa: false, signers: false });
      await stage.owner.raw(`UPDATE circuit SET probe_at = now() - interval '1 second'`);
      await receive();
      assert.deepEqual(await acts.states(classId()), { received: count });
      const [stamped, ...more] = await evidence();
      assert.ok(stamped?.id === waiting.id && stamped.root.equals(waiting.root) && stamped.state === 'stamped' && stamped.wait_code === null && more.length === 0);
      if (code !== 'tsa-down') assert.ok(phone.evidence.asked.tokens <= 4);
      assert.ok(!(await stage.advance(workflowId())).work.some((work) => work.kind === 'evidence'));
      assert.deepEqual(await evidenceWaits(stage.api, acts.place), []);
    });
  }

  test('spends no token while revocation lists cannot be had at all, and leaves a dead time-stamping service alone', async () => {
    await approved();
    phone.evidence.down.tsa = true;
    await seal();
    for (let tries = 0; tries < 5; tries += 1) await faulty();
    assert.equal(phone.evidence.asked.tokens, 3, 'the circuit opened');
    assert.equal((await faulty()).code, 'circuit-open');
  });

  test('takes no token that is broken, and says whose fault it is', async () => {
    await approved();
    phone.evidence.spoil.token = (answer) => { const changed = Buffer.from(answer); changed[changed.length - 4] = changed.at(-4)! ^ 1; return changed; };
    await seal();
    assert.equal((await evidence())[0]?.wait_code, 'tsa-bad-token');
    phone.evidence.spoil.token = () => Buffer.from('3003020102', 'hex');
    await faulty();
    assert.equal((await evidence())[0]?.wait_code, 'tsa-refused');
    assert.deepEqual(Object.keys(await acts.states(classId())), ['sealed']);
  });

  for (const [role, state, next, left] of [['seal', 'principal_signed', 'seal', ['teacher', 'principal']], ['principal', 'teacher_signed', 'approve', ['teacher']], ['teacher', 'drafted', 'review', []]] as const) {
    test(`sends a card back whose ${role}'s certificate was revoked before receipt: to be signed again from there, with the reason`, async () => {
      const count = (await stage.cards(classId(), 'drafted')).length;
      await approved();
      phone.evidence.down.tsa = true;
      await seal();
      const certificate = await certificateOf(role);
      phone.evidence.revoke(certificate, { revokedAt: new Date(Date.now() - 1_000) });
      phone.evidence.down.tsa = false;
      await receive();
      await stage.advance(workflowId());
      assert.deepEqual(await acts.states(classId()), { [state]: count });
      assert.equal((await stage.task(next, classId())).blocked_code, null);
      const fingerprint = createHash('sha256').update(certificate.raw).digest('hex');
      assert.deepEqual(await rows(stage.owner, 'SELECT role, code, fingerprint, count(*)::int AS cards FROM sign_again GROUP BY 1, 2, 3'), [{ role, code: 'revoked', fingerprint, cards: count }]);
      for (const { document } of await rows<{ document: Buffer }>(stage.owner, 'SELECT document FROM report_card WHERE class_id = :id', { id: classId() })) {
        const verdict = verifyCard({ card: document, policy: { kind: 'own', profile: 'v1.0', cover: 'annex', xades: false, roles: left }, anchors: [ca.certificate], at: new Date() });
        assert.equal(verdict.verdict, 'valid', 'what the others signed is still good');
        assert.deepEqual(verdict.signatures.map((one) => one.role), left);
      }
      assert.ok((await row(stage.owner, 'SELECT 1 FROM certificate WHERE fingerprint = :fingerprint AND revoked_at IS NOT NULL', { fingerprint })) !== undefined);
      assert.deepEqual((await signAgainOf(stage.api, acts.place)).map((line) => [line.role, line.code, line.cards]), [[role, 'revoked', count]]);
      const listed = await revokedCards(stage.api, { campaignId: stage.campaignId, limit: 100 });
      assert.ok(listed.length === count && listed.every((card) => card.signAgain && !card.proven && card.role === role && card.fingerprint === fingerprint));
      const again = role === 'seal' ? acts.seal(0) : role === 'principal' ? acts.approve([0]) : acts.review(0);
      await assert.rejects(again, /certificate-expired/, 'nobody signs again with the revoked one');
    });
  }

  test('lets the cards of one certificate on hold wait by themselves, and receives them when the hold is lifted', async () => {
    for (const index of [0, 1]) await signBatch(stage, phone, await acts.review(index));
    await signBatch(stage, phone, await acts.approve([0, 1]));
    phone.evidence.down.tsa = true;
    await signBatch(stage, phone, await acts.seal(0, 1));
    const [held, free] = [classId(), stage.classId(0, 1)];
    const certificate = new X509Certificate((await row<{ der: Buffer }>(stage.owner, `
      SELECT DISTINCT m.der FROM card_signature s JOIN report_card c ON c.id = s.card_id JOIN evidence_material m ON m.sha256 = s.fingerprint WHERE s.role = 'teacher' AND c.class_id = :held`, { held }))!.der);
    const counts = [Object.values(await acts.states(held))[0]!, Object.values(await acts.states(free))[0]!] as const;
    phone.evidence.revoke(certificate, { reason: 'certificateHold', revokedAt: new Date(Date.now() - 1_000) });
    phone.evidence.down.tsa = false;
    await stage.owner.raw(`UPDATE circuit SET probe_at = now() - interval '1 second'`);
    assert.equal((await faulty()).code, 'on-hold');
    assert.deepEqual([await acts.states(held), await acts.states(free)], [{ sealed: counts[0] }, { received: counts[1] }]);
    const waits = await evidenceWaits(stage.api, acts.place);
    assert.deepEqual(waits.map(({ code, cards }) => [code, cards]), [['certificate-on-hold', counts[0]]]);
    assert.deepEqual(await rows(stage.owner, 'SELECT 1 FROM revoked_certificate'), [], 'a hold is no revocation');
    assert.deepEqual(await rows(stage.owner, 'SELECT 1 FROM sign_again'), [], 'nothing is signed again for it');
    await faulty();
    const parted = (await evidence()).length;
    await faulty();
    assert.equal((await evidence()).length, parted, 'parted once, not at each attempt');
    phone.evidence.release(certificate);
    await receive();
    assert.deepEqual(await acts.states(held), { received: counts[0] });
    assert.deepEqual(await evidenceWaits(stage.api, acts.place), []);
    await assert.rejects(stage.worker.raw(`UPDATE evidence SET state = 'open' WHERE state = 'withdrawn'`), /never used again/);
  });

  test('asks a responder where no list is to be had, keeps its answer as evidence, and judges by it later', async () => {
    const count = (await stage.cards(classId(), 'drafted')).length;
    await approved();
    phone.evidence.down.signers = 'absent';
    phone.evidence.responder.on = true;
    await seal();
    assert.deepEqual(await acts.states(classId()), { received: count });
    assert.equal(phone.evidence.asked.answers, 3, 'once for each certificate: teacher, deputy, seal');
    const kept = () => rows(stage.owner, `SELECT u.occasion, count(*)::int AS answers FROM evidence_use u JOIN evidence_material m USING (sha256) WHERE m.kind = 'ocsp' GROUP BY 1 ORDER BY 1`);
    assert.deepEqual(await kept(), [{ occasion: 'receipt', answers: 3 }]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await phone.evidence.laterLists();
    assert.deepEqual(await refreshRevocations(phone.deps), { revoked: 0, settled: 1 }, 'later answers settle it as later lists do');
    assert.deepEqual(await kept(), [{ occasion: 'later', answers: 3 }, { occasion: 'receipt', answers: 3 }]);
    await renewEvidence(phone.deps, new Date(Date.now() + 60_000));
    const [cardId] = await stage.cards(classId(), 'received') as [string];
    const { document } = (await row<{ document: Buffer }>(stage.owner, 'SELECT document FROM report_card WHERE id = :cardId', { cardId }))!;
    const bundle = evidenceBundle.parse(JSON.parse(JSON.stringify(await evidenceOf(stage.api, cardId))));
    assert.deepEqual(bundle.links.map(({ ocsps }) => ocsps.length), [6, 0]);
    const check = (one: EvidenceBundle) => verifyBundle(phone.deps.trust, { file: document, bundle: one, anchors: [...new Set(one.links.flatMap(({ certificates }) => certificates))].map((der) => Buffer.from(der, 'base64')).filter((der) => new X509Certificate(der).ca) });
    assert.equal((await check(bundle)).verdict, 'valid');
    assert.equal((await check({ ...bundle, links: bundle.links.map((link) => ({ ...link, ocsps: link.ocsps.slice(1) })) })).code, 'chain-broken', 'an answer cannot be taken out of it');
  });

  test('sends back what a responder alone calls revoked, and notes the certificate by its answer', async () => {
    await approved();
    phone.evidence.down.signers = 'absent';
    phone.evidence.responder.on = true;
    const certificate = await certificateOf('principal');
    phone.evidence.down.tsa = true;
    await seal();
    phone.evidence.revoke(certificate, { revokedAt: new Date(Date.now() - 1_000) });
    phone.evidence.down.tsa = false;
    await stage.owner.raw(`UPDATE circuit SET probe_at = now() - interval '1 second'`);
    await receive();
    assert.deepEqual(Object.keys(await acts.states(classId())), ['teacher_signed']);
    const fingerprint = createHash('sha256').update(certificate.raw).digest('hex');
    assert.deepEqual(await rows(stage.owner, 'SELECT r.fingerprint, m.kind FROM revoked_certificate r JOIN evidence_material m ON m.sha256 = r.crl_sha256'), [{ fingerprint, kind: 'ocsp' }]);
  });

  for (const first of ['forged', 'true'] as const) {
    test(`believes of two lists that take a certificate back the one that its authority signed, when the ${first} one comes first`, async () => {
      await approved();
      await seal();
      const certificate = await certificateOf('principal');
      const [yesterday, now] = [new Date(Date.now() - 86_400_000), new Date(Math.floor(Date.now() / 1000) * 1000)];
      phone.evidence.revoke(certificate, { revokedAt: now });
      const forger = authority('CA thử nghiệm', 'a forger of lists');
      const forged = { source: 'http://ca.invalid/forged', der: await writeCrl({
        issuer: { subject: { commonName: 'CA thử nghiệm' }, privateKey: forger.key }, number: 99, thisUpdate: now, nextUpdate: new Date(now.getTime() + 3_600_000),
        revoked: [{ serial: certificate.serialNumber, revokedAt: yesterday, reason: 'keyCompromise', invalidAt: null }],
      }) };
      const { revocationLists } = phone.deps.sources;
      const deps = { ...phone.deps, sources: { ...phone.deps.sources, revocationLists: async () => (first === 'forged' ? [forged, ...await revocationLists()] : [...await revocationLists(), forged]) } };
      assert.equal((await refreshRevocations(deps)).revoked, 1);
      assert.deepEqual((await rows<{ revoked_at: Date }>(stage.owner, 'SELECT revoked_at FROM revoked_certificate')).map((one) => one.revoked_at), [now]);
    });
  }

  test('collects the lists again once there are later ones, and finds whom they take back', async () => {
    await approved();
    await seal();
    const certificate = await certificateOf('principal');
    phone.evidence.responder.on = true;
    assert.deepEqual(await refreshRevocations(phone.deps), { revoked: 0, settled: 0 }, 'lists of the same second are not later');
    assert.equal(phone.evidence.asked.answers, 0, 'the next list is waited for, nobody is asked about each certificate');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await phone.evidence.laterLists();
    phone.evidence.revoke(certificate, { revokedAt: new Date(), invalidAt: new Date(Date.now() - 86_400_000) });
    assert.deepEqual(await refreshRevocations(phone.deps), { revoked: 1, settled: 1 });
    assert.deepEqual(await refreshRevocations(phone.deps), { revoked: 0, settled: 0 });
    assert.equal((await evidence())[0]?.state, 'settled');
    assert.deepEqual(await rows(stage.owner, `SELECT occasion, count(*)::int AS lists FROM evidence_use u JOIN evidence_material m USING (sha256) WHERE m.kind = 'crl' GROUP BY 1 ORDER BY 1`),
      [{ occasion: 'later', lists: 2 }, { occasion: 'receipt', lists: 2 }]);
    const [known] = await rows<{ effective_at: Date; fingerprint: string }>(stage.owner, 'SELECT effective_at, fingerprint FROM revoked_certificate');
    assert.ok(known!.effective_at.getTime() < Date.now() - 80_000_000);
    const heads = await revokedInCampaign(stage.api, { campaignId: stage.campaignId });
    assert.ok(heads.length === 1 && heads[0]?.fingerprint === known!.fingerprint && heads[0].holder !== null);
    const touched = await revokedCards(stage.api, { campaignId: stage.campaignId, limit: 100 });
    assert.ok(touched.length === (await stage.cards(classId(), 'received')).length && touched.every((card) => !card.proven && !card.signAgain && card.role === 'principal'));
    phone.evidence.revoke(await certificateOf('seal'), { revokedAt: new Date() });
    await refreshRevocations(phone.deps);
    assert.ok((await revokedCards(stage.api, { campaignId: stage.campaignId, limit: 100 })).filter((card) => card.role === 'seal').every((card) => card.proven), 'revoked after the token: its signature stays good');
  });

  test('is renewed by one new token over all old evidence, once, and again in its turn', async () => {
    await approved();
    await seal();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await phone.evidence.laterLists();
    await refreshRevocations(phone.deps);
    assert.equal(await renewEvidence(phone.deps, OLD), 0, 'nothing is old yet');
    const soon = new Date(Date.now() + 60_000);
    assert.equal(await renewEvidence(phone.deps, soon), 1);
    assert.equal(await renewEvidence(phone.deps, soon), 0);
    const [first, renewal] = await evidence();
    assert.deepEqual([renewal?.kind, renewal?.state, renewal?.leaves], ['renewal', 'stamped', 1]);
    assert.deepEqual(await rows(stage.owner, 'SELECT renews_id FROM evidence_leaf WHERE evidence_id = :id', { id: renewal!.id }), [{ renews_id: first!.id }]);
  });

  test('is exported so that anybody can check it offline, through its renewal too, and against no other file', async () => {
    await approved();
    await seal();
    const [cardId, otherId] = await stage.cards(classId(), 'received') as [string, string];
    const documentOf = async (id: string): Promise<Buffer> => (await row<{ document: Buffer }>(stage.owner, 'SELECT document FROM report_card WHERE id = :id', { id }))!.document;
    const check = async (file: Buffer, bundle: EvidenceBundle) => verifyBundle(phone.deps.trust, { file, bundle, anchors: (await phone.deps.trust.tsaAnchors()).map(({ raw }) => raw) });
    const bundle = (await evidenceOf(stage.api, cardId))!;
    const [only] = await evidence();
    assert.deepEqual(await check(await documentOf(cardId), evidenceBundle.parse(JSON.parse(JSON.stringify(bundle)))), { verdict: 'valid', code: 'valid', provenAt: only!.gen_time, renewedAt: null });
    assert.deepEqual(await check(await documentOf(otherId), bundle), { verdict: 'invalid', code: 'other-file', link: 0 });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await phone.evidence.laterLists();
    await refreshRevocations(phone.deps);
    await renewEvidence(phone.deps, new Date(Date.now() + 60_000));
    const renewed = (await evidenceOf(stage.api, cardId))!;
    assert.deepEqual(renewed.links.map((link) => link.kind), ['receipt', 'renewal']);
    assert.equal((await check(await documentOf(cardId), renewed)).verdict, 'valid');
    const [receipt, renewal] = renewed.links as [EvidenceBundle['links'][number], EvidenceBundle['links'][number]];
    const forged: readonly [string, EvidenceBundle['links']][] = [
      ['chain-broken', [{ ...receipt, crls: receipt.crls.slice(1) }, renewal]], ['chain-broken', [{ ...receipt, genTime: new Date(0).toISOString() }, renewal]],
      ['proof-broken', [{ ...receipt, root: '00'.repeat(32) }, renewal]], ['token-other-digest', [{ ...receipt, token: renewal.token }, renewal]], ['other-file', [renewal]],
    ];
    for (const [code, links] of forged) assert.equal((await check(await documentOf(cardId), { ...renewed, links })).code, code);
  });

  test('never changes or loses a token that is stored', async () => {
    await approved();
    await seal();
    await assert.rejects(stage.worker.raw(`UPDATE evidence SET token = '\\x00'`), /never changed/);
    await assert.rejects(stage.worker.raw('DELETE FROM evidence_leaf'), /permission denied/);
    await assert.rejects(stage.worker.raw(`UPDATE evidence_material SET der = '\\x00'`), /permission denied/);
  });

  test('survives an attempt killed after the token came: the same files, one evidence', async () => {
    const count = (await stage.cards(classId(), 'drafted')).length;
    await approved();
    phone.evidence.down.tsa = true;
    await seal();
    phone.evidence.down.tsa = false;
    const broken = { ...phone.deps, db: new Proxy(phone.deps.db, { get: (target, name) => (name === 'transaction' && phone.evidence.asked.tokens > 1 ? () => Promise.reject(new Error('killed')) : Reflect.get(target, name) as unknown) }) };
    await assert.rejects(receiveSealed(broken, workflowId()), /killed/);
    assert.deepEqual(await acts.states(classId()), { sealed: count });
    await Promise.all([receive(), receive()]);
    assert.deepEqual(await acts.states(classId()), { received: count });
    assert.equal((await evidence()).length, 1);
  });
});
