import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ScheduleNotFoundError } from '@temporalio/client';
import { row, rows } from '../../db/connect.js';
import { templateClasses } from '../../db/views/roster.js';
import { ROUND_NAMES } from '../../domain/rounds.js';
import { campaignWorkflowId, roundScheduleId, schoolWorkflowId } from '../../domain/workflowIds.js';
import { writeRosterTemplate } from '../../formats/roster/template.js';
import { standSchedules } from '../../runtime/schedules.js';
import { newcomer } from '../support/actSamples.js';
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

  test('a pupil who comes when the school is through starts its workflow again, and the card goes the whole way to the Kho', async () => {
    const [school] = stage.province.schools;
    const place = { campaignId: stage.campaignId, schoolCode: school!.code };
    const handle = stage.temporal.workflow.getHandle(schoolWorkflowId(campaignKey(stage), school!.code));
    await until(async () => (await row<{ closed: boolean }>(stage.db, `SELECT state = 'closed' AS closed FROM campaign_school WHERE school_code = :schoolCode`, place))!.closed && (await handle.describe()).status.name === 'COMPLETED');
    const { id: classId } = (await row<{ id: string }>(stage.db, 'SELECT id FROM class WHERE campaign_id = :campaignId AND school_code = :schoolCode ORDER BY grade, name LIMIT 1', place))!;
    const others = () => rows(stage.db, `SELECT id, state, document_sha256 FROM report_card WHERE class_id = :classId AND expected_pupil_id NOT IN (SELECT id FROM expected_pupil WHERE arrival IS NOT NULL) ORDER BY id`, { classId });
    const before = await others();
    const [coordinator, clerk] = await Promise.all(['coordinator', 'clerk'].map(async (role) => (await row<{ person_id: string }>(stage.db, 'SELECT person_id FROM role_grant WHERE role = :role AND (school_code = :schoolCode OR school_code IS NULL) LIMIT 1', { role, ...place }))!.person_id));
    await done(stage.ask({ act: 'admit_pupil', actorId: coordinator!, ...place, payload: { classId, pupil: newcomer(), arrival: 'transfer_in', evidence: 'Giấy chuyển trường số 8' } }));
    await until(async () => (await rows(stage.db, `SELECT 1 FROM task WHERE school_code = :schoolCode AND kind = 'collect' AND state = 'open'`, place)).length === 1);

    const [{ homeroomTeacher: _teacher, ...one }] = await templateClasses(stage.services.db, place) as [Awaited<ReturnType<typeof templateClasses>>[number]];
    const record = { ...one.records[0]!, identity: { ...one.records[0]!.identity, ...newcomer(), registerNumber: 'SĐB-99' } };
    const bytes = await writeRosterTemplate({ schoolName: school!.name, schoolCode: school!.code, schoolYear: stage.province.schoolYear, classes: [{ ...one, records: [...one.records, record] }] });
    const uploadId = await stage.upload('roster', bytes, school!.code, clerk!);
    await done(stage.ask({ act: 'upload_roster', actorId: clerk!, ...place, payload: { uploadId } }));
    await until(async () => (await row<{ state: string }>(stage.db, 'SELECT state FROM upload_reading WHERE upload_id = :uploadId', { uploadId }))?.state === 'waiting');
    await done(stage.ask({ act: 'confirm_upload', actorId: clerk!, ...place, payload: { uploadId } }));
    const standing = async () => (await row<{ position: string }>(stage.db, `SELECT position FROM pupil_progress q JOIN expected_pupil p ON p.id = q.expected_pupil_id WHERE p.arrival = 'transfer_in'`))!.position;
    await until(async () => { await playRound(stage); return await standing() === 'accepted'; });
    assert.deepEqual(await others(), before, 'no other card of the class moved');
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
