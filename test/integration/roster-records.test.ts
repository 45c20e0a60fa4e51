import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Logger } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import { judgeClasses } from '../../activities/roster/judgeClasses.js';
import { readRosterUpload } from '../../activities/roster/readUpload.js';
import { applyRecords } from '../../db/cards/draft.js';
import { row, rows } from '../../db/connect.js';
import { inWorkflow } from '../../db/decision/judge.js';
import { cardRecords, expectedClasses } from '../../db/upload/reading.js';
import { submittedWithoutCard } from '../../db/upload/submitted.js';
import { templateClasses } from '../../db/views/roster.js';
import { writeRosterTemplate } from '../../formats/roster/template.js';
import type { PupilRecord } from '../../domain/record.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { rosterWorkbook } from '../../sandbox/province/workbooks.js';
import { storeUpload, storeWaitingRoster, teacher } from '../support/actSamples.js';
import { takenByBatch } from '../support/schoolWork.js';

/** School 0: class 0 and 1 drafted, class 2 signed by its teacher, class 3 without data. Held pupils of the province have no card. */
describe('records of a roster', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  before(async () => {
    world = await keepWorld({ size: 'tiny', cardState: (schoolClass, schoolIndex) => (schoolIndex === 0 && schoolClass.grade === 3 ? 'teacher_signed' : schoolIndex === 0 && schoolClass.grade === 5 ? null : 'drafted') });
  });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); });
  afterEach(() => stage.close());

  const clerk = () => stage.who.at('clerk', 0);
  const place = () => ({ campaignId: stage.campaignId, schoolCode: stage.school(0) });
  const recordsOf = (classIndex: number, schoolIndex = 0): PupilRecord[] => [...stage.seeded.province.schools[schoolIndex]!.classes[classIndex]!.pupils];
  const classRow = async (classId: string) => (await row<{ collect_state: string; version: number }>(stage.owner, 'SELECT collect_state, version FROM class WHERE id = :classId', { classId }))!;
  const positions = async (classId: string): Promise<Record<string, number>> => Object.fromEntries((await rows<{ position: string; count: number }>(stage.owner,
    'SELECT position, count(*)::int AS count FROM pupil_progress WHERE class_id = :classId GROUP BY 1', { classId })).map((one) => [one.position, one.count]));
  /** A read upload with one class's records, as the reader leaves it before it applies. */
  const read = async (classId: string, records: readonly unknown[], outcome: 'accepted' | 'differs' = 'accepted'): Promise<string> => {
    const uploadId = await storeUpload(stage, 'roster', clerk());
    await stage.worker('upload_reading').insert({ upload_id: uploadId, state: outcome === 'differs' ? 'waiting' : 'read' });
    await stage.worker('upload_class').insert({ upload_id: uploadId, class_id: classId, outcome, class_version: (await classRow(classId)).version, pupils: records.length, errors: 0, records: JSON.stringify(records) });
    return uploadId;
  };
  const apply = (uploadId: string, outcome: 'accepted' | 'differs' = 'accepted') => stage.worker.transaction((trx) => applyRecords(trx, { uploadId, outcome, actorId: clerk(), decisionId: null }));

  test('become drafts for those who should have a card, and for nobody else', async () => {
    const classId = stage.classId(0, 3);
    const [first, second, third] = (await stage.owner('expected_pupil').where({ class_id: classId, status: 'expected' }).orderBy('pupil_code').select<{ id: string }[]>('id')).map((one) => one.id);
    await stage.owner('expected_pupil').where({ id: first }).update({ status: 'held', reason: 'foreign_pupil' });
    await stage.owner('expected_pupil').where({ id: second }).update({ status: 'exempt', reason: 'exempt_by_department' });
    await stage.owner('expected_pupil').where({ id: third }).update({ status: 'excluded', reason: 'drop_out' });
    const before = await positions(classId);
    const stranger = { ...recordsOf(3)[0]!, identity: { ...recordsOf(3)[0]!.identity, pupilCode: 'không có trong danh sách' } };
    assert.deepEqual(await apply(await read(classId, [...recordsOf(3), stranger])), [classId]);
    const after = await positions(classId);
    const { missing, ...rest } = before;
    assert.deepEqual(after, { ...rest, drafted: missing });
    assert.deepEqual(await classRow(classId), { collect_state: 'accepted', version: 2 });
    const audited = await rows(stage.owner, `SELECT 1 FROM audit WHERE act = 'upload_roster' AND subject_kind = 'card' AND to_state = 'drafted' AND from_state IS NULL`);
    assert.equal(audited.length, after['drafted'], 'a row of audit a card');
  });

  test('applied again, by two at once, change nothing more', async () => {
    const classId = stage.classId(0, 3);
    const uploadId = await read(classId, recordsOf(3));
    const both = await Promise.all([inWorkflow(stage.worker, stage.workflow.school(0), (trx) => applyRecords(trx, { uploadId, outcome: 'accepted', actorId: null, decisionId: null })), inWorkflow(stage.worker, stage.workflow.school(0), (trx) => applyRecords(trx, { uploadId, outcome: 'accepted', actorId: null, decisionId: null }))]);
    assert.deepEqual(both.map((applied) => applied.length).sort(), [0, 1]);
    const cards = await stage.cards(classId);
    assert.deepEqual(await apply(uploadId), []);
    assert.deepEqual(await stage.cards(classId), cards);
  });

  test('of a class that moved on since the file was read are left where they are', async () => {
    const classId = stage.classId(0, 3);
    const uploadId = await read(classId, recordsOf(3));
    await stage.owner.raw('UPDATE class SET version = version + 1 WHERE id = ?', [classId]);
    assert.deepEqual(await apply(uploadId), []);
    assert.deepEqual(await stage.cards(classId), []);
  });

  test('with a number end the hold of the pupil who had none, with a line in the audit that does not quote it', async () => {
    const classId = stage.classId(0, 3);
    const record = recordsOf(3)[0]!;
    await stage.owner('expected_pupil').where({ pupil_code: record.identity.pupilCode }).update({ status: 'held', reason: 'no_personal_number', personal_number: null });
    await apply(await read(classId, [{ ...record, identity: { ...record.identity, personalNumber: null } }]));
    assert.equal((await positions(classId))['drafted'], undefined, 'still without a number');
    await apply(await read(classId, [{ ...record, identity: { ...record.identity, personalNumber: '099220123456' } }]));
    const [pupil] = await rows(stage.owner, 'SELECT status, reason, personal_number FROM expected_pupil WHERE pupil_code = :code', { code: record.identity.pupilCode });
    assert.deepEqual(pupil, { status: 'expected', reason: null, personal_number: '099220123456' });
    assert.equal((await positions(classId))['drafted'], 1);
    const [audit] = await rows<{ line: string }>(stage.owner, `SELECT audit::text AS line FROM audit WHERE from_state = 'held'`);
    assert.ok(audit !== undefined && !audit.line.includes('099220123456') && !audit.line.includes(record.identity.fullName));
  });

  test('with a number do not end another hold', async () => {
    const classId = stage.classId(0, 3);
    const record = recordsOf(3)[0]!;
    for (const held of [{ status: 'held', reason: 'foreign_pupil' }, { status: 'exempt', reason: 'exempt_by_department' }, { status: 'excluded', reason: 'transfer_out' }]) {
      await stage.owner('expected_pupil').where({ pupil_code: record.identity.pupilCode }).update(held);
      await apply(await read(classId, [record]));
      assert.equal((await positions(classId))['drafted'], undefined, held.reason);
    }
  });

  test('that differ are applied when the clerk has seen it, to drafts only; the task of whoever has the old page open is out of date', async () => {
    const classId = stage.classId(0, 0);
    const task = await stage.task('review', classId);
    const uploadId = await storeWaitingRoster(stage, classId, clerk());
    assert.deepEqual(await stage.ask({ act: 'confirm_upload', actorId: clerk(), ...place(), payload: { uploadId } }), { kind: 'done' });
    assert.equal((await rows(stage.owner, `SELECT 1 FROM report_card WHERE class_id = :classId AND record->'identity'->>'birthPlace' = 'Xã Đổi Mới'`, { classId })).length, 1);
    assert.equal((await stage.task('review', classId)).version, task.version + 1);
    const stale = await stage.ask({ act: 'review_class', actorId: teacher(stage, 0), ...place(), payload: { taskId: task.id, taskVersion: task.version } });
    assert.deepEqual(stale, { kind: 'refused', code: 'form-out-of-date' });
  });

  describe('that go out in the template', () => {
    /** Hands a workbook in and has it read: outcome, pupils and errors of each class. */
    const handIn = async (bytes: Buffer): Promise<{ uploadId: string; classes: { name: string; outcome: string; pupils: number; errors: number }[] }> => {
      const uploadId = await storeUpload(stage, 'roster', clerk());
      await stage.owner('upload').where({ id: uploadId }).update({ bytes });
      await stage.worker('upload_reading').insert({ upload_id: uploadId, state: 'queued' });
      await readRosterUpload({ db: stage.worker, log: { error: () => undefined } as unknown as Logger } as unknown as ActivityDeps, { uploadId, workflowId: stage.workflow.school(0) });
      return { uploadId, classes: await rows(stage.owner, 'SELECT k.name, u.outcome, u.pupils, u.errors FROM upload_class u JOIN class k ON k.id = u.class_id WHERE upload_id = :uploadId ORDER BY k.name', { uploadId }) };
    };
    const school = () => stage.seeded.province.schools[0]!;
    const template = async (change: (record: PupilRecord) => PupilRecord = (record) => record): Promise<Buffer> => {
      const classes = await templateClasses(stage.api, place());
      return writeRosterTemplate({
        schoolName: school().name, schoolCode: school().code, schoolYear: stage.seeded.province.schoolYear,
        classes: classes.map(({ homeroomTeacher: _teacher, ...one }) => ({ ...one, records: one.records.map(change) })),
      });
    };
    /** A pupil of each class has no number, as the list says, and hands in all the rest. */
    const withoutNumber = async (): Promise<string[]> => {
      await stage.owner('report_card').where({ school_code: stage.school(0) }).del();
      await stage.owner('class').where({ school_code: stage.school(0) }).update({ collect_state: 'missing' });
      const codes = school().classes.map((one) => one.pupils[0]!.identity.pupilCode);
      await stage.owner('expected_pupil').whereIn('pupil_code', codes).update({ status: 'held', reason: 'no_personal_number', personal_number: null });
      const own = new Set(codes);
      const bytes = await rosterWorkbook({ ...stage.seeded.province, schools: stage.seeded.province.schools.map((one) => ({ ...one, classes: one.classes.map((each) => ({
        ...each, pupils: each.pupils.map((record) => (own.has(record.identity.pupilCode) ? { ...record, identity: { ...record.identity, personalNumber: null } } : record)) })) })) }, school().code);
      const first = await handIn(bytes);
      assert.deepEqual(first.classes, school().classes.map((one) => ({ name: one.name, outcome: 'accepted', pupils: one.pupils.length, errors: 0 })).sort((left, right) => (left.name < right.name ? -1 : 1)));
      return codes;
    };

    test('come back in unchanged, row by row, held pupils too', async () => {
      await withoutNumber();
      const { classes } = await handIn(await template());
      assert.deepEqual(classes.map((one) => [one.outcome, one.errors]), school().classes.map(() => ['unchanged', 0]));
    });

    test('are kept for a held pupil when the clerk mends that row alone, and a number in it ends the hold', async () => {
      const [code] = await withoutNumber() as [string];
      const changed = (change: Partial<PupilRecord['identity']>) => (record: PupilRecord): PupilRecord => (record.identity.pupilCode === code ? { ...record, identity: { ...record.identity, ...change } } : record);
      for (const change of [{ birthPlace: 'Xã Đổi Mới' }, { personalNumber: school().classes[0]!.pupils[0]!.identity.personalNumber ?? null }]) {
        const { uploadId, classes } = await handIn(await template(changed(change)));
        assert.deepEqual(classes.map((one) => one.outcome), ['differs', 'unchanged', 'unchanged', 'unchanged']);
        assert.deepEqual(await stage.ask({ act: 'confirm_upload', actorId: clerk(), ...place(), payload: { uploadId } }), { kind: 'done' });
        const kept = (await templateClasses(stage.api, place())).flatMap((one) => one.records).find((record) => record.identity.pupilCode === code);
        assert.equal(kept?.identity.birthPlace, 'Xã Đổi Mới');
      }
      assert.equal((await row<{ status: string }>(stage.owner, 'SELECT status FROM expected_pupil WHERE pupil_code = :code', { code }))?.status, 'expected');
    });
  });

  test('never change a card somebody signed', async () => {
    const classId = stage.classId(0, 2);
    const before = await rows(stage.owner, 'SELECT id, state, record, document_sha256 FROM report_card WHERE class_id = :classId ORDER BY id', { classId });
    await apply(await read(classId, recordsOf(2).map((record) => ({ ...record, identity: { ...record.identity, birthPlace: 'Xã Đổi Mới' } })), 'differs'), 'differs');
    assert.deepEqual(await rows(stage.owner, 'SELECT id, state, record, document_sha256 FROM report_card WHERE class_id = :classId ORDER BY id', { classId }), before);
  });

  describe('judged class by class', () => {
    const judged = async (records: PupilRecord[], classIndex: number): Promise<string> => {
      const classes = await expectedClasses(stage.worker, place());
      const own = classes.find((one) => one.classId === stage.classId(0, classIndex))!;
      const [found] = judgeClasses([{ name: own.name, grade: own.grade, pupils: records.length, records, faults: [] }], [own], await cardRecords(stage.worker, place()), await submittedWithoutCard(stage.worker, place()));
      return found!.outcome;
    };
    const changed = (records: PupilRecord[]): PupilRecord[] => records.map((record, index) => (index === 0 ? { ...record, identity: { ...record.identity, birthPlace: 'Xã Đổi Mới' } } : record));

    test('are accepted where there are no cards, shown first where they differ, refused where the teacher signed', async () => {
      assert.equal(await judged(recordsOf(3), 3), 'accepted');
      assert.equal(await judged(changed(recordsOf(0)), 0), 'differs');
      assert.equal(await judged(recordsOf(0), 0), 'unchanged');
      assert.equal(await judged(changed(recordsOf(2)), 2), 'reviewed');
      assert.equal(await judged(recordsOf(2), 2), 'unchanged');
      await stage.owner.raw(takenByBatch(`class_id = '${stage.classId(0, 0)}'`));
      assert.equal(await judged(changed(recordsOf(0)), 0), 'reviewed', 'a request waits on the teacher’s phone');
    });
    test('of a class the teacher sent back want a yes even when nothing differs; then the teacher has it again', async () => {
      const classId = stage.classId(0, 0);
      const task = await stage.task('review', classId);
      const pupilIds = [(await stage.owner('expected_pupil').where({ class_id: classId }).first<{ id: string }>('id')).id];
      await stage.ask({ act: 'report_wrong_rows', actorId: teacher(stage, 0), ...place(), payload: { taskId: task.id, taskVersion: task.version, reason: 'Nhầm nơi sinh', pupilIds } });
      await stage.task('collect', null);
      assert.equal(await judged(recordsOf(0), 0), 'differs');
      await stage.ask({ act: 'confirm_upload', actorId: clerk(), ...place(), payload: { uploadId: await read(classId, recordsOf(0), 'differs') } });
      assert.deepEqual((await classRow(classId)).collect_state, 'accepted');
      await stage.task('review', classId);
      assert.deepEqual(await rows(stage.owner, 'SELECT 1 FROM class_return WHERE resolved_at IS NULL'), []);
    });
  });

  test('of a replaced card start a new one with a new UUID, chained to the old, which is never used again', async () => {
    const classId = stage.classId(0, 0);
    const [old] = await stage.cards(classId);
    await stage.owner('report_card').where({ id: old }).update({ state: 'refused', document: Buffer.from('x'), kho_error: 'E-DATA' });
    await stage.advance(stage.workflow.school(0));
    await stage.ask({ act: 'reissue_cards', actorId: clerk(), ...place(), payload: { cardIds: [old!], reason: 'Sai nơi sinh' } });
    const versions = await rows<{ id: string; version: number; replaces_id: string | null; state: string; document: Buffer | null }>(stage.owner,
      'SELECT id, version, replaces_id, state, document FROM report_card WHERE expected_pupil_id = (SELECT expected_pupil_id FROM report_card WHERE id = :old) ORDER BY version', { old: old! });
    assert.deepEqual(versions.map(({ version, replaces_id, state }) => ({ version, replaces_id, state })), [{ version: 1, replaces_id: null, state: 'superseded' }, { version: 2, replaces_id: old, state: 'drafted' }]);
    assert.match(versions[1]!.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(versions[1]!.document, null);
    assert.ok((await rows(stage.owner, `SELECT 1 FROM audit WHERE subject_id = :id AND detail->>'replaces' = :old`, { id: versions[1]!.id, old: old! })).length === 1);
    await assert.rejects(stage.owner.raw(`INSERT INTO report_card (id, campaign_id, expected_pupil_id, class_id, school_code, version, state, record)
      SELECT gen_random_uuid(), campaign_id, expected_pupil_id, class_id, school_code, 3, 'drafted', record FROM report_card WHERE id = '${old!}'`), /report_card_live/, 'one live card a pupil');
  });

  test('an exempted pupil keeps the place in the denominator, one who left gives it up; both say who decided and why', async () => {
    const classId = stage.classId(0, 0);
    const [one, two] = (await stage.owner('expected_pupil').where({ class_id: classId, status: 'expected' }).select<{ id: string }[]>('id')).map((pupil) => pupil.id);
    const expected = async (): Promise<number> => (await row<{ expected: number }>(stage.owner, 'SELECT expected FROM class_progress WHERE class_id = :classId', { classId }))!.expected;
    const before = await expected();
    await stage.ask({ act: 'exempt_pupils', actorId: stage.who.department('coordinator'), ...place(), payload: { pupilIds: [one!], reason: 'Học hòa nhập' } });
    assert.equal(await expected(), before);
    await stage.ask({ act: 'exclude_pupils', actorId: stage.who.department('coordinator'), ...place(), payload: { pupilIds: [one!, two!], movement: 'transfer_out', evidence: 'Giấy chuyển trường số 7' } });
    assert.equal(await expected(), before - 2);
    const found = await rows(stage.owner, 'SELECT status, reason, reason_note FROM expected_pupil WHERE id = ANY(:ids)', { ids: [one, two] });
    assert.deepEqual(found, Array.from({ length: 2 }, () => ({ status: 'excluded', reason: 'transfer_out', reason_note: 'Giấy chuyển trường số 7' })));
    assert.deepEqual(await rows(stage.owner, `SELECT DISTINCT state FROM report_card WHERE expected_pupil_id = ANY(:ids)`, { ids: [one, two] }), [{ state: 'superseded' }]);
  });
});
