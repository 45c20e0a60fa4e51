import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { row, rows } from '../../db/connect.js';
import { TASK_QUEUES } from '../../domain/workflowIds.js';
import { acceptedOnBothSides } from '../support/outside.js';
import { confirmPhones } from '../support/players.js';
import { done, startStage, until, type Stage } from '../support/stage.js';
import { activitiesIn, asVersion, badlyEnded, eventsOfChain, isFinished, openTasks, playToEnd, playUntil, schoolWorkflow, updatesIn } from '../support/stageViews.js';

/** What a school costs Temporal when nobody acts together with anybody, and a school whose history is cut again and again. */
describe('histories that stay short', () => {
  let stage: Stage;
  let busy: string;
  let cut: string;
  before(async () => {
    stage = await startStage('workflow-continuing', { policy: { packetWait: 1 } });
    [busy, cut] = [stage.province.schools[0]!.code, stage.province.schools[1]!.code];
    await stage.temporal.workflow.start('school', {
      workflowId: schoolWorkflow(stage, cut), taskQueue: TASK_QUEUES.core, args: [{ eventLimit: 40 }], workflowIdReusePolicy: 'ALLOW_DUPLICATE', workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    });
  });
  after(async () => { await stage.close(); });

  const quiet = () => until(async () => (await rows(stage.db, `
    SELECT 1 FROM signature_batch WHERE school_code = :busy AND state IN ('new', 'prepared', 'requested', 'collected')`, { busy })).length === 0);

  test('every act alone: each class signed by itself, one after the other, stays within the budget', async () => {
    const classes = stage.province.schools[0]!.classes.length;
    await playUntil(stage, { schools: [busy], kinds: ['collect'] }, async () => (await openTasks(stage, busy, 'review')).length === classes);
    for (const kind of ['review', 'approve', 'seal'] as const) {
      await until(async () => (await openTasks(stage, busy, kind)).length === classes);
      for (const { id } of await openTasks(stage, busy, kind)) {
        const task = (await openTasks(stage, busy, kind)).find((one) => one.id === id)!;
        const place = { actorId: task.assignee_id, campaignId: stage.campaignId, schoolCode: busy };
        if (kind === 'review') await done(stage.ask({ act: 'review_class', ...place, payload: asVersion(task) }));
        else if (kind === 'approve') await done(stage.ask({ act: 'approve_classes', ...place, payload: { tasks: [asVersion(task)], excludedCardIds: [] } }));
        else await done(stage.ask({ act: 'seal_classes', ...place, payload: { tasks: [asVersion(task)] } }));
        await until(async () => await confirmPhones(stage, [busy]) > 0);
        await quiet();
      }
    }
    await until(() => isFinished(stage, busy));
    await stage.temporal.workflow.getHandle(schoolWorkflow(stage, busy)).result();
    const runs = await eventsOfChain(stage, schoolWorkflow(stage, busy));
    const activities = runs.reduce((sum, events) => sum + activitiesIn(events), 0);
    assert.ok(activities <= 40 + 10 * classes, `${activities} activities for ${classes} classes`);
    assert.ok(runs.every((events) => events.length < 4_096));
  });

  test('each act was one Update', async () => {
    const decisions = await row<{ count: number }>(stage.db, 'SELECT count(*)::int AS count FROM decision WHERE workflow_id = :id', { id: schoolWorkflow(stage, busy) });
    const updates = (await eventsOfChain(stage, schoolWorkflow(stage, busy))).reduce((sum, events) => sum + updatesIn(events), 0);
    assert.equal(updates, decisions?.count);
  });

  test('a school that continues as new again and again ends as any other', async () => {
    await playToEnd(stage, [cut]);
    await stage.temporal.workflow.getHandle(schoolWorkflow(stage, cut)).result();
    const chain = await eventsOfChain(stage, schoolWorkflow(stage, cut));
    const continued = chain.filter((events) => events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes != null).length;
    assert.ok(continued >= 2, `continued ${continued} times`);
    assert.ok(chain.at(-1)?.at(-1)?.workflowExecutionCompletedEventAttributes != null);
    const { ours, theirs } = await acceptedOnBothSides(stage);
    assert.deepEqual(theirs, ours);
    const twice = await rows(stage.db, `SELECT subject_id FROM audit WHERE subject_kind = 'card' GROUP BY subject_id, act HAVING count(*) > 1`);
    assert.deepEqual(twice, [], 'no card went through a step twice');
    assert.deepEqual((await badlyEnded(stage)).filter((id) => id !== schoolWorkflow(stage, cut)), []);
  });
});
