import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { reconcileCampaign } from '../../activities/campaign/reconcile.js';
import type { ActivityDeps } from '../../activities/deps.js';
import { OutsideFault } from '../../activities/fault.js';
import type { KhoClient, ResultOutcome, SubmitOutcome } from '../../activities/kho/client.js';
import { drivePacket } from '../../activities/packet/drive.js';
import { row, rows } from '../../db/connect.js';
import { insertPacket, markSending, markSubmitted, readyCards, recordVerdicts, takePacket } from '../../db/packet.js';
import type { WorkerSettings } from '../../runtime/settings.js';
import { keepWorld, type ActStage } from '../support/actStage.js';

type Answers = { submit: (SubmitOutcome | Error)[]; result: (ResultOutcome | Error)[] };
const fault = (): Error => new OutsideFault('kho', 'unreachable');
const receipt: SubmitOutcome = { kind: 'receipt', code: 'OK' };

describe('a packet', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let sent: { messageId: string; sha256: string }[];
  before(async () => { world = await keepWorld({ size: 'tiny', cardState: (_class, schoolIndex) => (schoolIndex === 0 ? 'received' : 'drafted') }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); sent = []; });
  afterEach(() => stage.close());

  const key = () => ({ campaignId: stage.campaignId, schoolCode: stage.school(0) });
  /** A Kho that gives these answers in turn, and none that the test did not foresee. */
  function deps(answers: Partial<Answers>): ActivityDeps {
    const next = <T>(list: (T | Error)[] | undefined, what: string): T => {
      const answer = list?.shift();
      if (answer === undefined) throw new Error(`the Kho was not expected to be asked for ${what}`);
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const kho: KhoClient = {
      submit: ({ messageId, xml }) => { sent.push({ messageId, sha256: createHash('sha256').update(xml).digest('hex') }); return Promise.resolve().then(() => next(answers.submit, 'a submission')); },
      result: () => Promise.resolve().then(() => next(answers.result, 'a result')),
      registerCertificate: () => Promise.reject(new Error('unused')), certificateState: () => Promise.reject(new Error('unused')),
    };
    return { db: stage.worker, kho, log: pino({ level: 'silent' }), settings: { HUB_BASE_URL: 'http://hub.invalid', HUB_SECRET_KEY: Buffer.alloc(32, 7) } as unknown as WorkerSettings, anchors: () => Promise.resolve([]), signing: {} as ActivityDeps['signing'], sources: {} as ActivityDeps['sources'], trust: {} as ActivityDeps['trust'] };
  }
  const cut = async (limit = 3): Promise<{ messageId: string; cardIds: string[] }> => stage.worker.transaction(async (trx) => {
    const cards = await readyCards(trx, key(), limit);
    const bytes = Buffer.from(`<packet ${randomUUID()}/>`);
    const packet = { messageId: randomUUID(), ...key(), bytes, sha256: createHash('sha256').update(bytes).digest('hex'), cardIds: cards.map((card) => card.cardId) };
    await insertPacket(trx, packet);
    return packet;
  });
  const state = async (messageId: string): Promise<string> => (await row<{ state: string }>(stage.owner, 'SELECT state FROM packet WHERE message_id = :messageId', { messageId }))!.state;
  const cardStates = async (cardIds: string[]): Promise<string[]> => (await rows<{ state: string }>(stage.owner, 'SELECT DISTINCT state FROM report_card WHERE id = ANY(:cardIds) ORDER BY 1', { cardIds })).map((one) => one.state);
  const record = (cardId: string, accepted: boolean, error = '') => ({ ma_hoc_sinh: '', ten_hoc_sinh: '', so_cccd: '', ma_tra_cuu_uuid: cardId, trang_thai: accepted ? 1 as const : 0 as const, error, error_field_title: '', error_description: '' });
  const verdicts = (...records: ReturnType<typeof record>[]): ResultOutcome => ({ kind: 'verdicts', records });
  const resetCircuit = () => stage.owner.raw('DELETE FROM circuit');
  const settled = (messageId: string) => stage.owner.raw(`UPDATE packet SET sending_at = now() - interval '1 hour' WHERE message_id = ?`, [messageId]);

  test('is sent once and ends with a verdict for each card', async () => {
    const { messageId, cardIds } = await cut();
    assert.deepEqual(await cardStates(cardIds), ['packed']);
    const kho = deps({ submit: [receipt], result: [{ kind: 'pending' }, verdicts(...cardIds.map((id, index) => record(id, index > 0, index > 0 ? '' : 'E-DATA')))] });
    assert.equal((await drivePacket(kho, messageId)).kind, 'wait');
    assert.deepEqual(await cardStates(cardIds), ['submitted']);
    assert.equal((await drivePacket(kho, messageId)).kind, 'wait');
    assert.deepEqual(await drivePacket(kho, messageId), { kind: 'ended', state: 'done', schoolWorkflowId: stage.workflow.school(0) });
    assert.deepEqual(await cardStates(cardIds), ['accepted', 'refused']);
    assert.deepEqual(await drivePacket(deps({}), messageId), { kind: 'ended', state: 'done', schoolWorkflowId: stage.workflow.school(0) }, 'asked again it says so without asking the Kho');
    assert.equal(sent.length, 1);
  });

  test('of two that are cut at once, no card is in both', async () => {
    const [one, two] = await Promise.all([cut(5), cut(5)]);
    assert.equal(new Set([...one.cardIds, ...two.cardIds]).size, 10);
  });

  test('whose answer was lost is asked about before the same bytes are sent again under the same id, and only after the settle time', async () => {
    const { messageId, cardIds } = await cut();
    assert.deepEqual((await drivePacket(deps({ submit: [fault()] }), messageId)).kind, 'wait');
    assert.equal(await state(messageId), 'sending', 'it may have been sent');
    await resetCircuit();
    const early = await drivePacket(deps({ result: [{ kind: 'not-found' }] }), messageId);
    assert.equal(early.kind === 'wait' && early.why, 'settle');
    assert.deepEqual([await state(messageId), await cardStates(cardIds)], ['unknown', ['unknown']]);
    await settled(messageId);
    await drivePacket(deps({ result: [{ kind: 'not-found' }], submit: [receipt] }), messageId);
    assert.deepEqual(sent.length === 2 && sent[0], sent[1]);
    assert.deepEqual(await cardStates(cardIds), ['submitted']);
  });

  test('whose answer was lost but which the Kho knows is not sent again', async () => {
    const { messageId, cardIds } = await cut();
    await drivePacket(deps({ submit: [fault()] }), messageId);
    await resetCircuit();
    await drivePacket(deps({ result: [{ kind: 'pending' }] }), messageId);
    assert.deepEqual([sent.length, await cardStates(cardIds)], [1, ['submitted']]);
  });

  test('the Kho refuses as a whole is parked, and tried again the same later', async () => {
    const { messageId, cardIds } = await cut();
    assert.deepEqual(await drivePacket(deps({ submit: [{ kind: 'refused', code: 'E-CERT', description: 'Chứng thư chưa duyệt' }] }), messageId), { kind: 'ended', state: 'parked', schoolWorkflowId: stage.workflow.school(0) });
    const [parked] = await rows<{ state: string; response_code: string; later: boolean }>(stage.owner, 'SELECT state, response_code, retry_at > now() AS later FROM packet');
    assert.deepEqual(parked, { state: 'parked', response_code: 'E-CERT', later: true });
    await settled(messageId);
    await drivePacket(deps({ result: [{ kind: 'not-found' }], submit: [receipt] }), messageId);
    assert.deepEqual(await cardStates(cardIds), ['submitted']);
    assert.deepEqual(sent[0], sent[1]);
  });

  test('that nobody could deliver for days is parked with a later try, again and again, and never loops', async () => {
    const { messageId } = await cut();
    await stage.owner.raw(`UPDATE packet SET cut_at = now() - interval '3 days'`);
    assert.equal((await drivePacket(deps({ submit: [fault()] }), messageId)).kind, 'ended');
    await resetCircuit();
    await stage.owner.raw('UPDATE packet SET retry_at = now()');
    assert.equal((await drivePacket(deps({ result: [fault()] }), messageId)).kind, 'ended');
    const [parked] = await rows(stage.owner, 'SELECT state, retry_at > now() AS later FROM packet');
    assert.deepEqual(parked, { state: 'parked', later: true });
  });

  test('with a receipt is only asked about, however long the Kho is away', async () => {
    const { messageId } = await cut();
    await drivePacket(deps({ submit: [receipt] }), messageId);
    await stage.owner.raw(`UPDATE packet SET cut_at = now() - interval '3 days'`);
    const step = await drivePacket(deps({ result: [fault()] }), messageId);
    assert.deepEqual([step.kind, await state(messageId)], ['wait', 'submitted']);
  });

  test('of a cancelled campaign does not leave the house; one that left is followed to its verdicts', async () => {
    const [waiting, under] = [await cut(), await cut()];
    await drivePacket(deps({ submit: [receipt] }), under.messageId);
    await stage.owner('campaign').update({ state: 'cancelled' });
    assert.equal((await drivePacket(deps({}), waiting.messageId)).kind, 'ended');
    assert.equal(await state(waiting.messageId), 'cut');
    await drivePacket(deps({ result: [verdicts(...under.cardIds.map((id) => record(id, true)))] }), under.messageId);
    assert.deepEqual(await cardStates(under.cardIds), ['accepted']);
  });

  test('is written about by its newest attempt alone', async () => {
    const { messageId, cardIds } = await cut();
    const older = (await takePacket(stage.worker, messageId))!;
    const newer = (await takePacket(stage.worker, messageId))!;
    assert.ok(newer.fence > older.fence);
    const step = (work: (trx: Parameters<typeof markSending>[0]) => Promise<boolean>) => stage.worker.transaction(work);
    assert.equal(await step((trx) => markSending(trx, older, 'cut')), false);
    assert.deepEqual([await state(messageId), await cardStates(cardIds)], ['cut', ['packed']]);
    assert.equal(await step((trx) => markSending(trx, newer, 'cut')), true);
    assert.equal(await step((trx) => markSubmitted(trx, older, 'sending', 'OK')), false);
    assert.equal(await step((trx) => markSubmitted(trx, newer, 'sending', 'OK')), true);
    const verdict = { cardId: cardIds[0]!, accepted: true, error: '', field: '', description: '' };
    await stage.worker.transaction((trx) => recordVerdicts(trx, older, [verdict]));
    assert.deepEqual(await cardStates(cardIds), ['submitted']);
  });

  test('takes each verdict once, ignores those about cards it does not hold, and lets a malformed one keep nobody waiting', async () => {
    const [one, two] = [await cut(), await cut()];
    const kho = deps({ submit: [receipt, receipt] });
    await drivePacket(kho, one.messageId);
    await drivePacket(kho, two.messageId);
    const [first, second, third] = one.cardIds;
    const poll = (...records: ReturnType<typeof record>[]) => drivePacket(deps({ result: [verdicts(...records)] }), one.messageId);
    await poll(record(first!.toUpperCase(), true), record(two.cardIds[0]!, true), record('không phải UUID', true), record(randomUUID(), false));
    assert.deepEqual(await cardStates([first!]), ['accepted']);
    assert.deepEqual(await cardStates(two.cardIds), ['submitted'], 'another packet answers for its own cards');
    await poll(record(first!, false, 'E-LATE'));
    assert.deepEqual(await cardStates([first!]), ['accepted'], 'a second verdict changes nothing');
    const end = await poll(record(second!, true), record(third!, true), record(third!, false, 'E-DATA'));
    assert.equal(end.kind, 'ended');
    assert.deepEqual([await cardStates([second!]), await cardStates([third!])], [['accepted'], ['refused']], 'said both ways in one answer, a person looks');
    assert.equal((await rows(stage.owner, `SELECT 1 FROM audit WHERE subject_id = :first AND to_state = 'accepted'`, { first: first! })).length, 1);
  });

  test('of a card that is sent again is a new one; the old verdict stays with the old packet', async () => {
    const { messageId, cardIds } = await cut();
    await drivePacket(deps({ submit: [receipt] }), messageId);
    await drivePacket(deps({ result: [verdicts(...cardIds.map((id) => record(id, false, 'E-SYSTEM')))] }), messageId);
    const before = await rows(stage.owner, 'SELECT id, document_sha256, version FROM report_card WHERE id = ANY(:cardIds) ORDER BY id', { cardIds });
    assert.deepEqual(await stage.ask({ act: 'resend_cards', actorId: stage.who.at('clerk', 0), ...key(), payload: { cardIds } }), { kind: 'done' });
    const again = await rows(stage.owner, 'SELECT id, document_sha256, version FROM report_card WHERE id = ANY(:cardIds) ORDER BY id', { cardIds });
    assert.deepEqual(again, before, 'byte for byte');
    assert.deepEqual(await rows(stage.owner, 'SELECT DISTINCT state, kho_error FROM report_card WHERE id = ANY(:cardIds)', { cardIds }), [{ state: 'received', kho_error: null }]);
    await stage.owner.raw(`UPDATE report_card SET received_at = now() - interval '1 day' WHERE id = ANY(?)`, [cardIds]);
    const second = await cut(cardIds.length);
    assert.deepEqual([...second.cardIds].sort(), [...cardIds].sort());
    await drivePacket(deps({ submit: [receipt] }), second.messageId);
    await drivePacket(deps({ result: [verdicts(...cardIds.map((id) => record(id, true)))] }), second.messageId);
    assert.deepEqual(await cardStates(cardIds), ['accepted']);
    const found = await rows<{ verdict: string }>(stage.owner, 'SELECT DISTINCT verdict FROM packet_card WHERE message_id = :messageId', { messageId });
    assert.deepEqual(found, [{ verdict: 'refused' }]);
  });

  test('that the Kho judges while all packets are compared is compared the next time', async () => {
    const { messageId, cardIds } = await cut();
    await drivePacket(deps({ submit: [receipt] }), messageId);
    await drivePacket(deps({ result: [verdicts(...cardIds.map((id) => record(id, true)))] }), messageId);
    const before = (await row<{ now: Date }>(stage.owner, 'SELECT clock_timestamp() AS now'))!.now;
    const slow = deps({});
    slow.kho.result = async () => {
      await stage.owner.raw(`UPDATE campaign SET reconcile_asked_at = clock_timestamp() + interval '5 milliseconds'`);
      return verdicts(...cardIds.map((id, index) => record(id, index > 0)));
    };
    const run = await new MockActivityEnvironment().run(() => reconcileCampaign(slow, stage.campaignId)) as { packets: number; differences: number };
    assert.deepEqual(run, { packets: 1, differences: 1 });
    const [campaign] = await rows<{ reconciled_at: Date; again: boolean }>(stage.owner, 'SELECT reconciled_at, reconciled_at < reconcile_asked_at AS again FROM campaign');
    assert.ok(campaign!.again && campaign!.reconciled_at >= before, 'a comparison asked for meanwhile is still to come');
    assert.deepEqual(await rows(stage.owner, 'SELECT kind, ours, kho FROM reconciliation_difference'), [{ kind: 'verdict-differs', ours: 'accepted', kho: 'refused' }]);
  });

  test('is compared line by line: parked ones, ids that are none and packets the Kho cannot answer about are findings and stop nothing', async () => {
    const [judged, parked, broken] = [await cut(), await cut(), await cut()];
    await drivePacket(deps({ submit: [receipt] }), judged.messageId);
    await drivePacket(deps({ result: [verdicts(...judged.cardIds.map((id) => record(id, true)))] }), judged.messageId);
    await drivePacket(deps({ submit: [{ kind: 'refused', code: 'E-CERT', description: '' }] }), parked.messageId);
    await drivePacket(deps({ submit: [receipt] }), broken.messageId);
    const stranger = randomUUID();
    const kho = deps({});
    kho.kho.result = ({ messageId }) => {
      if (messageId === parked.messageId) return Promise.resolve({ kind: 'not-found' });
      if (messageId === broken.messageId) return Promise.reject(new OutsideFault('kho', 'result-E-DB'));
      return Promise.resolve(verdicts(...judged.cardIds.slice(1).map((id) => record(id.toUpperCase(), true)), record('012345678901\u0000', false), record(stranger, true)));
    };
    const run = await new MockActivityEnvironment().run(() => reconcileCampaign(kho, stage.campaignId)) as { packets: number; differences: number };
    assert.deepEqual(run, { packets: 3, differences: 4 });
    const found = await rows<{ kind: string; card_id: string | null; their_id: string | null }>(stage.owner, 'SELECT kind, card_id, their_id FROM reconciliation_difference ORDER BY kind, card_id');
    assert.deepEqual(found, [
      { kind: 'absent', card_id: judged.cardIds[0]!, their_id: null }, { kind: 'not-sent', card_id: stranger, their_id: null },
      ...[...parked.cardIds].sort().map((card_id) => ({ kind: 'parked', card_id, their_id: null })),
      { kind: 'unanswered', card_id: null, their_id: null }, { kind: 'unreadable-id', card_id: null, their_id: '012345678901' },
    ]);
    assert.deepEqual(await row(stage.owner, 'SELECT differences, findings FROM reconciliation'), { differences: 4, findings: 3 });
    const away = deps({ result: [fault(), fault(), fault()] });
    await assert.rejects(new MockActivityEnvironment().run(() => reconcileCampaign(away, stage.campaignId)) as Promise<unknown>, OutsideFault, 'a Kho that is away is asked again later');
  });
});
