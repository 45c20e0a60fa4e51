import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { row, rows } from '../../db/connect.js';
import { campaignWorkflowId, schoolWorkflowId } from '../../domain/workflowIds.js';
import { playRound } from '../support/players.js';
import { done, startStage, until, type Stage } from '../support/stage.js';

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
    const failed = [];
    for await (const execution of stage.temporal.workflow.list({ query: `ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')` })) failed.push(execution.workflowId);
    assert.deepEqual(failed, []);
  });
});
