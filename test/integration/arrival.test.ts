import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Logger } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import { readRosterUpload } from '../../activities/roster/readUpload.js';
import { applyRecords } from '../../db/cards/draft.js';
import { row, rows } from '../../db/connect.js';
import { counterFaults } from '../../db/counters.js';
import { down } from '../../db/migrations/032_arrivals.js';
import { stageCounts } from '../../db/progress.js';
import { submittedWithoutCard } from '../../db/upload/submitted.js';
import { rosterSheet, templateClasses } from '../../db/views/roster.js';
import type { ExpectedIdentity } from '../../domain/expectedPupil.js';
import type { ArrivalReason } from '../../domain/pupilStatus.js';
import type { PupilRecord } from '../../domain/record.js';
import { writeRosterTemplate } from '../../formats/roster/template.js';
import { newcomer, storeUpload } from '../support/actSamples.js';
import { keepWorld, lastDecision, type ActStage } from '../support/actStage.js';
import { schoolActs } from '../support/schoolActs.js';
import { nameApprovers } from '../support/schoolWork.js';

/** School 0 is through: the Kho has every card. Everywhere else the cards are drafted. */
describe('a pupil who joins a running campaign', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  before(async () => { world = await keepWorld({ size: 'tiny', cardState: (_class, schoolIndex) => (schoolIndex === 0 ? 'accepted' : 'drafted') }); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); });
  afterEach(async () => {
    assert.deepEqual(await counterFaults(stage.owner), [], 'counters follow');
    await stage.close();
  });

  const place = (schoolIndex = 0) => ({ campaignId: stage.campaignId, schoolCode: stage.school(schoolIndex) });
  const coordinator = () => stage.who.department('coordinator');
  const clerk = (schoolIndex = 0) => stage.who.at('clerk', schoolIndex);
  type Coming = { schoolIndex?: number; classIndex?: number; pupil?: ExpectedIdentity; arrival?: ArrivalReason };
  const admission = ({ schoolIndex = 0, classIndex = 0, pupil = newcomer(), arrival = 'transfer_in' }: Coming = {}) =>
    ({ act: 'admit_pupil' as const, actorId: coordinator(), ...place(schoolIndex), payload: { classId: stage.classId(schoolIndex, classIndex), pupil, arrival, evidence: 'Giấy chuyển trường số 8' } });
  const admit = (coming: Coming = {}) => stage.ask(admission(coming));
  const exclude = (schoolIndex: number, pupilId: string) => stage.ask({ act: 'exclude_pupils', actorId: coordinator(), ...place(schoolIndex), payload: { pupilIds: [pupilId], movement: 'transfer_out', evidence: 'Giấy chuyển trường số 7' } });
  type Standing = { id: string; school: string; status: string; reason: string | null; arrival: string | null; position: string };
  const standings = (code: string): Promise<Standing[]> => rows<Standing>(stage.owner, `
    SELECT p.id, p.school_code AS school, p.status, p.reason, p.arrival, q.position FROM expected_pupil p JOIN pupil_progress q ON q.expected_pupil_id = p.id WHERE p.pupil_code = :code ORDER BY p.arrived_at NULLS FIRST`, { code });
  const standing = async (code: string): Promise<Standing> => (await standings(code)).at(-1)!;
  const school = async (schoolIndex = 0) => (await row<{ state: string; closed_at: Date | null }>(stage.owner, 'SELECT state, closed_at FROM campaign_school WHERE school_code = :schoolCode', place(schoolIndex)))!;
  /** Expected pupils of a class of school 1, all with drafts, and the records behind them. */
  const drafted = async (classIndex = 0) => {
    const found = await rows<{ id: string; record: PupilRecord }>(stage.owner, 'SELECT p.id, c.record FROM expected_pupil p JOIN report_card c ON c.expected_pupil_id = p.id WHERE p.class_id = :classId ORDER BY p.pupil_code', { classId: stage.classId(1, classIndex) });
    return found;
  };
  const identityOf = ({ identity: { pupilCode, fullName, birthDate, sex, ethnicity, nationality, personalNumber } }: PupilRecord): ExpectedIdentity => ({ pupilCode, fullName, birthDate, sex, ethnicity, nationality, personalNumber });
  /** A class's data as once handed in and taken. */
  const handInRecords = async (schoolIndex: number, classIndex: number, records: readonly PupilRecord[]): Promise<void> => {
    const classId = stage.classId(schoolIndex, classIndex);
    const uploadId = await storeUpload(stage, 'roster', clerk(schoolIndex), { schoolCode: stage.school(schoolIndex) });
    const { version } = (await row<{ version: number }>(stage.owner, 'SELECT version FROM class WHERE id = :classId', { classId }))!;
    await stage.worker('upload_reading').insert({ upload_id: uploadId, state: 'read', read_at: new Date() });
    await stage.worker('upload_class').insert({ upload_id: uploadId, class_id: classId, outcome: 'accepted', class_version: version, pupils: records.length, errors: 0, records: JSON.stringify(records) });
    await stage.worker.transaction((trx) => applyRecords(trx, { uploadId, outcome: 'accepted', actorId: clerk(schoolIndex), decisionId: null }));
  };

  test('counts from that moment on, with reason, evidence and who decided; the audit quotes neither name nor number', async () => {
    const before = await stageCounts(stage.owner, place());
    assert.deepEqual(await admit(), { kind: 'done' });
    const now = await stageCounts(stage.owner, place());
    assert.deepEqual([now.expected, now.missing, now.open], [before.expected + 1, before.missing + 1, before.open + 1]);
    const { pupilCode, fullName, personalNumber } = newcomer();
    const stored = await row<Record<string, unknown>>(stage.owner, 'SELECT full_name, birth_date, personal_number, status, arrival, arrival_note, arrived_at IS NOT NULL AS dated, class_id FROM expected_pupil WHERE pupil_code = :pupilCode', { pupilCode });
    assert.deepEqual(stored, { full_name: fullName, birth_date: '2018-03-04', personal_number: personalNumber, status: 'expected', arrival: 'transfer_in', arrival_note: 'Giấy chuyển trường số 8', dated: true, class_id: stage.classId(0, 0) });
    const { id } = await lastDecision(stage.owner);
    const [told] = await rows<{ line: string; subject_id: string; actor_id: string }>(stage.owner, `SELECT audit::text AS line, subject_id, actor_id FROM audit WHERE decision_id = :id`, { id });
    assert.deepEqual([told?.subject_id, told?.actor_id], [stage.classId(0, 0), coordinator()]);
    assert.ok(told!.line.includes('Giấy chuyển trường số 8') && !told!.line.includes(fullName) && !told!.line.includes(personalNumber!));
  });

  test('without a number, or foreign, is held like anybody of the list, and asks nobody for data', async () => {
    await admit({ pupil: newcomer({ personalNumber: null }) });
    await admit({ pupil: newcomer({ pupilCode: 'HS-MOI-2', nationality: 'Lào', personalNumber: null }) });
    assert.deepEqual([(await standing('HS-MOI-1')).reason, (await standing('HS-MOI-2')).reason], ['no_personal_number', 'foreign_pupil']);
    await assert.rejects(stage.task('collect', null), /no open collect task/);
    assert.equal((await school()).state, 'closed');
  });

  test('from another school of the province has a row there, which stays with its reason, and one here', async () => {
    const [one] = await drafted();
    assert.deepEqual(await admit({ pupil: identityOf(one!.record) }), { kind: 'refused', code: 'pupil-listed' }, 'not before the old school let go');
    await exclude(1, one!.id);
    assert.deepEqual(await admit({ pupil: identityOf(one!.record) }), { kind: 'done' });
    const both = await standings(one!.record.identity.pupilCode);
    assert.deepEqual(both.map(({ school: code, status, reason, arrival, position }) => [code, status, reason, arrival, position]), [
      [stage.school(1), 'excluded', 'transfer_out', null, 'excluded'], [stage.school(0), 'expected', null, 'transfer_in', 'missing'],
    ]);
    await handInRecords(1, 0, (await drafted()).map(({ record }) => record));
    assert.equal((await standing(one!.record.identity.pupilCode)).position, 'missing', 'data of the old class are not this pupil’s here');
  });

  test('is admitted by one of two schools that ask at once', async () => {
    stage.working = false;
    const both = [stage.ask(admission()), stage.ask(admission({ schoolIndex: 1 }))];
    assert.deepEqual(await Promise.all(both), [{ kind: 'recorded' }, { kind: 'recorded' }]);
    await Promise.all([stage.advance(stage.workflow.school(0)), stage.advance(stage.workflow.school(1))]);
    const outcomes = await rows<{ outcome: string; outcome_code: string | null }>(stage.owner, 'SELECT outcome, outcome_code FROM decision ORDER BY outcome');
    assert.deepEqual(outcomes, [{ outcome: 'done', outcome_code: null }, { outcome: 'refused', outcome_code: 'pupil-listed' }]);
    assert.equal((await standings('HS-MOI-1')).length, 1);
  });

  describe('again after having been taken out by mistake', () => {
    const takenOut = async (change: (record: PupilRecord) => PupilRecord = (record) => record) => {
      const all = await drafted();
      await handInRecords(1, 0, all.map(({ record }, index) => (index === 0 ? change(record) : record)));
      await exclude(1, all[0]!.id);
      return all[0]!;
    };
    const back = (record: PupilRecord, change: Partial<ExpectedIdentity> = {}) => admit({ schoolIndex: 1, arrival: 'restored', pupil: { ...identityOf(record), ...change } });

    test('has a draft from the data already handed in, and whoever reviews the class sees that it changed', async () => {
      const { id, record } = await takenOut();
      await stage.advance(stage.workflow.school(1));
      const task = await stage.task('review', stage.classId(1, 0), 1);
      assert.deepEqual(await back(record), { kind: 'done' });
      const now = await standing(record.identity.pupilCode);
      assert.deepEqual([now.position, now.id === id], ['drafted', false]);
      assert.deepEqual(await rows(stage.owner, 'SELECT record FROM report_card WHERE expected_pupil_id = :id', now), [{ record }]);
      assert.ok((await stage.task('review', stage.classId(1, 0), 1)).version > task.version);
      assert.equal((await templateClasses(stage.owner, place(1)))[0]!.pupils.filter((pupil) => pupil.pupilCode === record.identity.pupilCode).length, 1, 'once in the template');
    });

    test('waits for the re-assessment when those data say CHT', async () => {
      const { record } = await takenOut((one) => ({ ...one, summary: { ...one.summary, result: 'CHT', promoted: false, gradeCompleted: false } }));
      await back(record);
      const { status, reason, position } = await standing(record.identity.pupilCode);
      assert.deepEqual({ status, reason, position }, { status: 'held', reason: 'awaiting_reassessment', position: 'held' });
    });

    test('is not drafted under another number than the coordinator wrote: the clerk is asked', async () => {
      const { record } = await takenOut();
      const mended = `${record.identity.personalNumber!.slice(0, -1)}${(Number(record.identity.personalNumber!.at(-1)) + 5) % 10}`;
      await back(record, { personalNumber: mended });
      assert.equal((await standing(record.identity.pupilCode)).position, 'missing');
      await stage.task('collect', null, 1);
    });

    test('without a number waits for it: the row handed in before has one and counts as new, so that handing it in again ends the hold', async () => {
      const { record } = await takenOut();
      await back(record, { personalNumber: null });
      assert.equal((await standing(record.identity.pupilCode)).reason, 'no_personal_number');
      const submitted = await submittedWithoutCard(stage.worker, place(1));
      assert.ok(!submitted.some((one) => (one.record as PupilRecord).identity.pupilCode === record.identity.pupilCode));
      await handInRecords(1, 0, [record]);
      assert.equal((await standing(record.identity.pupilCode)).position, 'drafted');
      assert.equal((await standing(record.identity.pupilCode)).reason, null);
    });

    test('and a second time, each movement a row of its own', async () => {
      const { record } = await takenOut();
      await back(record);
      await exclude(1, (await standing(record.identity.pupilCode)).id);
      assert.deepEqual(await back(record), { kind: 'done' });
      assert.deepEqual((await standings(record.identity.pupilCode)).map(({ status }) => status), ['excluded', 'excluded', 'expected']);
      const trx = await stage.owner.transaction();
      try {
        await down(trx);
        assert.equal((await rows(trx, 'SELECT 1 FROM expected_pupil WHERE pupil_code = :code', { code: record.identity.pupilCode })).length, 1, 'the schema before holds a code once, and loses no pupil');
        assert.equal((await rows(trx, `SELECT 1 FROM expected_pupil WHERE pupil_code LIKE :code || ' #%' AND status = 'excluded'`, { code: record.identity.pupilCode })).length, 2);
      } finally {
        await trx.rollback();
      }
    });
  });

  test('into a school that was through opens it again: the clerk is asked, the class’s workbook is taken, only the new card is signed, and the campaign waits for it', async () => {
    const acts = schoolActs(stage);
    const classId = stage.classId(0, 0);
    await stage.owner('campaign_school').whereNot({ school_code: stage.school(0) }).update({ exempt_reason: 'Lộ trình', exempt_until: '2099-01-01' });
    const end = () => stage.ask({ act: 'end_campaign', actorId: coordinator(), campaignId: stage.campaignId, schoolCode: null, payload: {} });
    const others = () => rows(stage.owner, `SELECT id, state, state_at, record, document_sha256 FROM report_card WHERE class_id = :classId AND state = 'accepted' AND expected_pupil_id NOT IN (SELECT id FROM expected_pupil WHERE arrival IS NOT NULL) ORDER BY id`, { classId });
    const before = await others();
    assert.equal((await school()).state, 'closed');

    await admit();
    assert.deepEqual(await school(), { state: 'open', closed_at: null });
    assert.equal((await stage.task('collect', null)).assignee_id, clerk());
    assert.equal((await rosterSheet(stage.owner, { schoolCode: stage.school(0), actorId: clerk() }))!.classes.find((one) => one.classId === classId)!.missing, 1);
    assert.deepEqual(await end(), { kind: 'refused', code: 'campaign-not-finished' });

    // The template names the new pupil; the clerk fills the row in, and changes one that is long signed.
    const classes = await templateClasses(stage.api, place());
    const [mine] = classes.filter((one) => one.name === stage.seeded.province.schools[0]!.classes[0]!.name);
    assert.ok(mine!.pupils.some((pupil) => pupil.pupilCode === 'HS-MOI-1'));
    const signedCodes = new Set(mine!.records.map((record) => record.identity.pupilCode));
    const all = [...stage.seeded.province.schools[0]!.classes[0]!.pupils].sort((left, right) => Number(signedCodes.has(right.identity.pupilCode)) - Number(signedCodes.has(left.identity.pupilCode)));
    const [first, ...rest] = all as [PupilRecord, ...PupilRecord[]];
    const filledIn: PupilRecord = { ...first, identity: { ...first.identity, ...newcomer(), registerNumber: 'SĐB-99' } };
    const bytes = await writeRosterTemplate({
      schoolName: 'Trường', schoolCode: stage.school(0), schoolYear: stage.seeded.province.schoolYear,
      classes: [{ name: mine!.name, grade: mine!.grade, pupils: mine!.pupils, records: [{ ...first, identity: { ...first.identity, birthPlace: 'Xã Đổi Mới' } }, ...rest, filledIn] }],
    });
    const uploadId = await storeUpload(stage, 'roster', clerk());
    await stage.owner('upload').where({ id: uploadId }).update({ bytes });
    await stage.worker('upload_reading').insert({ upload_id: uploadId, state: 'queued' });
    await readRosterUpload({ db: stage.worker, log: { error: () => undefined } as unknown as Logger } as unknown as ActivityDeps, { uploadId, workflowId: stage.workflow.school(0) });
    const [read] = await rows<{ outcome: string; errors: number; differences: { pupilCode: string }[] }>(stage.owner, 'SELECT outcome, errors, differences FROM upload_class WHERE upload_id = :uploadId', { uploadId });
    assert.deepEqual(await rows(stage.owner, `SELECT rule, message FROM upload_fault WHERE upload_id = :uploadId AND severity = 'error'`, { uploadId }), []);
    assert.deepEqual([read?.outcome, read?.errors, read?.differences?.map(({ pupilCode }) => pupilCode)], ['differs', 0, ['HS-MOI-1']]);
    const kept = await rows<{ rule: string; message: string }>(stage.owner, `SELECT rule, message FROM upload_fault WHERE upload_id = :uploadId AND rule IN ('signed-rows-kept', 'class-reviewed')`, { uploadId });
    assert.deepEqual(kept.map(({ rule, message }) => [rule, message.includes(first.identity.pupilCode)]), [['signed-rows-kept', true]], 'the clerk hears which row was left');
    assert.deepEqual(await stage.ask({ act: 'confirm_upload', actorId: clerk(), ...place(), payload: { uploadId } }), { kind: 'done' });
    assert.deepEqual(await others(), before, 'what was signed is untouched');

    const [card] = await stage.cards(classId, 'drafted');
    await assert.rejects(stage.task('collect', null), /no open collect task/);
    const signed = async (batchId: string, state: string, columns: Record<string, unknown>): Promise<void> => {
      assert.deepEqual(await rows(stage.owner, 'SELECT card_id AS id FROM signature_item WHERE batch_id = :batchId', { batchId }), [{ id: card }], 'the new card alone');
      await stage.owner('signature_batch').where({ id: batchId }).update({ state: 'attached', attached_at: new Date() });
      await stage.owner('signature_item').where({ batch_id: batchId }).update({ state: 'attached' });
      await stage.owner('report_card').where({ id: card! }).update({ state, document: Buffer.from('<HOC_BA/>'), ...columns });
      await nameApprovers(stage.owner, stage.seeded);
      await stage.advance(stage.workflow.school(0));
    };
    await signed(await acts.review(0), 'teacher_signed', { teacher_signed_at: new Date() });
    await signed(await acts.approve([0], [], (await stage.task('approve', classId)).assignee_id), 'principal_signed', { principal_signed_at: new Date() });
    assert.deepEqual(await end(), { kind: 'refused', code: 'campaign-not-finished' });
    await signed(await acts.seal(0), 'accepted', { sealed_at: new Date(), received_at: new Date(), accepted_at: new Date() });
    assert.deepEqual(await others(), before);
    assert.equal((await school()).state, 'closed');
    assert.deepEqual(await end(), { kind: 'done' });
  });
});
