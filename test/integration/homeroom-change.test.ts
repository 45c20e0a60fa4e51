import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { collectSignatures } from '../../activities/signature/exchange.js';
import { rows } from '../../db/connect.js';
import { teacher } from '../support/actSamples.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { phoneService, sendBatch, signBatch, type PhoneService } from '../support/phoneService.js';
import { schoolActs } from '../support/schoolActs.js';

describe('another homeroom teacher after launch', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  let acts: ReturnType<typeof schoolActs>;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); phone = await phoneService(stage); acts = schoolActs(stage); });
  afterEach(() => stage.close());

  const classId = () => stage.classId(0, 0);
  const former = () => teacher(stage, 0);
  const replace = (personId: string, more: { actorId?: string; classId?: string; reason?: string } = {}) => stage.ask({
    act: 'replace_homeroom', actorId: more.actorId ?? stage.who.at('principal', 0), ...acts.place, payload: { classId: more.classId ?? classId(), personId, reason: more.reason ?? 'Cô giáo nghỉ sinh' },
  });
  const refused = (code: string) => ({ kind: 'refused', code });

  test('gets the open review, by the head or by the Sở, and the former one is told', async () => {
    const before = await stage.task('review', classId());
    assert.equal(before.assignee_id, former());
    assert.deepEqual(await replace(teacher(stage, 1)), { kind: 'done' });
    const now = await stage.task('review', classId());
    assert.deepEqual([now.id, now.assignee_id, now.version], [before.id, teacher(stage, 1), before.version + 1]);
    assert.deepEqual(await acts.notices(), ['homeroom-ended']);
    assert.deepEqual(await replace(former(), { actorId: stage.who.department('coordinator') }), { kind: 'done' });
    assert.equal((await stage.task('review', classId())).assignee_id, former());
    assert.equal((await rows(stage.owner, `SELECT 1 FROM audit WHERE act = 'replace_homeroom' AND subject_kind = 'class' AND subject_id = :id`, { id: classId() })).length, 2);
  });

  test('who was not a teacher there has the role from then on, with the class', async () => {
    const clerk = stage.who.at('clerk', 0);
    assert.deepEqual(await replace(clerk), { kind: 'done' });
    assert.deepEqual(await rows(stage.owner, `SELECT class_names AS classes FROM active_grant WHERE person_id = :clerk AND role = 'homeroom'`, { clerk }), [{ classes: [stage.who.classNames(0)[0]] }]);
    assert.equal((await stage.task('review', classId())).assignee_id, clerk);
  });

  test('finds what the former one signed still signed, by that teacher’s name; a request not confirmed is over', async () => {
    await signBatch(stage, phone, await acts.review(0));
    const waiting = await acts.review(1);
    await sendBatch(stage, phone, waiting);
    assert.deepEqual(await replace(teacher(stage, 2)), { kind: 'done' });
    assert.deepEqual(await replace(teacher(stage, 2), { classId: stage.classId(0, 1) }), { kind: 'done' });
    assert.deepEqual(Object.keys(await acts.states(classId())), ['teacher_signed']);
    const signedBy = await rows<{ number: string }>(stage.owner, `SELECT DISTINCT context->'teacher'->>'personalNumber' AS number FROM report_card WHERE class_id = :id`, { id: classId() });
    assert.deepEqual(signedBy, await rows(stage.owner, 'SELECT personal_number AS number FROM person WHERE id = :id', { id: former() }));
    assert.deepEqual(await acts.last(), { id: waiting, role: 'teacher', state: 'expired', failure_code: 'role-ended' });
    phone.answer(waiting, 'signed');
    await collectSignatures(phone.deps, { batchId: waiting, workflowId: stage.workflow.school(0) });
    assert.deepEqual(Object.keys(await acts.states(stage.classId(0, 1))), ['drafted']);
    await signBatch(stage, phone, await acts.approve([0]));
    assert.deepEqual(Object.keys(await acts.states(classId())), ['principal_signed']);
  });

  test('does not let the one who signed as teacher approve it: who reviewed a class does not approve it', async () => {
    const head = stage.who.at('principal', 0);
    await stage.owner('authority').where({ school_code: stage.school(0), basis: 'deputy_assignment' }).update({ revoked_at: new Date() });
    await stage.owner('role_grant').insert({ person_id: head, role: 'homeroom', school_code: stage.school(0) });
    // The head has the class and an exception of the Sở, signs as its teacher, then hands the class on; the exception ends.
    assert.deepEqual(await replace(head, { actorId: stage.who.department('coordinator') }), { kind: 'done' });
    await stage.owner('role_exception').insert({ id: randomUUID(), school_code: stage.school(0), person_id: head, instrument_number: '9', instrument_date: '2026-05-01', reason: 'Trường nhỏ', valid_from: new Date(Date.now() - 1_000), valid_to: new Date(Date.now() + 3_600_000) });
    const task = await stage.task('review', classId());
    assert.deepEqual(await stage.ask({ act: 'review_class', actorId: head, ...acts.place, payload: { taskId: task.id, taskVersion: task.version } }), { kind: 'done' });
    await signBatch(stage, phone, (await acts.last()).id);
    assert.deepEqual(await replace(former()), { kind: 'done' });
    await stage.owner('role_exception').update({ valid_to: new Date(Date.now() - 500) });
    await stage.advance(stage.workflow.school(0));
    assert.equal((await stage.task('approve', classId())).blocked_code, 'reviewer-is-approver');
  });

  test('is judged: of the school, with an open account, another than now, in a class of the school', async () => {
    assert.deepEqual(await replace(former()), refused('already-homeroom'));
    assert.deepEqual(await replace(stage.who.department('official')), refused('person-not-of-school'));
    assert.deepEqual(await replace(teacher(stage, 1), { classId: stage.classId(1, 0) }), refused('not-found'));
    assert.deepEqual(await replace(teacher(stage, 1), { reason: 'x' }), refused('reason-missing'));
    await stage.owner('person').where({ id: teacher(stage, 1) }).update({ disabled_at: new Date(), disabled_reason: 'Mất điện thoại' });
    assert.deepEqual(await replace(teacher(stage, 1)), refused('account-disabled'));
  });
});
