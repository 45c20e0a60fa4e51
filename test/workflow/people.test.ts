import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { row, rows } from '../../db/connect.js';
import { WAKE } from '../../domain/messageNames.js';
import { roundScheduleId } from '../../domain/workflowIds.js';
import { acceptedOnBothSides, mailsTo, onPhone } from '../support/outside.js';
import { done, startStage, until, type Stage } from '../support/stage.js';
import { asVersion, badlyEnded, batchOf, campaignKey, campaignWorkflow, coordinator, openTasks, playToEnd, playUntil, type TaskRow } from '../support/stageViews.js';

/** Returns, deadlines, reminders, and a signer who loses the authority in the middle. Seconds stand for days: the policy says so. */
describe('people who return, are late, or may no longer sign', () => {
  let stage: Stage;
  let school: string;
  let late: string;
  const remindBefore = 20;
  before(async () => {
    stage = await startStage('workflow-people', {
      policy: { remindBefore, remindEvery: 2, escalateAfter: 2 }, deadlines: { collect: 6 / 3600, review: 1, approve: 2, seal: 3 },
    });
    [school, late] = [stage.province.schools[0]!.code, stage.province.schools[1]!.code];
  });
  after(async () => { await stage.close(); });

  const ask = (schoolCode: string, actorId: string) => ({ actorId, campaignId: stage.campaignId, schoolCode });
  const mails = (kind: string, schoolCode: string) => rows<{ message_id: string; to_address: string; sent_at: Date | null }>(stage.db, `
    SELECT message_id, to_address, sent_at FROM mail_outbox WHERE kind = :kind AND school_code = :schoolCode ORDER BY created_at`, { kind, schoolCode });
  const cardsOf = (classId: string | null) => rows<{ id: string; state: string; title: string | null; approver: string | null }>(stage.db, `
    SELECT id, state, context->'approver'->>'title' AS title, approver_person_id AS approver FROM report_card WHERE class_id = :classId ORDER BY id`, { classId });
  const acts = (act: string) => rows<{ subject_id: string; times: number }>(stage.db, `SELECT subject_id, count(*)::int AS times FROM audit WHERE act = :act GROUP BY subject_id`, { act });
  const officeOf = (schoolCode: string) => row<{ email: string; person: string }>(stage.db, `
    SELECT o.email, g.person_id AS person FROM school s JOIN office o ON o.code = s.office_code JOIN role_grant g ON g.office_code = o.code AND g.role = 'office' WHERE s.code = :schoolCode`, { schoolCode });

  test('who is late is reminded in the policy’s rhythm, then the office is told, each mail once per Message-ID', async () => {
    await until(async () => (await mails('reminder', late)).filter((mail) => mail.sent_at !== null).length >= 2 && (await mails('escalation', late)).some((mail) => mail.sent_at !== null));
    const escalations = await mails('escalation', late);
    assert.deepEqual(escalations.map((mail) => mail.to_address), [(await officeOf(late))!.email]);
    const received = await mailsTo(stage);
    for (const { message_id } of [...await mails('reminder', late), ...escalations].filter((mail) => mail.sent_at !== null)) {
      assert.deepEqual(received.filter((mail) => mail.messageId === message_id).map((mail) => mail.deliveries), [1]);
    }
  });

  test('the day’s digest, when its Schedule fires, reaches the office of who is late, and names no pupil', async () => {
    await until(async () => (await row<{ stand: boolean }>(stage.db, 'SELECT schedules_at IS NOT NULL AS stand FROM campaign'))!.stand);
    await stage.temporal.schedule.getHandle(roundScheduleId('digest', campaignKey(stage))).trigger();
    const staff = (await row<{ email: string }>(stage.db, 'SELECT email FROM person WHERE id = :person', { person: (await officeOf(late))!.person }))!;
    await until(async () => (await mailsTo(stage, staff.email)).some((mail) => mail.subject.startsWith('Học bạ số ngày')));
    const digest = (await mailsTo(stage, staff.email)).find((mail) => mail.subject.startsWith('Học bạ số ngày'))!;
    const name = stage.province.schools.find((one) => one.code === late)!.name;
    assert.ok(digest.text.includes(name) && /trường quá hạn/u.test(digest.subject) && /Tỉ lệ ký duyệt: 0 \/ /u.test(digest.text), digest.text);
    assert.equal(digest.deliveries, 1);
  });

  test('a deadline that is extended silences reminders until shortly before it, and escalation with them', async () => {
    const dueAt = new Date(Date.now() + 3_600_000).toISOString();
    await done(stage.ask({ act: 'extend_deadline', ...ask(late, await coordinator(stage)), payload: { stage: 'collect', dueAt, reason: 'Mất điện nhiều ngày tại xã' } }));
    const before = (await mails('reminder', late)).length;
    const woken = await row<{ next_wake_at: Date }>(stage.db, 'SELECT next_wake_at FROM campaign_school WHERE school_code = :late', { late });
    assert.equal(woken?.next_wake_at.getTime(), Date.parse(dueAt) - remindBefore * 1000);
    const [task] = await openTasks(stage, late, 'collect');
    assert.equal(task?.due_at.toISOString(), dueAt);
    // The other school is reminded on in the same rhythm: when it has been twice more, this one would have been too.
    const others = (await mails('reminder', school)).length;
    await until(async () => (await mails('reminder', school)).length >= others + 2);
    assert.equal((await mails('reminder', late)).length, before);
    assert.equal((await mails('escalation', late)).length, 1);
  });

  test('a school that runs and did not look when it was to is woken by its campaign', async () => {
    const looked = async () => (await row<{ at: Date }>(stage.db, 'SELECT advanced_at AS at FROM campaign_school WHERE school_code = :late', { late }))!.at;
    const before = await looked();
    await stage.db.raw(`UPDATE campaign_school SET next_wake_at = now() - interval '10 minutes' WHERE school_code = :late`, { late });
    await stage.temporal.workflow.getHandle(campaignWorkflow(stage)).signal(WAKE, 'resumed');
    await until(async () => await looked() > before);
  });

  test('“Gửi nhắc” sends one mail now, whatever the rhythm', async () => {
    const office = (await officeOf(late))!;
    const before = (await mails('reminder', late)).length;
    const id = randomUUID();
    const remind = { id, act: 'remind_school' as const, ...ask(late, office.person), payload: { stage: null } };
    await done(stage.ask(remind));
    await done(stage.ask(remind));
    assert.equal((await mails('reminder', late)).length, before + 1);
    const sent = (await mails('reminder', late)).at(-1)!;
    await until(async () => (await mailsTo(stage, sent.to_address)).some((mail) => mail.messageId === sent.message_id));
  });

  test('a returned class goes back to its teacher with the reason, and the same cards come again', async () => {
    for (const name of ['collect', 'review', 'approve', 'seal'] as const) {
      await done(stage.ask({ act: 'extend_deadline', ...ask(school, await coordinator(stage)), payload: { stage: name, dueAt: new Date(Date.now() + 7_200_000 * 4).toISOString(), reason: 'Lùi hạn để thử trả lại' } }));
    }
    await playUntil(stage, { schools: [school], kinds: ['collect', 'review'] }, async () => (await openTasks(stage, school, 'approve')).length === 4);
    const [task] = await openTasks(stage, school, 'approve');
    const before = await cardsOf(task!.class_id);
    await done(stage.ask({ act: 'return_class', ...ask(school, task!.assignee_id), payload: { ...asVersion(task!), reason: 'Nhận xét của hai em bị đổi chỗ' } }));
    const [review] = await openTasks(stage, school, 'review');
    assert.equal(review?.class_id, task!.class_id);
    assert.ok((await cardsOf(task!.class_id)).every((card) => card.state === 'drafted'));
    assert.equal((await openTasks(stage, school, 'approve')).length, 3);
    const again = await row(stage.db, `SELECT 1 FROM mail_outbox WHERE kind = 'notice' AND model->>'notice' = 'class-returned' AND :id = ANY(task_ids)`, { id: review!.id });
    assert.ok(again);
    await playUntil(stage, { schools: [school], kinds: ['review'] }, async () => (await openTasks(stage, school, 'approve')).length === 4);
    assert.deepEqual((await cardsOf(task!.class_id)).map((card) => card.id), before.map((card) => card.id));
    const returned = await row<{ reason: string; resolved_at: Date | null }>(stage.db, `SELECT reason, resolved_at FROM class_return WHERE class_id = :class_id`, task!);
    assert.equal(returned?.reason, 'Nhận xét của hai em bị đổi chỗ');
    assert.ok(returned?.resolved_at);
  });

  test('an authority that ends keeps what was signed, stops what waits on the phone, and sends the rest to the teacher once', async () => {
    const [signed, waiting, untouched] = await openTasks(stage, school, 'approve') as [TaskRow, TaskRow, TaskRow];
    const deputy = stage.province.staff.find((one) => one.code === stage.province.assignments[0]!.deputy)!;
    const approve = async (task: TaskRow) => {
      const id = randomUUID();
      await done(stage.ask({ id, act: 'approve_classes', ...ask(school, task.assignee_id), payload: { tasks: [asVersion(task)], excludedCardIds: [] } }));
      await until(async () => (await batchOf(stage, id))?.state === 'requested');
      return (await batchOf(stage, id))!;
    };
    const first = await approve(signed);
    await onPhone(stage, first.account, first.id, { confirm: deputy.signing!.pin });
    await until(async () => (await cardsOf(signed.class_id)).every((card) => card.state === 'principal_signed'));
    const second = await approve(waiting);

    const authority = (await row<{ id: string }>(stage.db, `SELECT id FROM authority WHERE school_code = :school AND basis = 'deputy_assignment'`, { school }))!;
    await done(stage.ask({ act: 'revoke_authority', ...ask(school, await coordinator(stage)), payload: { authorityId: authority.id, reason: 'Hiệu trưởng đã trở lại làm việc' } }));
    await onPhone(stage, second.account, second.id, { confirm: deputy.signing!.pin });
    await until(async () => (await openTasks(stage, school, 'review')).length === 3);
    assert.notEqual((await row<{ state: string }>(stage.db, 'SELECT state FROM signature_batch WHERE id = :id', second))!.state, 'attached');
    assert.ok((await cardsOf(waiting.class_id)).every((card) => card.state === 'drafted'));
    const ids = (await Promise.all([signed, waiting, untouched].map((task) => cardsOf(task.class_id)))).flat().map((card) => card.id);

    await playToEnd(stage, [school]);
    const [kept, ...renewed] = await Promise.all([signed, waiting, untouched].map((task) => cardsOf(task.class_id)));
    assert.deepEqual([...kept!, ...renewed.flat()].map((card) => card.id), ids, 'no card got a new UUID');
    const deputyId = await stage.person(deputy.code);
    assert.ok(kept!.every((card) => card.approver === deputyId && card.title === 'KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG'));
    assert.ok(renewed.flat().every((card) => card.approver !== deputyId && card.title === 'HIỆU TRƯỞNG'));
    assert.ok((await acts('signer_changed')).every((card) => card.times === 1));
    const { ours, theirs } = await acceptedOnBothSides(stage);
    assert.deepEqual(theirs, ours);
    assert.deepEqual(await badlyEnded(stage), []);
  });
});
