import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { applyRecords } from '../../db/cards/draft.js';
import { row, rows } from '../../db/connect.js';
import { counterFaults } from '../../db/counters.js';
import { stageCounts } from '../../db/progress.js';
import { listPupils } from '../../db/views/pupilLists.js';
import type { PupilRecord } from '../../domain/record.js';
import { storeUpload } from '../support/actSamples.js';
import { keepWorld, type ActStage } from '../support/actStage.js';

/** School 0: classes 0 and 1 drafted, class 2 signed by its teacher, class 3 without data. */
describe('a pupil whose result is CHT', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  before(async () => {
    world = await keepWorld({ size: 'tiny', cardState: (schoolClass, schoolIndex) => (schoolIndex === 0 && schoolClass.grade === 3 ? 'teacher_signed' : schoolIndex === 0 && schoolClass.grade === 5 ? null : 'drafted') });
  });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); });
  afterEach(async () => {
    assert.deepEqual(await counterFaults(stage.owner), [], 'counters follow every way in and out');
    await stage.close();
  });

  const place = () => ({ campaignId: stage.campaignId, schoolCode: stage.school(0) });
  const coordinator = () => stage.who.department('coordinator');
  const failed = (record: PupilRecord): PupilRecord => ({ ...record, summary: { ...record.summary, result: 'CHT', promoted: false, gradeCompleted: false } });
  const passed = (record: PupilRecord): PupilRecord => ({ ...record, summary: { ...record.summary, result: 'HT', promoted: true, gradeCompleted: true } });
  /** Pupils of a class whom nothing holds, as their records name them; the first of them is the one in question. */
  const recordsOf = async (classIndex: number): Promise<PupilRecord[]> => {
    const free = new Set((await stage.owner('expected_pupil').where({ class_id: stage.classId(0, classIndex), status: 'expected' }).select<{ pupil_code: string }[]>('pupil_code')).map((one) => one.pupil_code));
    return stage.seeded.province.schools[0]!.classes[classIndex]!.pupils.filter((record) => free.has(record.identity.pupilCode));
  };
  const handIn = async (classIndex: number, records: readonly PupilRecord[]): Promise<void> => {
    const classId = stage.classId(0, classIndex);
    const by = stage.who.at('clerk', 0);
    const uploadId = await storeUpload(stage, 'roster', by);
    const { version } = (await row<{ version: number }>(stage.owner, 'SELECT version FROM class WHERE id = :classId', { classId }))!;
    await stage.worker('upload_reading').insert({ upload_id: uploadId, state: 'read', read_at: new Date() });
    await stage.worker('upload_class').insert({ upload_id: uploadId, class_id: classId, outcome: 'accepted', class_version: version, pupils: records.length, errors: 0, records: JSON.stringify(records) });
    await stage.worker.transaction((trx) => applyRecords(trx, { uploadId, outcome: 'accepted', actorId: by, decisionId: null }));
  };
  const standing = async (record: PupilRecord) => (await row<{ id: string; status: string; reason: string | null; note: string | null; position: string }>(stage.owner, `
    SELECT p.id, p.status, p.reason, p.reason_note AS note, q.position FROM expected_pupil p JOIN pupil_progress q ON q.expected_pupil_id = p.id WHERE p.pupil_code = :code`, { code: record.identity.pupilCode }))!;
  const waits = { status: 'held', reason: 'awaiting_reassessment', position: 'held' };
  const cards = (id: string) => rows<{ version: number; state: string; result: string; replaces_id: string | null }>(stage.owner, `SELECT version, state, record->'summary'->>'result' AS result, replaces_id FROM report_card WHERE expected_pupil_id = :id ORDER BY version`, { id });
  const decide = (act: 'hold_pupils' | 'release_pupils', pupilIds: string[], evidence = 'Biên bản đánh giá lại số 4') => stage.ask({ act, actorId: coordinator(), ...place(), payload: { pupilIds, evidence } });

  test('is held with that reason when the data come, inside the denominator, and counted apart in tile and list', async () => {
    const [one, ...others] = await recordsOf(3);
    const before = await stageCounts(stage.owner, place());
    await handIn(3, [failed(one!), ...others]);
    const { id, note, ...now } = await standing(one!);
    assert.deepEqual([now, note, await cards(id)], [waits, null, []]);
    const counts = await stageCounts(stage.owner, place());
    assert.deepEqual([counts.expected, counts.held, counts.eligible, counts.missing], [before.expected, before.held + 1, before.eligible - 1, before.missing - others.length - 1]);
    const list = await listPupils(stage.owner, { ...place(), position: null, reason: 'awaiting_reassessment', step: null, officeCode: null, classId: null, measure: 'held' }, { limit: 10, offset: 0 });
    assert.deepEqual(list.map((pupil) => pupil.pupilId), [id]);
  });

  test('loses an unsigned draft to it, and comes back with a new one when the result after re-assessment is handed in', async () => {
    const [one, ...others] = await recordsOf(0);
    await handIn(0, [failed(one!), ...others]);
    const { id, ...held } = await standing(one!);
    assert.deepEqual([held.status, (await cards(id)).map(({ state }) => state)], ['held', ['superseded']]);
    await handIn(0, [failed(one!), ...others]);
    assert.equal((await standing(one!)).status, 'held', 'the same data change nothing');
    await handIn(0, [{ ...passed(one!), attendance: { excusedAbsences: 33, unexcusedAbsences: 0 } }, ...others]);
    const { position, status, reason } = await standing(one!);
    assert.deepEqual({ position, status, reason }, { position: 'drafted', status: 'expected', reason: null });
    assert.deepEqual((await cards(id)).map(({ version, state, replaces_id }) => ({ version, state, replaces_id })), [{ version: 1, state: 'superseded', replaces_id: null }, { version: 2, state: 'drafted', replaces_id: null }], 'a draft nobody signed is not what the new card replaces');
    const audited = await rows(stage.owner, `SELECT from_state, to_state FROM audit WHERE detail->>'pupilId' = :id ORDER BY id`, { id });
    assert.deepEqual(audited, [{ from_state: 'expected', to_state: 'held' }, { from_state: 'held', to_state: 'expected' }]);
  });

  test('stays with the card that the teacher has signed', async () => {
    const [one, ...others] = await recordsOf(2);
    await handIn(2, [failed(one!), ...others]);
    assert.deepEqual([(await standing(one!)).position, (await standing(one!)).status], ['teacher_signed', 'expected']);
  });

  test('is not held in the summer\'s campaign, which comes after the re-assessment', async () => {
    await stage.owner('campaign').where({ id: stage.campaignId }).update({ cycle: 'summer' });
    const [one, ...others] = await recordsOf(3);
    await handIn(3, [failed(one!), ...others]);
    const { id, position } = await standing(one!);
    assert.equal(position, 'drafted');
    for (const act of ['hold_pupils', 'release_pupils'] as const) assert.deepEqual(await decide(act, [id]), { kind: 'refused', code: 'bad-input' });
  });

  test('is released by the Sở with evidence, with a card of the data handed in, which are final from then on', async () => {
    const [one, ...others] = await recordsOf(3);
    await handIn(3, [failed(one!), ...others]);
    const { id } = await standing(one!);
    assert.deepEqual(await decide('release_pupils', [id], 'x'), { kind: 'refused', code: 'reason-missing' });
    assert.deepEqual(await decide('release_pupils', [id]), { kind: 'done' });
    assert.deepEqual([(await standing(one!)).position, (await cards(id)).map(({ state, result }) => [state, result])], ['drafted', [['drafted', 'CHT']]]);
    await handIn(3, [{ ...failed(one!), attendance: { excusedAbsences: 33, unexcusedAbsences: 0 } }, ...others]);
    assert.equal((await standing(one!)).position, 'drafted', 'CHT is the result now');
    assert.deepEqual(await decide('release_pupils', [id]), { kind: 'refused', code: 'already-decided' });
    const [told] = await rows<{ note: string }>(stage.owner, `SELECT detail->>'note' AS note FROM audit WHERE act = 'release_pupils' AND subject_kind = 'class'`);
    assert.equal(told!.note, 'Biên bản đánh giá lại số 4');
  });

  test('is held by the Sở\'s word too, with evidence, until other data come: the same data again do not undo it', async () => {
    const [one, ...others] = await recordsOf(0);
    await handIn(0, [one!, ...others]);
    const { id } = await standing(one!);
    assert.deepEqual(await decide('hold_pupils', [id], 'Chưa kiểm tra cuối năm, danh sách số 3'), { kind: 'done' });
    const { note, id: _, ...now } = await standing(one!);
    assert.deepEqual([now, note], [waits, 'Chưa kiểm tra cuối năm, danh sách số 3']);
    assert.deepEqual(await decide('hold_pupils', [id]), { kind: 'refused', code: 'already-decided' });
    await handIn(0, [one!, ...others]);
    assert.equal((await standing(one!)).status, 'held');
    await handIn(0, [{ ...one!, body: { weightKg: '31', heightCm: '130' } }, ...others]);
    assert.equal((await standing(one!)).position, 'drafted');
  });

  test('is asked of the clerk when the Sở releases somebody whose data never came', async () => {
    const [one] = await recordsOf(3);
    const { id } = await standing(one!);
    await decide('hold_pupils', [id]);
    await decide('release_pupils', [id]);
    assert.equal((await standing(one!)).position, 'missing');
  });

  test('who has a number of somebody else keeps that reason first', async () => {
    const [one, ...others] = await recordsOf(3);
    await stage.owner('expected_pupil').where({ pupil_code: one!.identity.pupilCode }).update({ status: 'held', reason: 'number_of_another', reason_note: 'Trùng' });
    await handIn(3, [{ ...failed(one!), identity: { ...one!.identity, personalNumber: others[0]!.identity.personalNumber } }, ...others]);
    assert.equal((await standing(one!)).reason, 'number_of_another');
    assert.deepEqual(await decide('release_pupils', [(await standing(one!)).id]), { kind: 'refused', code: 'already-decided' });
  });
});
