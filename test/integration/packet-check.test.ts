import assert from 'node:assert/strict';
import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { refreshRevocations } from '../../activities/evidence/revocations.js';
import { cutSchoolPackets } from '../../activities/packet/cut.js';
import { rows } from '../../db/connect.js';
import { revokedCards } from '../../db/views/evidence.js';
import { revokedTurn } from '../../domain/evidence.js';
import { PROFILE_CODES, type ProfileCode } from '../../domain/card.js';
import { SIGNATURE_FAULTS, type SignatureFaultCode } from '../../formats/signature/codes.js';
import { seal } from '../../runtime/seal.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { organisation } from '../support/certificates.js';
import { ca, phoneService, signBatch, type PhoneService } from '../support/phoneService.js';
import { schoolActs } from '../support/schoolActs.js';

describe('a card that was received', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); phone = await phoneService(stage); });
  afterEach(() => stage.close());

  /** Signs a class in all three roles under a policy, and gives the Sở a packet key. */
  async function receive(policy: { profile: ProfileCode; xades: boolean }): Promise<string[]> {
    await stage.owner.raw('UPDATE campaign SET policy = policy || :policy::jsonb', { policy: JSON.stringify(policy) });
    const acts = schoolActs(stage);
    for (const batch of [() => acts.review(0), () => acts.approve([0]), () => acts.seal(0)]) await signBatch(stage, phone, await batch());
    const sender = organisation(ca, '0990000099');
    const certificateId = randomUUID();
    await stage.owner('packet_key').update({ active: false });
    await stage.owner('certificate').insert({
      id: certificateId, kind: 'organisation', der: sender.der, fingerprint: createHash('sha256').update(sender.der).digest('hex'), uid: 'MST:0990000099', serial: sender.certificate.serialNumber,
      valid_from: new Date(sender.certificate.validFrom), valid_to: new Date(sender.certificate.validTo),
    });
    const pkcs8 = sender.key.export({ type: 'pkcs8', format: 'der' });
    await stage.owner('packet_key').insert({ id: randomUUID(), certificate_id: certificateId, active: true, sealed_key: seal(phone.deps.settings.HUB_SECRET_KEY, 'packet-key', pkcs8) });
    return stage.cards(stage.classId(0, 0), 'received');
  }
  const cut = () => cutSchoolPackets(phone.deps, stage.workflow.school(0));
  const document = async (id: string): Promise<string> => (await rows<{ document: Buffer }>(stage.owner, 'SELECT document FROM report_card WHERE id = :id', { id }))[0]!.document.toString();
  const store = (id: string, text: string) => stage.owner('report_card').where({ id }).update({ document: Buffer.from(text) });
  const refusals = async () => new Map((await rows<{ id: string; code: string; sentence: string }>(stage.owner,
    `SELECT id, kho_error AS code, kho_error_description AS sentence FROM report_card WHERE state = 'refused'`)).map(({ id, ...why }) => [id, why]));

  for (const profile of PROFILE_CODES) {
    test(`in ${profile} is looked at once more inside its packet: what changed since is not sent, the rest is, byte for byte`, async () => {
      const [worked, unsealed, one, other, ...sound] = await receive({ profile, xades: profile === 'v1.1' }) as [string, string, string, string, ...string[]];
      assert.ok(sound.length > 0);
      await store(worked, (await document(worked)).replace(/<MUC_DAT_DUOC>(.)/, (found) => (found.endsWith('T') ? '<MUC_DAT_DUOC>H' : '<MUC_DAT_DUOC>T')));
      await store(unsealed, (await document(unsealed)).replace(/<KY_PHAT_HANH>.*<\/KY_PHAT_HANH>/s, ''));
      const [first, second] = [await document(one), await document(other)];
      await store(one, second);
      await store(other, first);
      await cut();
      const refused = await refusals();
      const expected: [string, SignatureFaultCode][] = [[worked, 'data-changed'], [unsealed, 'role-missing'], [one, 'card-unexpected'], [other, 'card-unexpected']];
      assert.equal(refused.size, expected.length);
      for (const [id, code] of expected) {
        assert.equal(refused.get(id)?.code, code);
        assert.ok(refused.get(id)?.sentence.endsWith(SIGNATURE_FAULTS[code]) && refused.get(id)?.sentence.startsWith('Chưa gửi Kho:'));
      }
      const packets = await rows<{ bytes: Buffer; cards: string[] }>(stage.owner, 'SELECT p.bytes, array_agg(c.card_id::text ORDER BY c.position) AS cards FROM packet p JOIN packet_card c USING (message_id) GROUP BY p.message_id');
      assert.deepEqual(packets.flatMap(({ cards }) => cards).sort(), [...sound].sort());
      for (const id of sound) assert.ok(packets.some(({ bytes }) => bytes.includes(Buffer.from(`${id}</MA_TRA_CUU_UUID>`))));
      assert.equal(createHash('sha256').update(await document(sound[0]!)).digest('hex'), (await rows<{ sha: string }>(stage.owner, 'SELECT document_sha256 AS sha FROM report_card WHERE id = :id', { id: sound[0]! }))[0]!.sha);
    });
  }

  test('is not reported once a later revocation list shows that a certificate in it was revoked before the proven time; revoked after it, it is', async () => {
    const ids = await receive({ profile: 'v1.0', xades: false });
    const certificateOf = async (role: string) => new X509Certificate((await rows<{ der: Buffer }>(stage.owner, 'SELECT DISTINCT m.der FROM card_signature s JOIN evidence_material m ON m.sha256 = s.fingerprint WHERE s.role = :role', { role }))[0]!.der);
    await phone.evidence.laterLists();
    phone.evidence.revoke(await certificateOf('seal'), { revokedAt: new Date(Date.now() + 1_000) });
    await refreshRevocations(phone.deps);
    phone.evidence.revoke(await certificateOf('principal'), { revokedAt: new Date(), invalidAt: new Date(Date.now() - 86_400_000) });
    await refreshRevocations(phone.deps);
    const [spared] = ids;
    await stage.owner('card_signature').where({ card_id: spared!, role: 'principal' }).update({ fingerprint: stage.owner('card_signature').select('fingerprint').where({ card_id: spared!, role: 'teacher' }) });
    await cut();
    const refused = await refusals();
    assert.deepEqual([...refused.keys()].sort(), ids.filter((id) => id !== spared).sort());
    for (const { code, sentence } of refused.values()) {
      assert.equal(code, 'certificate-revoked');
      assert.match(sentence, /^Chưa gửi Kho: .*thu hồi.*văn thư lập lại/);
    }
    assert.deepEqual(await rows(stage.owner, 'SELECT card_id FROM packet_card'), [{ card_id: spared }]);
    const listed = (await revokedCards(stage.api, { campaignId: stage.campaignId, limit: 100 })).find(({ state, role }) => state === 'refused' && role === 'principal');
    assert.deepEqual(revokedTurn(listed!).owner, 'clerk');
  });

  test('and refused so, is a task of the clerk, who replaces it by a new version', async () => {
    const [worked] = await receive({ profile: 'v1.0', xades: false });
    await store(worked!, (await document(worked!)).replace('<TONG_KET>', '<TONG_KET >'));
    await cut();
    await stage.advance(stage.workflow.school(0));
    const task = await stage.task('correct', stage.classId(0, 0));
    const acts = schoolActs(stage);
    assert.deepEqual(await stage.ask({ act: 'reissue_cards', actorId: task.assignee_id, ...acts.place, payload: { cardIds: [worked!], reason: 'Tệp lưu bị hỏng' } }), { kind: 'done' });
    assert.deepEqual(await rows(stage.owner, `SELECT state, version FROM report_card WHERE replaces_id = :id`, { id: worked! }), [{ state: 'drafted', version: 2 }]);
  });
});
