import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { collectSignatures } from '../../activities/signature/exchange.js';
import { taskLink } from '../../db/accessLink.js';
import { row, rows } from '../../db/connect.js';
import { takeDueMail } from '../../db/mail/sending.js';
import type { DecideResult } from '../../api/decide.js';
import { administrator, grantOf, SAMPLES, teacher, today } from '../support/actSamples.js';
import { keepWorld, type ActStage, type AskedBody } from '../support/actStage.js';
import { phoneService, sendBatch, signBatch, type PhoneService } from '../support/phoneService.js';
import { schoolActs } from '../support/schoolActs.js';

let world: Awaited<ReturnType<typeof keepWorld>>;
let stage: ActStage;
let phone: PhoneService;
let acts: ReturnType<typeof schoolActs>;
before(async () => { world = await keepWorld({ size: 'tiny' }); });
after(() => world.drop());
beforeEach(async () => { stage = await world.open(); phone = await phoneService(stage); acts = schoolActs(stage); });
afterEach(() => stage.close());

const coordinator = () => stage.who.department('coordinator');
const school = () => stage.workflow.school(0);
const step = () => stage.advance(school());
/** A directory act by the coordinator, and then the school's own step, which the act must have asked for. */
async function act(asked: Partial<AskedBody> & Pick<AskedBody, 'act' | 'payload'>): Promise<DecideResult> {
  await stage.owner('outbox').update({ sent_at: new Date() });
  const result = await stage.ask({ actorId: coordinator(), campaignId: null, schoolCode: null, ...asked } as AskedBody);
  if (result.kind === 'done') {
    const woken = await rows<{ workflow_id: string }>(stage.owner, 'SELECT DISTINCT workflow_id FROM outbox WHERE sent_at IS NULL AND wake_code IS NOT NULL');
    assert.ok(woken.some((one) => one.workflow_id === school()), 'the school is woken');
    await step();
  }
  return result;
}
const DONE: DecideResult = { kind: 'done' };
const refused = (code: string) => ({ kind: 'refused', code });
const openTask = (kind: string, classIndex: number | null = null) => stage.task(kind, classIndex === null ? null : stage.classId(0, classIndex));
const notices = () => rows<{ notice: string; person_id: string }>(stage.owner, `SELECT model->>'notice' AS notice, person_id FROM mail_outbox WHERE kind = 'notice' ORDER BY created_at, dedupe_key`);
const linksOf = (personId: string) => rows<{ token_hash: string }>(stage.owner, `SELECT token_hash FROM access_link WHERE person_id = :personId AND purpose = 'task' AND expires_at > now()`, { personId });
const account = (personId: string) => stage.owner('account').insert({ person_id: personId, user_name: personId, password_hash: 'scrypt$x$x' });

describe('a role that is revoked', () => {
  const revoke = async (role: string, more: { effectiveOn?: string; personId?: string } = {}) =>
    act({ act: 'revoke_role', payload: { grantId: await grantOf(stage, role, more.personId), effectiveOn: more.effectiveOn ?? today(), reason: 'Chuyển công tác' } });

  test('moves its open tasks, kills its links and leaves an audit entry; granting it again undoes that', async () => {
    const clerk = stage.who.at('clerk', 0);
    await stage.owner('report_card').where({ class_id: stage.classId(0, 0) }).delete();
    await step();
    assert.equal((await openTask('collect')).assignee_id, clerk);
    const [link] = await linksOf(clerk);
    assert.ok(link !== undefined);
    await account(clerk);
    assert.deepEqual(await revoke('clerk'), DONE);
    const blocked = await openTask('collect');
    assert.deepEqual([blocked.assignee_id, blocked.blocked_code], [null, 'no-clerk']);
    assert.deepEqual(await linksOf(clerk), []);
    assert.equal((await taskLink(stage.api, link.token_hash))?.expired, true);
    assert.deepEqual(await notices(), [{ notice: 'role-ended', person_id: clerk }]);
    const audited = await row<{ detail: { reason: string; role: string } }>(stage.owner, `SELECT detail FROM audit WHERE act = 'revoke_role' AND subject_kind = 'person' AND subject_id = :clerk`, { clerk });
    assert.deepEqual([audited?.detail.role, audited?.detail.reason], ['clerk', 'Chuyển công tác']);
    assert.deepEqual(await act({ act: 'grant_role', payload: { personId: clerk, role: 'clerk', officeCode: null, schoolCode: stage.school(0), reason: 'Nhầm người' } }), DONE);
    assert.equal((await openTask('collect')).assignee_id, clerk);
    assert.equal((await linksOf(clerk)).length, 1, 'a new link in a new mail');
  });

  test('goes to another holder of the same role at once', async () => {
    const other = stage.who.at('deputy', 0);
    await stage.owner('role_grant').insert({ person_id: other, role: 'clerk', school_code: stage.school(0) });
    await stage.owner('report_card').where({ class_id: stage.classId(0, 0) }).delete();
    await step();
    const first = (await openTask('collect')).assignee_id;
    assert.deepEqual(await revoke('clerk', { personId: first }), DONE);
    assert.notEqual((await openTask('collect')).assignee_id, first);
  });

  test('from a day that lies ahead holds until then, and the school wakes by itself at that moment', async () => {
    assert.deepEqual(await revoke('homeroom', { personId: teacher(stage, 0), effectiveOn: today(1) }), DONE);
    assert.equal((await openTask('review', 0)).assignee_id, teacher(stage, 0));
    assert.equal((await step()).nextWakeAt, new Date(`${today(1)}T00:00:00+07:00`).toISOString());
    assert.deepEqual(await act({ act: 'grant_role', payload: { personId: teacher(stage, 0), role: 'homeroom', officeCode: null, schoolCode: stage.school(0), reason: 'Ở lại trường' } }), DONE);
    assert.equal((await rows(stage.owner, `SELECT 1 FROM role_grant WHERE person_id = :id AND role = 'homeroom'`, { id: teacher(stage, 0) })).length, 1, 'the planned end is taken back, no second role');
    // The day has come.
    await stage.owner('role_grant').where({ person_id: teacher(stage, 0), role: 'homeroom' }).update({ revoked_at: new Date(Date.now() - 1_000) });
    await step();
    assert.equal((await openTask('review', 0)).blocked_code, 'no-homeroom');
  });

  test('ends a request its holder has not confirmed, and keeps what was signed: a teacher', async () => {
    await signBatch(stage, phone, await acts.review(1));
    const waiting = await acts.review(0);
    await sendBatch(stage, phone, waiting);
    assert.deepEqual(await revoke('homeroom', { personId: teacher(stage, 0) }), DONE);
    assert.deepEqual(await acts.last(), { id: waiting, role: 'teacher', state: 'expired', failure_code: 'role-ended' });
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 0))), ['drafted']);
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 1))), ['teacher_signed'], 'another teacher’s class is not touched');
    phone.answer(waiting, 'signed');
    await collectSignatures(phone.deps, { batchId: waiting, workflowId: school() });
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 0))), ['drafted'], 'confirmed too late');
  });

  test('ends a deputy’s authority with it: what is signed stays, what waits goes to the head', async () => {
    const deputy = stage.who.at('deputy', 0);
    for (const index of [0, 1]) await signBatch(stage, phone, await acts.review(index));
    await signBatch(stage, phone, await acts.approve([0]));
    const waiting = await acts.approve([1]);
    await sendBatch(stage, phone, waiting);
    assert.deepEqual(await revoke('deputy', { personId: deputy }), DONE);
    assert.equal((await acts.last()).failure_code, 'authority-ended');
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 0))), ['principal_signed']);
    const signed = await row<{ basis: string }>(stage.owner, `
      SELECT a.basis FROM signature_batch b JOIN authority a ON a.id = b.authority_id WHERE b.state = 'attached' AND b.role = 'principal'`);
    assert.equal(signed?.basis, 'deputy_assignment', 'and says under which authority');
    await signBatch(stage, phone, await acts.review(1));
    assert.equal((await openTask('approve', 1)).assignee_id, stage.who.at('principal', 0));
    // Back in the role, the deputy needs a new assignment.
    assert.deepEqual(await act({ act: 'grant_role', payload: { personId: deputy, role: 'deputy', officeCode: null, schoolCode: stage.school(0), reason: 'Nhầm người' } }), DONE);
    assert.equal((await openTask('approve', 1)).assignee_id, stage.who.at('principal', 0));
  });

  test('is no way to put out the last administrator who can come in', async () => {
    const admin = await administrator(stage);
    await account(admin);
    const grantId = (await stage.owner('role_grant').where({ person_id: admin }).first<{ id: string }>('id')).id;
    const put = () => stage.ask({ act: 'revoke_role', actorId: admin, campaignId: null, schoolCode: null, payload: { grantId, effectiveOn: today(), reason: 'Chuyển công tác' } });
    assert.deepEqual(await put(), refused('last-administrator'));
    const appointed = randomUUID();
    assert.deepEqual(await stage.ask({ id: appointed, act: 'appoint', actorId: admin, campaignId: null, schoolCode: null, payload: { fullName: 'Quản trị hai', email: 'hai@so.test', phone: null, personalNumber: null, role: 'administrator' } }), DONE);
    assert.deepEqual(await put(), refused('last-administrator'), 'an invitation not taken up does not count');
    await account(appointed);
    const shut = () => stage.ask({ act: 'disable_account', actorId: appointed, campaignId: null, schoolCode: null, payload: { personId: admin, reason: 'Mất điện thoại' } });
    assert.deepEqual(await shut(), DONE);
    const other = (await stage.owner('role_grant').where({ person_id: appointed }).first<{ id: string }>('id')).id;
    assert.deepEqual(await stage.ask({ act: 'revoke_role', actorId: appointed, campaignId: null, schoolCode: null, payload: { grantId: other, effectiveOn: today(), reason: 'Chuyển công tác' } }), refused('last-administrator'), 'nor one who is shut out');
    assert.deepEqual(await put(), refused('not-allowed'), 'who is shut out decides nothing');
    assert.deepEqual(await stage.ask({ act: 'enable_account', actorId: appointed, campaignId: null, schoolCode: null, payload: { personId: admin, reason: 'Đã đổi mật khẩu' } }), DONE);
    assert.deepEqual(await put(), DONE);
  });

  test('is judged: whose it is, when, and whether it still holds', async () => {
    const department = (await stage.owner('role_grant').where({ role: 'official' }).first<{ id: string }>('id')).id;
    const clerk = await grantOf(stage, 'clerk');
    const ask = (payload: object) => stage.ask({ act: 'revoke_role', actorId: coordinator(), campaignId: null, schoolCode: null, payload: { grantId: clerk, effectiveOn: today(), reason: 'Chuyển công tác', ...payload } });
    assert.deepEqual(await ask({ grantId: department }), refused('colleague-of-department'));
    assert.deepEqual(await ask({ grantId: randomUUID() }), refused('not-found'));
    assert.deepEqual(await ask({ reason: 'x' }), refused('reason-missing'));
    assert.deepEqual(await ask({ effectiveOn: today(-1) }), refused('effective-past'));
    assert.deepEqual(await ask({}), DONE);
    assert.deepEqual(await ask({}), refused('role-ended'));
    const give = (payload: object) => stage.ask({ act: 'grant_role', actorId: coordinator(), campaignId: null, schoolCode: null, payload: { personId: stage.who.at('deputy', 0), role: 'clerk', officeCode: null, schoolCode: stage.school(0), reason: 'Kiêm nhiệm', ...payload } } as AskedBody);
    assert.deepEqual(await give({ role: 'principal' }), refused('head-by-appointment'));
    assert.deepEqual(await give({ role: 'coordinator', schoolCode: null }), refused('colleague-of-department'));
    assert.deepEqual(await give({ schoolCode: null }), refused('bad-input'));
    assert.deepEqual(await give({ role: 'deputy' }), refused('role-held'));
    assert.deepEqual(await give({ schoolCode: '000' }), refused('not-found'));
  });

  test('decided before midnight and recorded after it is not refused as past', async () => {
    stage.working = false;
    const grantId = await grantOf(stage, 'clerk');
    assert.deepEqual(await stage.ask({ act: 'revoke_role', actorId: coordinator(), campaignId: null, schoolCode: null, payload: { grantId, effectiveOn: today(), reason: 'Chuyển công tác' } }), { kind: 'recorded' });
    await stage.owner.raw(`UPDATE decision SET created_at = created_at - interval '1 day', payload = payload || jsonb_build_object('effectiveOn', ?::text)`, [today(-1)]);
    await stage.advance(stage.workflow.directory);
    assert.deepEqual((await stage.owner('decision').first<{ outcome: string }>('outcome')).outcome, 'done');
  });
});

describe('an account that is disabled', () => {
  const disable = (personId: string) => act({ act: 'disable_account', payload: { personId, reason: 'Mất điện thoại' } });

  test('has no session, no link and no mail; its work shows that nobody can do it, and comes back when it is opened again', async () => {
    const who = teacher(stage, 0);
    await account(who);
    await stage.owner('session').insert({ token_hash: 'a', person_id: who, csrf: 'x', expires_at: new Date(Date.now() + 3_600_000) });
    assert.equal((await linksOf(who)).length, 1);
    const waiting = (): Promise<{ obsolete: boolean } | undefined> => stage.worker.transaction(async (trx) => {
      await trx.raw(`UPDATE mail_outbox SET not_before = now() - interval '1 day' WHERE person_id = ? AND sent_at IS NULL`, [who]);
      return takeDueMail(trx);
    });
    assert.equal((await waiting())?.obsolete, false);
    assert.deepEqual(await disable(who), DONE);
    assert.equal((await waiting())?.obsolete, true);
    assert.deepEqual(await stage.owner('session').select(), []);
    assert.deepEqual(await linksOf(who), []);
    const blocked = await openTask('review', 0);
    assert.deepEqual([blocked.assignee_id, blocked.blocked_code], [null, 'account-disabled']);
    await stage.owner('session').insert({ token_hash: 'b', person_id: who, csrf: 'x', expires_at: new Date(Date.now() + 3_600_000) });
    assert.deepEqual(await act({ act: 'enable_account', payload: { personId: who, reason: 'Đã tìm thấy' } }), DONE);
    assert.deepEqual(await stage.owner('session').select(), [], 'a session that slipped in while the account was being shut does not live on');
    assert.equal((await openTask('review', 0)).assignee_id, who);
  });

  test('decides nothing more: what it asked for before is refused when a worker comes to it', async () => {
    stage.working = false;
    const asked = { ...await SAMPLES.review_class(stage), id: randomUUID() };
    assert.deepEqual(await stage.ask(asked), { kind: 'recorded' });
    await stage.owner('person').where({ id: asked.actorId }).update({ disabled_at: new Date(), disabled_reason: 'Mất điện thoại' });
    await step();
    assert.deepEqual(await stage.owner('decision').where({ id: asked.id }).first('outcome', 'outcome_code'), { outcome: 'refused', outcome_code: 'not-allowed' });
  });

  test('ends the approval it has not confirmed; the authority stays where the law put it, and the Sở sees who is stuck', async () => {
    const deputy = stage.who.at('deputy', 0);
    await signBatch(stage, phone, await acts.review(0));
    const waiting = await acts.approve([0]);
    await sendBatch(stage, phone, waiting);
    assert.deepEqual(await disable(deputy), DONE);
    assert.equal((await acts.last()).failure_code, 'account-disabled');
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 0))), ['teacher_signed'], 'the teacher need not sign again');
    assert.equal((await openTask('approve', 0)).blocked_code, 'account-disabled');
  });

  test('is judged: not one’s own, not a colleague’s, not twice', async () => {
    const self = await stage.ask({ act: 'disable_account', actorId: await administrator(stage), campaignId: null, schoolCode: null, payload: { personId: await administrator(stage), reason: 'Mất điện thoại' } });
    assert.deepEqual(self, refused('own-account'));
    assert.deepEqual(await disable(stage.who.department('official')), refused('colleague-of-department'));
    assert.deepEqual(await disable(randomUUID()), refused('not-found'));
    assert.deepEqual(await disable(stage.who.at('clerk', 0)), DONE);
    assert.deepEqual(await disable(stage.who.at('clerk', 0)), refused('already-decided'));
    assert.deepEqual(await act({ act: 'enable_account', payload: { personId: stage.who.at('deputy', 0), reason: 'Đã tìm thấy' } }), refused('account-open'));
  });
});
