import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { rows } from '../../db/connect.js';
import { recordDecisions } from '../../db/decision/record.js';
import type { Act } from '../../domain/acts.js';
import { actContext, digest, keepWorld, lastDecision, type ActStage } from '../support/actStage.js';
import { ACT_WORLD, ALL_ACTS, pupils, SAMPLES, storeWaitingRoster } from '../support/actSamples.js';

let world: Awaited<ReturnType<typeof keepWorld>>;
before(async () => { world = await keepWorld(ACT_WORLD); });
after(() => world.drop());

const inStage = async (work: (stage: ActStage) => Promise<void>): Promise<void> => {
  const stage = await world.open();
  try { await work(stage); } finally { await stage.close(); }
};
const record = (stage: ActStage, workflowId: string): Promise<number> => stage.worker.transaction((trx) => recordDecisions(trx, workflowId, actContext()));
const workflowOf = async (stage: ActStage, id: string): Promise<string> => (await rows<{ workflow_id: string }>(stage.owner, 'SELECT workflow_id FROM decision WHERE id = :id', { id }))[0]!.workflow_id;

describe('a decision is carried out once', () => {
  /** Acts that only leave a row of their own and no audit entry about it. */
  const silent: readonly Act[] = ['review_class', 'approve_classes', 'seal_classes'];
  for (const act of ALL_ACTS) {
    test(`${act}: by two workers at once, recorded again, and asked again`, () => inStage(async (stage) => {
      stage.working = false;
      const id = randomUUID();
      const asked = { ...await SAMPLES[act](stage), id };
      const first = stage.ask(asked);
      // The api waits for the outcome; the workers come meanwhile.
      await waitFor(async () => (await rows(stage.owner, 'SELECT 1 FROM decision WHERE id = :id', { id })).length === 1);
      const workflowId = await workflowOf(stage, id);
      const settled = await Promise.all([record(stage, workflowId), record(stage, workflowId)]);
      assert.deepEqual(settled.sort(), [0, 1], 'one of the two found it');
      assert.deepEqual(await first, { kind: 'done' });
      const audited = await rows(stage.owner, 'SELECT 1 FROM audit WHERE decision_id = :id', { id });
      assert.ok(silent.includes(act) || audited.length > 0, 'the audit names the decision');
      const before = await digest(stage.owner);
      assert.equal(await record(stage, workflowId), 0);
      assert.deepEqual(await stage.ask(asked), { kind: 'done' }, 'the same form posted again gets the same answer');
      assert.equal(await record(stage, workflowId), 0);
      assert.deepEqual(await digest(stage.owner), before, 'and nothing has changed');
    }));
  }
});

const waitFor = async (holds: () => Promise<boolean>): Promise<void> => { while (!await holds()) await new Promise((resolve) => { setImmediate(resolve); }); };

describe('intake', () => {
  const review = async (stage: ActStage) => ({ ...await SAMPLES.review_class(stage), id: randomUUID() });

  test('the same id twice at once is one decision and one message', () => inStage(async (stage) => {
    const asked = await review(stage);
    const both = await Promise.all([stage.ask(asked), stage.ask(asked)]);
    assert.deepEqual(both, [{ kind: 'done' }, { kind: 'done' }]);
    assert.equal((await rows(stage.owner, 'SELECT 1 FROM decision')).length, 1);
    assert.equal((await rows(stage.owner, 'SELECT 1 FROM outbox WHERE decision_id IS NOT NULL')).length, 1);
    assert.equal((await rows(stage.owner, 'SELECT 1 FROM signature_batch')).length, 1);
  }));

  test('of two decisions about one task and version, one wins and the other hears that it was decided', () => inStage(async (stage) => {
    stage.working = false;
    const [a, b] = [await review(stage), await review(stage)];
    const wrong = { ...await SAMPLES.report_wrong_rows(stage), id: randomUUID() };
    const results = await Promise.all([stage.ask(a), stage.ask(b), stage.ask(wrong)]);
    assert.deepEqual(results.map((one) => (one.kind === 'refused' ? one.code : one.kind)).sort(), ['already-decided', 'already-decided', 'recorded']);
    assert.equal((await rows(stage.owner, 'SELECT 1 FROM decision')).length, 1, 'what lost left no row');
  }));

  test('somebody else who sends the same id is not given its outcome', () => inStage(async (stage) => {
    const asked = await review(stage);
    await stage.ask(asked);
    const thief = { ...await SAMPLES.remind_school(stage), id: asked.id };
    assert.deepEqual(await stage.ask(thief), { kind: 'refused', code: 'form-out-of-date' });
    assert.equal((await lastDecision(stage.owner)).id, asked.id);
  }));

  test('a form that names a task twice decides on it once', () => inStage(async (stage) => {
    const asked = await SAMPLES.approve_classes(stage);
    if (asked.act !== 'approve_classes') throw new Error('another act');
    const [task] = asked.payload.tasks;
    assert.deepEqual(await stage.ask({ ...asked, payload: { ...asked.payload, tasks: [task!, task!] } }), { kind: 'done' });
    assert.equal((await rows(stage.owner, 'SELECT 1 FROM signature_batch')).length, 1);
  }));

  test('a committed decision waits for the workers, however long they are away, and is then carried out once', () => inStage(async (stage) => {
    stage.working = false;
    assert.deepEqual(await stage.ask(await review(stage)), { kind: 'recorded' });
    assert.deepEqual((await lastDecision(stage.owner)).outcome, null);
    await Promise.all([stage.advance(stage.workflow.school(0)), stage.advance(stage.workflow.school(0))]);
    assert.equal((await lastDecision(stage.owner)).outcome, 'done');
    assert.equal((await rows(stage.owner, 'SELECT 1 FROM signature_batch')).length, 1);
  }));

  test('a decision refused when it is carried out frees its task under a new version, and can be made again', () => inStage(async (stage) => {
    stage.working = false;
    const asked = await review(stage);
    await stage.ask(asked);
    await stage.owner('certificate').update({ valid_to: new Date(Date.now() - 1_000) });
    await stage.advance(stage.workflow.school(0));
    assert.deepEqual(await lastDecision(stage.owner), { id: asked.id, outcome: 'refused', outcome_code: 'certificate-expired' });
    await stage.owner('certificate').update({ valid_to: new Date(Date.now() + 3_600_000) });
    stage.working = true;
    assert.deepEqual(await stage.ask({ ...asked, id: randomUUID() }), { kind: 'refused', code: 'form-out-of-date' });
    assert.deepEqual(await stage.ask(await review(stage)), { kind: 'done' });
  }));

  test('a decision the database cannot take is refused alone; those after it are carried out', () => inStage(async (stage) => {
    stage.working = false;
    const poison = { ...await SAMPLES.exempt_school(stage), payload: { reason: 'Theo lộ trình', until: 'tháng sau' } } as never;
    const [bad, good] = [stage.ask(poison), stage.ask(await SAMPLES.extend_deadline(stage))];
    assert.deepEqual(await Promise.all([bad, good]), [{ kind: 'recorded' }, { kind: 'recorded' }]);
    await stage.advance(stage.workflow.school(0));
    const outcomes = await rows<{ act: string; outcome: string; outcome_code: string | null }>(stage.owner, 'SELECT act, outcome, outcome_code FROM decision ORDER BY act');
    assert.deepEqual(outcomes, [{ act: 'exempt_school', outcome: 'refused', outcome_code: 'bad-input' }, { act: 'extend_deadline', outcome: 'done', outcome_code: null }]);
    assert.equal((await rows(stage.owner, 'SELECT 1 FROM campaign_school WHERE exempt_reason IS NOT NULL')).length, 0);
    assert.equal((await rows(stage.owner, 'SELECT 1 FROM deadline_extension')).length, 1);
  }));

  test('a refused decision leaves nothing: of two classes to confirm, the stale one keeps the other back too', () => inStage(async (stage) => {
    const by = stage.who.at('clerk', 0);
    const uploadId = await storeWaitingRoster(stage, stage.classId(0, 0), by);
    await stage.worker('upload_class').insert({ upload_id: uploadId, class_id: stage.classId(0, 1), outcome: 'differs', class_version: 999, pupils: 0, errors: 0, records: '[]', differences: '[]' });
    const [before] = await rows(stage.owner, 'SELECT version, collected_at FROM class WHERE id = :id', { id: stage.classId(0, 0) });
    assert.deepEqual(await stage.ask({ act: 'confirm_upload', actorId: by, campaignId: stage.campaignId, schoolCode: stage.school(0), payload: { uploadId } }), { kind: 'refused', code: 'class-changed' });
    assert.deepEqual((await rows(stage.owner, 'SELECT version, collected_at FROM class WHERE id = :id', { id: stage.classId(0, 0) }))[0], before);
    assert.equal((await rows(stage.owner, `SELECT 1 FROM upload_reading WHERE state = 'waiting'`)).length, 1);
  }));

  test('api intake, recording and steps of one school at once neither lose, double nor deadlock', () => inStage(async (stage) => {
    const workflowId = stage.workflow.school(0);
    const coordinator = stage.who.department('coordinator');
    const place = { campaignId: stage.campaignId, schoolCode: stage.school(0) };
    const [one, two, three] = await pupils(stage, 0);
    const asks = [
      ...[one, two, three].map((pupilId) => stage.ask({ act: 'exempt_pupils', actorId: coordinator, ...place, payload: { pupilIds: [pupilId!], reason: 'Học hòa nhập' } })),
      stage.ask(await SAMPLES.review_class(stage)), stage.ask(await SAMPLES.approve_classes(stage)), stage.ask(await SAMPLES.seal_classes(stage)), stage.ask(await SAMPLES.reissue_cards(stage)),
      stage.ask({ act: 'remind_school', actorId: coordinator, ...place, payload: { stage: null } }), stage.ask({ act: 'cancel_campaign', actorId: coordinator, campaignId: stage.campaignId, schoolCode: null, payload: { reason: 'Làm lại từ đầu' } }),
    ];
    const steps = Array.from({ length: 6 }, () => stage.advance(workflowId));
    const results = await Promise.all(asks);
    await Promise.all(steps);
    await Promise.all([stage.advance(workflowId), stage.advance(stage.workflow.campaign)]);
    for (const result of results) assert.notEqual(result.kind, 'recorded');
    assert.equal((await rows(stage.owner, 'SELECT 1 FROM decision WHERE outcome IS NULL')).length, 0);
    const done = results.filter((result) => result.kind === 'done').length;
    assert.equal((await rows(stage.owner, `SELECT 1 FROM decision WHERE outcome = 'done'`)).length, done);
    // No card in two batches, no pupil with two live cards.
    assert.deepEqual(await rows(stage.owner, `SELECT card_id FROM signature_item i JOIN signature_batch b ON b.id = i.batch_id WHERE b.state IN ('new', 'prepared', 'requested') AND i.state <> 'dropped' GROUP BY card_id HAVING count(*) > 1`), []);
    assert.deepEqual(await rows(stage.owner, `SELECT expected_pupil_id FROM report_card WHERE state NOT IN ('superseded', 'recalled') GROUP BY 1 HAVING count(*) > 1`), []);
  }));
});
