import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { row, rows } from '../../db/connect.js';
import { today } from '../support/actSamples.js';
import { keepWorld, type ActStage } from '../support/actStage.js';

describe('an exemption of a school', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  before(async () => { world = await keepWorld({ size: 'tiny' }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); });
  afterEach(() => stage.close());

  const place = () => ({ campaignId: stage.campaignId, schoolCode: stage.school(0) });
  const exempt = (until: string | null) => stage.ask({ act: 'exempt_school', actorId: stage.who.department('coordinator'), ...place(), payload: { reason: 'Theo lộ trình', until } });
  const tasks = async (): Promise<number> => (await rows(stage.owner, `SELECT 1 FROM task WHERE school_code = :schoolCode AND state = 'open'`, place())).length;
  const positions = async (): Promise<string[]> => (await rows<{ position: string }>(stage.owner, 'SELECT DISTINCT position FROM pupil_progress WHERE school_code = :schoolCode ORDER BY 1', place())).map((one) => one.position);
  const school = () => stage.owner('campaign_school').where({ campaign_id: stage.campaignId, school_code: stage.school(0) });

  test('holds to the end of its last day: until then the school has nothing to do', async () => {
    assert.deepEqual(await exempt(today()), { kind: 'done' });
    assert.equal(await tasks(), 0);
    assert.ok((await positions()).includes('exempt'));
    assert.equal((await school().first<{ state: string }>('state')).state, 'closed');
  });

  test('that has run out counts as none: the campaign starts the school again by itself, once, and its work is back', async () => {
    const open = await tasks();
    assert.deepEqual(await exempt(today()), { kind: 'done' });
    const calls = async () => (await stage.advance(stage.workflow.campaign)).work.filter((one) => one.kind === 'start-school' && one.id === stage.school(0)).length;
    await calls();
    assert.equal(await calls(), 0, 'while it holds the school sleeps');
    // The last day was the day before yesterday; the school last looked before that.
    await school().update({ exempt_until: today(-2), advanced_at: new Date(Date.now() - 5 * 86_400_000) });
    assert.ok(!(await positions()).includes('exempt'));
    assert.equal(await calls(), 1);
    await stage.advance(stage.workflow.school(0));
    assert.equal(await tasks(), open);
    assert.equal((await school().first<{ state: string }>('state')).state, 'open');
    assert.equal(await calls(), 0);
  });

  test('that has run out keeps no campaign from seeing what is left', async () => {
    await stage.owner('campaign_school').update({ exempt_reason: 'Lộ trình', exempt_until: today(-1) });
    assert.deepEqual(await stage.ask({ act: 'end_campaign', actorId: stage.who.department('coordinator'), campaignId: stage.campaignId, schoolCode: null, payload: {} }), { kind: 'refused', code: 'campaign-not-finished' });
    await stage.owner('campaign_school').update({ exempt_until: today() });
    assert.deepEqual(await stage.ask({ act: 'end_campaign', actorId: stage.who.department('coordinator'), campaignId: stage.campaignId, schoolCode: null, payload: {} }), { kind: 'done' });
  });

  test('is not given for days gone by, and a school that is exempt no more takes data again', async () => {
    assert.deepEqual(await exempt(today(-1)), { kind: 'refused', code: 'exempt-past' });
    await school().update({ exempt_reason: 'Lộ trình', exempt_until: today(-1) });
    const held = await row<{ holds: boolean }>(stage.owner, 'SELECT exemption_holds(exempt_reason, exempt_until) AS holds FROM campaign_school WHERE school_code = :schoolCode', place());
    assert.equal(held?.holds, false);
    assert.deepEqual(await exempt(null), { kind: 'done' }, 'and may be exempted anew');
    assert.equal(await tasks(), 0);
  });
});
