import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { pino } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import { readRosterUpload } from '../../activities/roster/readUpload.js';
import { row, rows } from '../../db/connect.js';
import { remainingByStep, stageCounts } from '../../db/progress.js';
import { lockSchool } from '../../db/school/resolve.js';
import type { SchoolCode } from '../../domain/brand.js';
import { rosterWorkbook } from '../../sandbox/province/workbooks.js';
import { digest, keepWorld, type ActStage } from '../support/actStage.js';
import { ACT_WORLD, SAMPLES, storePacketKey, teacher } from '../support/actSamples.js';

describe("a school's step", () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  before(async () => { world = await keepWorld(ACT_WORLD); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); });
  afterEach(() => stage.close());

  const school = () => stage.workflow.school(0);
  const place = () => ({ campaignId: stage.campaignId, schoolCode: stage.school(0) });
  const mails = () => rows<{ kind: string; dedupe_key: string; person_id: string | null; task_ids: string[] }>(stage.owner, 'SELECT kind, dedupe_key, person_id, task_ids FROM mail_outbox WHERE school_code = :code ORDER BY created_at, id', { code: stage.school(0) });
  const openTasks = () => rows<{ kind: string; class_id: string | null; assignee_id: string | null }>(stage.owner, `SELECT kind, class_id, assignee_id FROM task WHERE school_code = :code AND state = 'open' ORDER BY kind, class_id`, { code: stage.school(0) });

  /** As if the mails about signing had waited for each other long enough. */
  const settle = async (): Promise<void> => {
    await stage.owner('task').whereNotNull('tell_at').update({ tell_at: new Date(Date.now() - 1_000) });
    await stage.advance(school());
  };

  test('opens the tasks that follow from the cards, each with its deadline, its person and one mail a person and kind', async () => {
    assert.deepEqual((await openTasks()).map((task) => task.kind), ['approve', 'correct', 'review', 'seal']);
    await settle();
    assert.deepEqual((await mails()).map((mail) => [mail.kind, mail.person_id]).sort(), [
      ['task', stage.who.at('deputy', 0)], ['task', stage.who.at('clerk', 0)], ['task', stage.who.at('clerk', 0)], ['task', teacher(stage, 0)],
    ].sort());
    const due = await rows<{ kind: string; same: boolean }>(stage.owner, `
      SELECT t.kind, t.due_at = CASE t.kind WHEN 'review' THEN c.review_due WHEN 'approve' THEN c.approve_due ELSE c.seal_due END AS same FROM task t JOIN campaign c ON c.id = t.campaign_id WHERE t.school_code = :code`, { code: stage.school(0) });
    assert.ok(due.every((task) => task.same));
  });

  test('taken again and again, by one worker or by several at once, opens and mails nothing more', async () => {
    const plan = await stage.advance(school());
    const before = await digest(stage.owner);
    const plans = await Promise.all([stage.advance(school()), stage.advance(school()), stage.advance(school())]);
    for (const again of plans) assert.deepEqual([again.work, again.closed], [plan.work, plan.closed]);
    const after = await digest(stage.owner);
    assert.deepEqual({ ...after, campaign_school: '' }, { ...before, campaign_school: '' }, 'only the moment of the last step is another');
    assert.ok(Buffer.byteLength(JSON.stringify(plan)) <= 4_096);
  });

  test('with more to do than a plan holds says the first part in 4 KB, and the rest when that is done', async () => {
    const clerk = stage.who.at('clerk', 0);
    const uploads = Array.from({ length: 100 }, () => ({ id: randomUUID(), kind: 'roster', format: 'xlsx', campaign_id: stage.campaignId, school_code: stage.school(0), uploaded_by: clerk, file_name: 'a', bytes: Buffer.from('x'), sha256: '0' }));
    await stage.owner('upload').insert(uploads);
    await stage.owner('upload_reading').insert(uploads.map(({ id }) => ({ upload_id: id, state: 'queued' })));
    const first = await stage.advance(school());
    assert.ok(Buffer.byteLength(JSON.stringify(first)) <= 4_096 && first.work.length === 40);
    await stage.owner('upload_reading').whereIn('upload_id', first.work.map((work) => work.id)).update({ state: 'read' });
    const second = await stage.advance(school());
    assert.equal(new Set([...first.work, ...second.work].map((work) => work.id)).size, 80);
  });

  test('re-routes what waits for a deputy whose window ended, sends the cards back to the teacher once, and tells both by mail', async () => {
    const classId = stage.classId(0, 1);
    await stage.owner('authority').where({ basis: 'deputy_assignment', school_code: stage.school(0) }).update({ valid_from: new Date(Date.now() - 9_000), valid_to: new Date(Date.now() - 1_000) });
    const cards = await stage.cards(classId);
    await Promise.all([stage.advance(school()), stage.advance(school())]);
    assert.deepEqual(await stage.cards(classId, 'drafted'), cards, 'the same cards, no new UUID');
    assert.deepEqual((await openTasks()).filter((task) => task.class_id === classId), [{ kind: 'review', class_id: classId, assignee_id: teacher(stage, 1) }]);
    assert.equal((await rows(stage.owner, 'SELECT 1 FROM class_return WHERE class_id = :classId', { classId })).length, 1);
    assert.equal((await mails()).filter((mail) => mail.person_id === teacher(stage, 1)).length, 1);
  });

  test('keeps the cards where they are when nobody may sign now, and says so in a blocked task; whoever comes next gets it', async () => {
    const classId = stage.classId(0, 1);
    const before = await stage.task('approve', classId);
    await stage.owner('authority').where({ school_code: stage.school(0) }).update({ revoked_at: new Date() });
    await stage.advance(school());
    const blocked = await stage.task('approve', classId);
    assert.deepEqual([blocked.id, blocked.version, blocked.assignee_id, blocked.blocked_code], [before.id, before.version + 1, null, 'no-authority']);
    await stage.owner('authority').where({ school_code: stage.school(0), basis: 'deputy_assignment' }).update({ revoked_at: null });
    await stage.advance(school());
    const again = await stage.task('approve', classId);
    assert.deepEqual([again.version, again.assignee_id, again.authority_id], [before.version + 2, before.assignee_id, before.authority_id]);
  });

  test('wakes by itself when a window opens or ends', async () => {
    const soon = new Date(Date.now() + 60_000);
    await stage.owner('authority').where({ basis: 'deputy_assignment', school_code: stage.school(0) }).update({ valid_to: soon });
    assert.equal((await stage.advance(school())).nextWakeAt, soon.toISOString());
  });

  test('wakes the other running campaigns of the school when its authority changes', async () => {
    const other = randomUUID();
    await stage.owner.raw(`INSERT INTO campaign SELECT (jsonb_populate_record(c, jsonb_build_object('id', :other::text, 'cycle', 'rehearsal'))).* FROM campaign c WHERE id = :id`, { other, id: stage.campaignId });
    await stage.owner('campaign_school').insert({ campaign_id: other, school_code: stage.school(0), office_code: stage.seeded.province.schools[0]!.officeCode, state: 'open' });
    await stage.ask(await SAMPLES.revoke_authority(stage));
    const woken = await rows<{ workflow_id: string }>(stage.owner, `SELECT workflow_id FROM outbox WHERE wake_code IS NOT NULL`);
    assert.deepEqual(woken.map((one) => one.workflow_id), [school().replace('/main/', '/rehearsal/')]);
  });

  describe('reminds', () => {
    const due = (hours: number) => stage.owner('task').where({ school_code: stage.school(0) }).update({ due_at: new Date(Date.now() + hours * 3_600_000), opened_at: new Date(Date.now() - 100 * 3_600_000) });
    const reminders = async () => (await mails()).filter((mail) => mail.kind === 'reminder');

    test('each person once for each kind of work, however often the step is taken', async () => {
      await stage.owner('report_card').where({ class_id: stage.classId(0, 2) }).update({ state: 'teacher_signed' });
      await stage.owner.raw(`UPDATE report_card SET approver_person_id = ? WHERE class_id = ?`, [stage.who.at('deputy', 0), stage.classId(0, 2)]);
      await stage.advance(school());
      await due(1);
      await Promise.all([stage.advance(school()), stage.advance(school())]);
      await stage.advance(school());
      const sent = await reminders();
      assert.deepEqual(sent.map((mail) => mail.person_id).sort(), [stage.who.at('deputy', 0), stage.who.at('clerk', 0), teacher(stage, 0)].sort());
      assert.equal(sent.find((mail) => mail.person_id === stage.who.at('deputy', 0))!.task_ids.length, 2, 'two classes in one mail');
    });
    test('again only after the policy’s interval, and the office once', async () => {
      await due(-30);
      await stage.advance(school());
      await stage.advance(school());
      const escalations = async () => (await mails()).filter((mail) => mail.kind === 'escalation').length;
      assert.deepEqual([(await reminders()).length, await escalations()], [4, 1]);
      await stage.advance(school());
      assert.deepEqual([(await reminders()).length, await escalations()], [4, 1]);
      await stage.owner('task').update({ reminded_at: new Date(Date.now() - 25 * 3_600_000) });
      await stage.advance(school());
      await stage.advance(school());
      assert.deepEqual([(await reminders()).length, await escalations()], [8, 1]);
    });
    test('nobody for a task that nobody has, and counts no reminder that reached nobody', async () => {
      await stage.owner('authority').where({ school_code: stage.school(0) }).update({ revoked_at: new Date() });
      await stage.owner('person').where({ id: stage.who.at('clerk', 0) }).update({ email: null });
      await stage.advance(school());
      await due(1);
      await stage.advance(school());
      assert.deepEqual((await reminders()).map((mail) => mail.person_id), [teacher(stage, 0)]);
      assert.deepEqual([(await stage.task('approve', stage.classId(0, 1))).reminders, (await stage.task('seal', stage.classId(0, 2))).reminders, (await stage.task('review', stage.classId(0, 0))).reminders], [0, 0, 1]);
    });
    test('nobody once the school is exempt; its tasks are cancelled, and open again when the exemption is lifted', async () => {
      await due(1);
      await stage.ask(await SAMPLES.exempt_school(stage));
      assert.deepEqual([await openTasks(), await reminders()], [[], []]);
      assert.equal((await stage.advance(school())).closed, true);
      await stage.owner('campaign_school').update({ exempt_reason: null, exempt_until: null });
      await stage.advance(school());
      assert.equal((await openTasks()).length, 4);
    });
  });

  test('gives every open task of a stage its extended deadline, corrections the seal’s', async () => {
    const dueAt = new Date(Date.now() + 200 * 3_600_000).toISOString();
    for (const name of ['seal', 'approve'] as const) await stage.ask({ act: 'extend_deadline', actorId: stage.who.department('coordinator'), ...place(), payload: { stage: name, dueAt, reason: 'Mưa lũ kéo dài' } });
    const found = await rows<{ kind: string; later: boolean }>(stage.owner, `SELECT kind, due_at = :dueAt AS later FROM task WHERE school_code = :code AND state = 'open' ORDER BY kind`, { dueAt, code: stage.school(0) });
    assert.deepEqual(found, [{ kind: 'approve', later: true }, { kind: 'correct', later: true }, { kind: 'review', later: false }, { kind: 'seal', later: true }]);
    assert.deepEqual((await rows<{ stage: string }>(stage.owner, `SELECT stage FROM school_deadline WHERE due_at > planned_at ORDER BY stage`)).map((one) => one.stage), ['approve', 'seal']);
  });

  test('leaves no unfinished card without a step and somebody who has the turn, as long as there is somebody', async () => {
    const scope = { campaignId: stage.campaignId, schoolCode: stage.school(0) };
    const before = await stageCounts(stage.api, scope);
    assert.ok(before.open > 0);
    assert.deepEqual([before.waiting, before.unexplained], [before.open, 0]);
    const steps = new Set((await remainingByStep(stage.api, scope)).map((one) => one.step));
    for (const step of ['review', 'approve', 'seal', 'correct'] as const) assert.ok(steps.has(step), step);

    // Overdue is still somebody's turn.
    await stage.owner('task').where({ state: 'open' }).update({ due_at: new Date(Date.now() - 86_400_000) });
    assert.equal((await stageCounts(stage.api, scope)).unexplained, 0);

    await stage.owner('person').where({ id: teacher(stage, 0) }).update({ disabled_at: new Date(), disabled_reason: 'Nghỉ việc' });
    await stage.advance(school());
    const [review] = (await remainingByStep(stage.api, scope)).filter((one) => one.step === 'review' && !one.owned);
    assert.ok(review !== undefined && review.cards > 0, 'a teacher who may not sign in cannot review');
    assert.equal((await stageCounts(stage.api, scope)).unexplained, review.cards);

    await stage.owner('campaign').update({ state: 'cancelled' });
    const over = await stageCounts(stage.api, scope);
    assert.deepEqual([over.waiting, over.unexplained], [0, over.open], 'nobody works on a campaign that was called off');
  });

  test('lets a school that has handed in nothing wait for its clerk to collect, overdue or not', async () => {
    const scope = { campaignId: stage.campaignId, schoolCode: stage.school(0) };
    await stage.owner('report_card').where({ school_code: stage.school(0) }).delete();
    await stage.advance(school());
    const counts = await stageCounts(stage.api, scope);
    assert.deepEqual(await remainingByStep(stage.api, scope), [{ position: 'missing', step: 'collect', owned: true, cards: counts.missing }]);
    assert.ok(counts.missing > 0 && counts.waiting === counts.open);
  });

  test('is closed when nothing is open, and open again when something comes back', async () => {
    await stage.owner('report_card').update({ state: 'accepted', document: Buffer.from('x') });
    assert.deepEqual(await stage.advance(school()).then(({ closed, work, nextWakeAt }) => ({ closed, work, nextWakeAt })), { closed: true, work: [], nextWakeAt: null });
    await stage.owner('report_card').where({ id: (await stage.cards(stage.classId(0, 0)))[0]! }).update({ state: 'refused' });
    assert.equal((await stage.advance(school())).closed, false);
    assert.equal((await row<{ state: string }>(stage.owner, 'SELECT state FROM campaign_school WHERE school_code = :code', { code: stage.school(0) }))!.state, 'open');
  });

  describe('and the end of its campaign', () => {
    const explained = async (): Promise<void> => {
      await stage.owner('report_card').update({ state: 'accepted', document: Buffer.from('x') });
    };
    const end = async () => stage.ask(await SAMPLES.end_campaign(stage).then((asked) => asked, () => { throw new Error('no sample'); }));

    test('do not pass each other: a school that is drafting a late card is counted before the campaign ends', async () => {
      await explained();
      const step = await stage.worker.transaction();
      await lockSchool(step, school());
      // A late pupil's card, still invisible to everybody else.
      await step.raw(`UPDATE report_card SET state = 'drafted' WHERE id = ?`, [(await stage.cards(stage.classId(0, 0)))[0]!]);
      stage.working = true;
      const actorId = stage.who.department('coordinator');
      const ending = stage.ask({ act: 'end_campaign', actorId, campaignId: stage.campaignId, schoolCode: null, payload: {} });
      await waitUntil(async () => (await rows(stage.owner, `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length > 0);
      await step.commit();
      assert.deepEqual(await ending, { kind: 'refused', code: 'campaign-not-finished' });
      assert.equal((await row<{ state: string }>(stage.owner, 'SELECT state FROM campaign WHERE id = :id', { id: stage.campaignId }))!.state, 'running');
    });

    test('leave a roster that was still queued unread: an ended campaign gets no new cards', async () => {
      const uploadId = randomUUID();
      const bytes = await rosterWorkbook(stage.seeded.province, stage.school(0) as SchoolCode);
      await stage.owner('report_card').where({ class_id: stage.classId(0, 0) }).delete();
      await stage.api('upload').insert({ id: uploadId, kind: 'roster', format: 'xlsx', campaign_id: stage.campaignId, school_code: stage.school(0), uploaded_by: stage.who.at('clerk', 0), file_name: 'a.xlsx', bytes, sha256: '0' });
      await stage.worker('upload_reading').insert({ upload_id: uploadId, state: 'queued' });
      const deps = { db: stage.worker, log: pino({ level: 'silent' }) } as unknown as ActivityDeps;
      await stage.owner('campaign').update({ state: 'ended' });
      await readRosterUpload(deps, { uploadId, workflowId: school() });
      const reading = await row(stage.owner, 'SELECT state, refusal_code FROM upload_reading WHERE upload_id = :uploadId', { uploadId });
      assert.deepEqual(reading, { state: 'refused', refusal_code: 'campaign-not-running' });
      assert.deepEqual(await stage.cards(stage.classId(0, 0)), []);
    });

    test('ended, its tasks are gone and its workflow has nothing left', async () => {
      await explained();
      await storePacketKey(stage);
      assert.deepEqual(await end(), { kind: 'done' });
      const plan = await stage.advance(school());
      assert.deepEqual([plan.closed, await openTasks()], [true, []]);
    });
  });
});

const waitUntil = async (holds: () => Promise<boolean>): Promise<void> => { while (!await holds()) await new Promise((resolve) => { setTimeout(resolve, 10); }); };
