import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ScheduleNotFoundError } from '@temporalio/client';
import { row, rows } from '../../db/connect.js';
import { ROUND_NAMES } from '../../domain/rounds.js';
import { campaignWorkflowId, roundScheduleId, schoolWorkflowId } from '../../domain/workflowIds.js';
import { standSchedules } from '../../runtime/schedules.js';
import { playRound } from '../support/players.js';
import { done, startStage, until, type Stage } from '../support/stage.js';
import { campaignKey } from '../support/stageViews.js';

describe('a campaign from launch to its end', () => {
  let stage: Stage;
  before(async () => { stage = await startStage('workflow-campaign'); });
  after(async () => { await stage.close(); });

  const position = async () => Object.fromEntries((await rows<{ position: string; count: number }>(stage.db,
    'SELECT position, count(*)::int AS count FROM pupil_progress WHERE campaign_id = :id GROUP BY position', { id: stage.campaignId })).map((one) => [one.position, one.count]));

  test('every expected card is accepted by the Kho or held with a reason', async () => {
    await until(async () => {
      await playRound(stage);
      const left = await position();
      return Object.keys(left).every((name) => ['accepted', 'held', 'exempt'].includes(name));
    });
    const found = await position();
    const expected = await row<{ count: number }>(stage.db, 'SELECT count(*)::int AS count FROM expected_pupil WHERE campaign_id = :id', { id: stage.campaignId });
    assert.equal(Object.values(found).reduce((sum, count) => sum + count, 0), expected?.count);
    assert.ok((found['accepted'] ?? 0) > 0);
  });

  test('the Kho is asked again for every packet and says the same', async () => {
    await until(async () => (await rows(stage.db, 'SELECT 1 FROM reconciliation WHERE campaign_id = :id', { id: stage.campaignId })).length > 0);
    const run = await row<{ differences: number; kho_accepted: number }>(stage.db, 'SELECT differences, kho_accepted FROM reconciliation WHERE campaign_id = :id ORDER BY at DESC LIMIT 1', { id: stage.campaignId });
    assert.equal(run?.differences, 0);
    assert.equal(run?.kho_accepted, (await position())['accepted']);
  });

  test('its Schedules stand, in the province’s own time; making them again changes nothing, and one triggered at night compares with the Kho once more', async () => {
    const key = campaignKey(stage);
    const described = () => Promise.all(ROUND_NAMES.map((round) => stage.temporal.schedule.getHandle(roundScheduleId(round, key)).describe()));
    await until(async () => (await row<{ stand: boolean }>(stage.db, 'SELECT schedules_at IS NOT NULL AS stand FROM campaign'))!.stand);
    const before = await described();
    const paused = ROUND_NAMES.indexOf('expiry');
    await stage.temporal.schedule.getHandle(roundScheduleId('expiry', key)).pause('by hand');
    await standSchedules(stage.temporal, key);
    for (const [index, { spec, policies, state }] of (await described()).entries()) {
      assert.deepEqual([spec.timezone, policies.overlap, state.paused], ['Asia/Ho_Chi_Minh', 'SKIP', index === paused]);
      assert.ok(policies.catchupWindow >= 4 * 3_600_000);
      assert.deepEqual(spec, before[index]!.spec);
    }
    const runs = async () => (await rows(stage.db, 'SELECT 1 FROM reconciliation WHERE campaign_id = :id', { id: stage.campaignId })).length;
    const had = await runs();
    await stage.temporal.schedule.getHandle(roundScheduleId('reconciliation', key)).trigger();
    await until(async () => await runs() > had);
    const next = before[ROUND_NAMES.indexOf('digest')]!.info.nextActionTimes[0]!;
    assert.equal(next.toLocaleTimeString('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' }), '06:30:00');
  });

  test('a school stays within its budget of activities and events', async () => {
    const key = { provinceCode: stage.services.settings.HUB_PROVINCE_CODE, schoolYear: stage.province.schoolYear, level: 'primary', cycle: 'main' };
    for (const school of stage.province.schools) {
      const history = await stage.temporal.workflow.getHandle(schoolWorkflowId(key, school.code)).fetchHistory();
      const activities = (history.events ?? []).filter((event) => event.activityTaskScheduledEventAttributes != null).length;
      assert.ok(activities <= 40 + 10 * school.classes.length, `${school.code}: ${activities} activities for ${school.classes.length} classes`);
      assert.ok((history.events ?? []).length < 4_096);
    }
  });

  test('the coordinator ends it, and its workflows end without a failure', async () => {
    const actorId = (await row<{ person_id: string }>(stage.db, `SELECT person_id FROM role_grant WHERE role = 'coordinator' LIMIT 1`))!.person_id;
    await done(stage.ask({ act: 'end_campaign', actorId, campaignId: stage.campaignId, schoolCode: null, payload: {} }));
    const key = { provinceCode: stage.services.settings.HUB_PROVINCE_CODE, schoolYear: stage.province.schoolYear, level: 'primary', cycle: 'main' };
    await stage.temporal.workflow.getHandle(campaignWorkflowId(key)).result();
    for (const round of ROUND_NAMES) await assert.rejects(stage.temporal.schedule.getHandle(roundScheduleId(round, key)).describe(), ScheduleNotFoundError, `${round} is taken down`);
    const failed = [];
    for await (const execution of stage.temporal.workflow.list({ query: `ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')` })) failed.push(execution.workflowId);
    assert.deepEqual(failed, []);
  });
});
