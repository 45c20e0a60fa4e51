import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { row, rows } from '../../db/connect.js';
import { today } from '../support/actSamples.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { phoneService, sendBatch, signBatch, type PhoneService } from '../support/phoneService.js';
import { schoolActs } from '../support/schoolActs.js';

describe('a new head of a school', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  let acts: ReturnType<typeof schoolActs>;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); phone = await phoneService(stage, 0, [stage.who.at('principal', 1)]); acts = schoolActs(stage); });
  afterEach(() => stage.close());

  const code = () => stage.school(0);
  const head = () => stage.who.at('principal', 0);
  /** Heads another school so far: a person of the directory with a certificate. */
  const comer = () => stage.who.at('principal', 1);
  const step = () => stage.advance(stage.workflow.school(0));
  async function appoint(more: { personId?: string; effectiveOn?: string; kept?: string[] } = {}) {
    const result = await stage.ask({
      act: 'appoint_head', actorId: stage.who.department('coordinator'), campaignId: null, schoolCode: null,
      payload: { schoolCode: code(), personId: comer(), instrumentNumber: '5/QĐ-UBND', instrumentDate: '2026-05-01', signedBy: 'Chủ tịch UBND', effectiveOn: today(), kept: [], ...more },
    });
    await step();
    return result;
  }
  const refused = (refusal: string) => ({ kind: 'refused', code: refusal });
  const assignment = async (): Promise<string> => (await row<{ id: string }>(stage.owner, `SELECT id FROM authority WHERE school_code = :code AND basis = 'deputy_assignment'`, { code: code() }))!.id;
  const holding = async (): Promise<{ person_id: string; basis: string }[]> => rows(stage.owner, `
    SELECT person_id, basis FROM authority WHERE school_code = :code AND valid_from <= now() AND coalesce(least(valid_to, revoked_at), 'infinity') > now() ORDER BY basis`, { code: code() });
  const approver = async (classIndex: number): Promise<string> => (await stage.task('approve', stage.classId(0, classIndex))).assignee_id;

  test('replaces the former one at once; the assignments given in that head’s name end, and what was signed stays', async () => {
    for (const index of [0, 1]) await signBatch(stage, phone, await acts.review(index));
    await signBatch(stage, phone, await acts.approve([0]));
    const waiting = await acts.approve([1]);
    await sendBatch(stage, phone, waiting);
    assert.deepEqual(await appoint(), { kind: 'done' });
    assert.deepEqual(await holding(), [{ person_id: comer(), basis: 'head' }]);
    assert.equal((await acts.last()).failure_code, 'authority-ended');
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 0))), ['principal_signed']);
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 1))), ['drafted'], 'its cards name the deputy, so the teacher signs once more');
    await signBatch(stage, phone, await acts.review(1));
    assert.equal(await approver(1), comer());
    const batch = await acts.approve([1], [], comer());
    await signBatch(stage, phone, batch);
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 1))), ['principal_signed']);
    assert.deepEqual([...new Set(await acts.notices())], ['authority-ended', 'class-returned', 'signing-expired']);
    const windows = await rows<{ person_id: string; over: boolean }>(stage.owner, `SELECT person_id, revoked_at IS NOT NULL AS over FROM authority WHERE school_code = :code AND basis = 'head' ORDER BY valid_from`, { code: code() });
    assert.deepEqual(windows, [{ person_id: head(), over: true }, { person_id: comer(), over: false }], 'both stay on record');
  });

  test('may take an assignment over: then nothing waits twice', async () => {
    await signBatch(stage, phone, await acts.review(0));
    const kept = await assignment();
    assert.deepEqual(await appoint({ kept: [kept] }), { kind: 'done' });
    assert.deepEqual((await holding()).map((one) => one.basis), ['deputy_assignment', 'head']);
    assert.equal(await approver(0), stage.who.at('deputy', 0));
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 0))), ['teacher_signed']);
    assert.deepEqual(await appoint({ personId: head(), kept: [randomUUID()] }), refused('not-found'), 'only an assignment of this school');
  });

  test('from a day ahead: the former one signs until then, the school wakes by itself, and no third may be named meanwhile', async () => {
    assert.deepEqual(await appoint({ effectiveOn: today(1), kept: [await assignment()] }), { kind: 'done' });
    assert.deepEqual((await holding()).map((one) => one.person_id).sort(), [head(), stage.who.at('deputy', 0)].sort());
    assert.equal((await step()).nextWakeAt, new Date(`${today(1)}T00:00:00+07:00`).toISOString());
    assert.deepEqual(await appoint({ personId: stage.who.at('deputy', 0) }), refused('head-planned'));
    const roles = await rows<{ role: string }>(stage.owner, 'SELECT role FROM active_grant WHERE person_id = :id AND school_code = :code', { id: comer(), code: code() });
    assert.deepEqual(roles, [], 'nor does the new one reach the school before');
    // Moved by a day: the morning has come.
    await stage.owner.raw(`UPDATE authority SET valid_to = valid_to - interval '1 day' WHERE school_code = ? AND valid_to IS NOT NULL AND basis = 'head'`, [code()]);
    await stage.owner.raw(`UPDATE authority SET valid_from = valid_from - interval '1 day' WHERE school_code = ? AND valid_from > now()`, [code()]);
    assert.deepEqual((await holding()).map((one) => one.person_id).sort(), [comer(), stage.who.at('deputy', 0)].sort());
  });

  test('planned and then taken back: the former head, recorded anew, leads on without a gap', async () => {
    assert.deepEqual(await appoint({ effectiveOn: today(1) }), { kind: 'done' });
    const grant = await stage.owner('role_grant').where({ person_id: comer(), role: 'principal', school_code: code() }).first<{ id: string }>('id');
    assert.deepEqual(await stage.ask({ act: 'revoke_role', actorId: stage.who.department('coordinator'), campaignId: null, schoolCode: null, payload: { grantId: grant.id, effectiveOn: today(), reason: 'Quyết định bị hủy' } }), { kind: 'done' });
    assert.deepEqual(await appoint({ personId: head() }), { kind: 'done' });
    const windows = await rows<{ person_id: string }>(stage.owner, `
      SELECT person_id FROM authority WHERE school_code = :code AND basis = 'head' AND valid_from <= now() AND coalesce(least(valid_to, revoked_at), 'infinity') = 'infinity'`, { code: code() });
    assert.deepEqual(windows, [{ person_id: head() }]);
    assert.deepEqual(await appoint({ personId: head() }), refused('already-head'));
  });

  test('who was deputy there is deputy no more', async () => {
    const deputy = stage.who.at('deputy', 0);
    assert.deepEqual(await appoint({ personId: deputy }), { kind: 'done' });
    assert.deepEqual(await holding(), [{ person_id: deputy, basis: 'head' }]);
    assert.deepEqual(await rows(stage.owner, `SELECT role FROM active_grant WHERE person_id = :deputy AND school_code = :code AND role IN ('deputy', 'principal')`, { deputy, code: code() }), [{ role: 'principal' }]);
  });

  test('a deputy in charge is in charge until there is a head', async () => {
    const deputy = stage.who.at('deputy', 0);
    const grant = await stage.owner('role_grant').where({ person_id: head(), role: 'principal' }).first<{ id: string }>('id');
    await stage.ask({ act: 'revoke_role', actorId: stage.who.department('coordinator'), campaignId: null, schoolCode: null, payload: { grantId: grant.id, effectiveOn: today(), reason: 'Nghỉ hưu' } });
    assert.deepEqual(await holding(), [], 'the assignments of the head who left ended too');
    await stage.ask({
      act: 'grant_authority', actorId: stage.who.department('coordinator'), campaignId: stage.campaignId, schoolCode: code(),
      payload: { personId: deputy, basis: 'deputy_in_charge', instrumentNumber: '7/QĐ', instrumentDate: '2026-05-01', signedBy: 'Sở', validFrom: new Date(Date.now() - 1_000).toISOString(), validTo: null, classes: null },
    });
    assert.deepEqual(await holding(), [{ person_id: deputy, basis: 'deputy_in_charge' }]);
    assert.deepEqual(await appoint(), { kind: 'done' });
    assert.deepEqual(await holding(), [{ person_id: comer(), basis: 'head' }]);
  });

  test('is judged, and the database keeps two heads apart whatever asks', async () => {
    assert.deepEqual(await appoint({ personId: head() }), refused('already-head'));
    assert.deepEqual(await appoint({ personId: randomUUID() }), refused('not-found'));
    assert.deepEqual(await appoint({ effectiveOn: today(-1) }), refused('effective-past'));
    await stage.owner('person').where({ id: comer() }).update({ disabled_at: new Date(), disabled_reason: 'Mất điện thoại' });
    assert.deepEqual(await appoint(), refused('account-disabled'));
    await assert.rejects(stage.worker.raw(`INSERT INTO authority (id, school_code, person_id, basis, valid_from) VALUES (gen_random_uuid(), ?, ?, 'head', now())`, [code(), comer()]), /one head at a time/);
  });

  test('the former one may come back later, with a window of its own', async () => {
    await appoint();
    assert.deepEqual(await appoint({ personId: head() }), { kind: 'done' });
    assert.deepEqual(await holding(), [{ person_id: head(), basis: 'head' }]);
    assert.equal((await rows(stage.owner, `SELECT 1 FROM authority WHERE school_code = :code AND basis = 'head'`, { code: code() })).length, 3);
  });
});
