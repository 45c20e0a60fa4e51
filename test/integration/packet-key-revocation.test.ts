import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { stepDirectory } from '../../activities/directory/step.js';
import { row } from '../../db/connect.js';
import { insertDecision, type AnyDecision } from '../../db/decision/intake.js';
import { insertPacketKey } from '../../db/packetKeyIntake.js';
import { seal } from '../../runtime/seal.js';
import { keepWorld, lastDecision, type ActStage } from '../support/actStage.js';
import { organisation, type Signer } from '../support/certificates.js';
import { ca, phoneService, type PhoneService } from '../support/phoneService.js';
import { sha256Hex } from '../support/evidence.js';

describe('a certificate of the Sở that somebody wants to be used', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  const [one, other] = [randomUUID(), randomUUID()];
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => {
    stage = await world.open();
    phone = await phoneService(stage);
    await stage.owner('packet_key').update({ active: false });
    for (const id of [one, other]) {
      await stage.owner('person').insert({ id, full_name: 'Quản trị' });
      await stage.owner('role_grant').insert({ person_id: id, role: 'administrator' });
    }
  });
  afterEach(() => stage.close());

  const given = async (signer: Signer): Promise<string> => {
    const keyId = randomUUID();
    const { certificate, der, key } = signer;
    assert.ok(await insertPacketKey(stage.api, {
      keyId, der, fingerprint: sha256Hex(der), uid: 'MST:0990000009', serial: certificate.serialNumber, validFrom: new Date(certificate.validFrom).toISOString(), validTo: new Date(certificate.validTo).toISOString(),
      sealedKey: seal(phone.deps.settings.HUB_SECRET_KEY, 'packet-key', key.export({ type: 'pkcs8', format: 'der' })), others: [],
    }));
    return keyId;
  };
  const step = () => stepDirectory(phone.deps, stage.workflow.directory);
  /** As the api writes it down, without the two seconds for which a page would wait for the outcome. */
  const decided = (actorId: string, decision: Pick<Extract<AnyDecision, { act: 'set_packet_key' | 'propose_trust' | 'settle_trust' }>, 'act' | 'payload'>) => stage.api.transaction((trx) => insertDecision(trx, {
    id: randomUUID(), actorId, provinceCode: stage.seeded.province.code, campaignId: null, schoolCode: null, workflowId: stage.workflow.directory, ...decision,
  } as AnyDecision));
  const set = (keyId: string) => decided(one, { act: 'set_packet_key', payload: { keyId } });
  const changeOf = (keyId: string, { certificate, der }: Signer) => ({ kind: 'use_packet_key' as const, keyId, subject: 'CN=Sở', fingerprint: sha256Hex(der), notBefore: new Date(certificate.validFrom).toISOString(), notAfter: new Date(certificate.validTo).toISOString() });
  const propose = (keyId: string, signer: Signer) => decided(one, { act: 'propose_trust', payload: { change: changeOf(keyId, signer), reason: 'Chứng thư cũ sắp hết hạn' } });
  const inUse = async (): Promise<string | undefined> => (await row<{ id: string }>(stage.owner, 'SELECT id FROM packet_key WHERE active'))?.id;
  const outcome = async () => { const { outcome: said, outcome_code: code } = await lastDecision(stage.owner); return code ?? said; };

  test('is not, when a list or a responder says it is revoked or on hold; an authority that says nothing stops nobody', async () => {
    const ways: [string, () => void, string][] = [
      ['revoked by a list', () => {}, 'keyCompromise'], ['on hold by a list', () => {}, 'certificateHold'],
      ['revoked by a responder', () => { phone.evidence.down.signers = 'absent'; phone.evidence.responder.on = true; }, 'keyCompromise'],
    ];
    for (const [name, how, reason] of ways) {
      how();
      const signer = organisation(ca, '0990000009');
      phone.evidence.revoke(signer.certificate, { revokedAt: new Date(Date.now() - 60_000), reason: reason as 'keyCompromise' });
      await set(await given(signer));
      await step();
      assert.deepEqual([await outcome(), await inUse()], ['packet-key-refused', undefined], name);
    }
    phone.evidence.responder.on = false;
    const signer = organisation(ca, '0990000009');
    const keyId = await given(signer);
    await set(keyId);
    await step();
    assert.deepEqual([await outcome(), await inUse()], ['done', keyId]);
  });

  test('is not confirmed by another administrator either, once it was taken back since it was proposed', async () => {
    const [old, next] = [organisation(ca, '0990000009'), organisation(ca, '0990000009')];
    const oldId = await given(old);
    await set(oldId);
    await step();
    const nextId = await given(next);
    await propose(nextId, next);
    await step();
    assert.equal(await outcome(), 'done');
    const { id: changeId } = await lastDecision(stage.owner);
    phone.evidence.revoke(next.certificate, { revokedAt: new Date(Date.now() - 60_000) });
    await decided(other, { act: 'settle_trust', payload: { changeId, confirmed: true, reason: null } });
    await step();
    assert.deepEqual([await outcome(), await inUse()], ['packet-key-refused', oldId]);
    assert.equal((await row<{ state: string }>(stage.owner, 'SELECT state FROM trust_change WHERE id = :changeId', { changeId }))?.state, 'proposed', 'and can be withdrawn');
    await decided(one, { act: 'settle_trust', payload: { changeId, confirmed: false, reason: null } });
    await step();
    assert.equal(await outcome(), 'done');
  });

  test('waits when the decision came in while others were being asked about, and is carried out at the next step', async () => {
    const signer = organisation(ca, '0990000009');
    const keyId = await given(signer);
    const lists = phone.deps.sources.revocationLists;
    const first = await given(organisation(ca, '0990000008'));
    await set(first);
    let late = false;
    phone.deps.sources = { ...phone.deps.sources, revocationLists: async () => {
      if (!late) { late = true; await propose(keyId, signer); await set(keyId); }
      return lists();
    } };
    await step();
    assert.equal(await inUse(), first);
    assert.equal((await row<{ open: number }>(stage.owner, 'SELECT count(*)::int AS open FROM decision WHERE outcome IS NULL'))?.open, 2);
    await step();
    assert.equal((await row<{ open: number }>(stage.owner, 'SELECT count(*)::int AS open FROM decision WHERE outcome IS NULL'))?.open, 0);
  });
});
