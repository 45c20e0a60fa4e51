import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { decide } from '../../api/decide.js';
import { row, rows } from '../../db/connect.js';
import { searchAttributeTypes } from '../../workflows/searchAttributes.js';
import { acceptedOnBothSides } from '../support/outside.js';
import { confirmPhones, playRound } from '../support/players.js';
import { projectRoot } from '../support/projectRoot.js';
import { done, startStage, until, type Stage } from '../support/stage.js';
import { asVersion, badlyEnded, batchOf, campaignWorkflow, openTasks, playToEnd, playUntil, positions, schoolWorkflow } from '../support/stageViews.js';

const WORKERS = ['worker-core', 'worker-batch', 'worker-outbound'] as const;
type EnsureSearchAttributes = (input: { address: string; namespace: string; attributes: Record<string, string> }) => Promise<void>;

/** Processes and stores that are lost while people work on. One school of the larger province acts; it has enough cards for several chunks. */
describe('outages in the middle of a campaign', () => {
  let stage: Stage;
  let school: string;
  before(async () => {
    stage = await startStage('workflow-outage', { size: 'small' });
    school = stage.province.schools[0]!.code;
  });
  after(async () => { await stage.close(); });

  test('decisions posted while every worker is down are kept, and carried out once when they return', async () => {
    await until(async () => (await openTasks(stage, school, 'collect')).length === 1);
    const office = (await row<{ id: string }>(stage.db, `SELECT g.person_id AS id FROM school s JOIN role_grant g ON g.office_code = s.office_code AND g.role = 'office' WHERE s.code = :school`, { school }))!.id;
    const release = await Promise.all(WORKERS.map((name) => stage.hub.hold(name)));
    // More than the ten Updates that a workflow without a worker admits.
    const decisions = Array.from({ length: 12 }, () => ({ id: randomUUID(), act: 'remind_school' as const, actorId: office, campaignId: stage.campaignId, schoolCode: school, payload: { stage: null } }));
    const answers = await Promise.all([...decisions, ...decisions].map((decision) => decide(stage.services, decision)));
    assert.deepEqual([...new Set(answers.map((answer) => answer.kind))], ['recorded']);
    for (const open of release) open();
    const ids = decisions.map((decision) => decision.id);
    await until(async () => (await rows(stage.db, 'SELECT 1 FROM decision WHERE id = ANY(:ids) AND outcome IS NULL', { ids })).length === 0);
    const outcomes = await rows<{ outcome: string }>(stage.db, 'SELECT DISTINCT outcome FROM decision WHERE id = ANY(:ids)', { ids });
    assert.deepEqual(outcomes, [{ outcome: 'done' }]);
    const audited = await rows<{ decision_id: string; times: number }>(stage.db, 'SELECT decision_id, count(*)::int AS times FROM audit WHERE decision_id = ANY(:ids) GROUP BY decision_id', { ids });
    assert.deepEqual(audited.map((one) => one.decision_id).sort(), [...ids].sort());
    assert.ok(audited.every((one) => one.times === 1));
    assert.equal((await row<{ reminders: number }>(stage.db, `SELECT reminders FROM task WHERE school_code = :school AND kind = 'collect' AND state = 'open'`, { school }))?.reminders, 1, 'twelve presses within a minute are one reminder');
  });

  test('a worker killed in the middle of attaching signatures goes on in the middle', async () => {
    const classes = stage.province.schools[0]!.classes.length;
    await playUntil(stage, { schools: [school], kinds: ['collect', 'review'] }, async () => (await openTasks(stage, school, 'approve')).length === classes);
    const tasks = await openTasks(stage, school, 'approve');
    const id = randomUUID();
    await done(stage.ask({ id, act: 'approve_classes', actorId: tasks[0]!.assignee_id, campaignId: stage.campaignId, schoolCode: school, payload: { tasks: tasks.map(asVersion), excludedCardIds: [] } }));
    await until(async () => (await batchOf(stage, id))?.state === 'requested');
    const batch = (await batchOf(stage, id))!;
    const signed = async () => rows<{ id: string; at: Date }>(stage.db, `SELECT id, principal_signed_at AS at FROM report_card WHERE school_code = :school AND state = 'principal_signed' ORDER BY id`, { school });
    // Somebody else holds a card of the third chunk, so that the batch stands still with two chunks committed.
    const holder = await stage.db.transaction();
    const cards = await rows<{ id: string }>(holder, 'SELECT card_id AS id FROM signature_item WHERE batch_id = :id ORDER BY card_id', batch);
    assert.ok(cards.length > 150);
    await holder.raw('SELECT 1 FROM report_card WHERE id = ? FOR UPDATE', [cards[120]!.id]);
    await confirmPhones(stage, [school]);
    await until(async () => (await signed()).length === 100);
    const before = await signed();
    stage.hub.child('worker-batch')!.kill();
    await holder.rollback();
    await until(async () => (await row<{ state: string }>(stage.db, 'SELECT state FROM signature_batch WHERE id = :id', batch))?.state === 'attached');
    const now = await signed();
    assert.equal(now.length, cards.length);
    assert.deepEqual(now.filter((card) => before.some((one) => one.id === card.id)), before, 'what was attached was left alone');
    const audited = await rows(stage.db, `SELECT subject_id FROM audit WHERE act = 'principal_signed' GROUP BY subject_id HAVING count(*) <> 1`);
    assert.deepEqual(audited, []);
  });

  test('with Temporal’s store lost every open school runs again from PostgreSQL, and ends well', async () => {
    await playRound(stage, { schools: [school], kinds: ['seal'], phones: false });
    const { pid } = stage.hub.child('temporal')!;
    stage.hub.child('temporal')!.kill();
    await until(async () => (stage.hub.child('temporal')?.pid ?? pid) !== pid);
    // A new server knows no search attributes; whoever sets one up registers them, as the hub's start does.
    const { ensureSearchAttributes } = (await import(pathToFileURL(path.join(projectRoot, 'scripts', 'lib', 'temporal.mjs')).href)) as { ensureSearchAttributes: EnsureSearchAttributes };
    await until(() => ensureSearchAttributes({ address: stage.hub.urls.temporal, namespace: 'default', attributes: searchAttributeTypes }).then(() => true, () => false));
    for (const id of [campaignWorkflow(stage), ...stage.province.schools.map(({ code }) => schoolWorkflow(stage, code))]) {
      await until(() => stage.temporal.workflow.getHandle(id).describe().then(({ status }) => status.name === 'RUNNING', () => false));
    }
    await playToEnd(stage, [school]);
    const { ours, theirs } = await acceptedOnBothSides(stage);
    assert.deepEqual(theirs, ours);
    assert.equal(ours.length, (await positions(stage, school))['accepted']);
    assert.deepEqual(await badlyEnded(stage), []);
  });
});
