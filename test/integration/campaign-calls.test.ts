import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { CampaignPlan } from '../../domain/plan.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { storeUpload } from '../support/actSamples.js';

describe('a campaign calls its schools', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); });
  afterEach(() => stage.close());

  const schools = () => stage.owner('campaign_school').where({ campaign_id: stage.campaignId });
  const look = (): Promise<CampaignPlan> => stage.advance(stage.workflow.campaign) as Promise<CampaignPlan>;
  const called = ({ work }: CampaignPlan, kind: string): string[] => work.filter((one) => one.kind === kind).map((one) => one.id).sort();
  const withinMs = ({ nextWakeAt, asOf }: CampaignPlan): number => Date.parse(nextWakeAt ?? '9999') - Date.parse(asOf);
  const later = (seconds: number) => stage.owner.raw(`UPDATE campaign_school SET next_wake_at = next_wake_at - make_interval(secs => :seconds)`, { seconds });
  const both = () => [stage.school(0), stage.school(1)].sort();

  test('and calls those again that have not looked half a minute later: the first answer may have died with a worker', async () => {
    await schools().update({ started_at: null, advanced_at: null, next_wake_at: null });
    assert.deepEqual(called(await look(), 'start-school'), both());
    const second = await look();
    assert.deepEqual(called(second, 'start-school'), [], 'they are on their way');
    assert.ok(withinMs(second) <= 30_000, `looks again after ${withinMs(second)} ms`);
    await later(31);
    await stage.advance(stage.workflow.school(0));
    assert.deepEqual(called(await look(), 'start-school'), [stage.school(1)], 'only the one that never looked');
    await stage.advance(stage.workflow.school(1));
    await later(31);
    const last = await look();
    assert.deepEqual(called(last, 'start-school'), []);
    assert.ok(withinMs(last) > 200_000, 'then it sleeps until the next round');
  });

  test('and the one whose plan named work and that took no step since: Temporal may have forgotten the plan', async () => {
    const uploadId = await storeUpload(stage, 'roster', stage.who.at('clerk', 0));
    await stage.worker('upload_reading').insert({ upload_id: uploadId, state: 'queued' });
    for (const place of [0, 1]) await stage.advance(stage.workflow.school(place));
    assert.deepEqual(called(await look(), 'start-school'), []);
    await later(1_800 + 119);
    assert.deepEqual(called(await look(), 'start-school'), [], 'reading may take a while');
    await later(2);
    assert.deepEqual(called(await look(), 'start-school'), [stage.school(0)], 'the other one has nothing to do before its next deadline');
  });

  test('when it is cancelled, and stays until each that was at work has seen it', async () => {
    for (const place of [0, 1]) await stage.advance(stage.workflow.school(place));
    assert.deepEqual(await stage.ask({ act: 'cancel_campaign', actorId: stage.who.department('coordinator'), campaignId: stage.campaignId, schoolCode: null, payload: { reason: 'Phát động nhầm năm học' } }), { kind: 'done' });
    // What the decision's own step listed is lost with its answer.
    const lost = await look();
    assert.deepEqual([called(lost, 'tell-school'), lost.closed], [[], false]);
    assert.ok(withinMs(lost) <= 30_000);
    await later(31);
    assert.deepEqual(called(await look(), 'tell-school'), both());
    for (const place of [0, 1]) await stage.advance(stage.workflow.school(place));
    await later(31);
    const end = await look();
    assert.deepEqual([end.work.filter(({ kind }) => kind === 'tell-school'), end.nextWakeAt], [[], null]);
  });
});
