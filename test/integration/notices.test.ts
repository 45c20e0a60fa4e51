import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { renderMail } from '../../dashboards/mail/renderMail.js';
import { row, rows } from '../../db/connect.js';
import { noticeParked } from '../../db/notices/parked.js';
import { noticeRefused } from '../../db/notices/refused.js';
import { insertPacket, markSending, markSubmitted, readyCards, recordVerdicts, takePacket } from '../../db/packet.js';
import type { MailModel } from '../../domain/mail.js';
import { actContext, keepWorld, type ActStage } from '../support/actStage.js';
import { ACT_WORLD, SAMPLES, teacher } from '../support/actSamples.js';

type Mail = { kind: string; person_id: string | null; notice: string | null; task_ids: string[]; model: MailModel; id: string };

describe('who is told what, once', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  before(async () => { world = await keepWorld(ACT_WORLD); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); });
  afterEach(async () => {
    await assertNoPupilNamed();
    await stage.close();
  });

  const school = () => stage.workflow.school(0);
  const place = () => ({ campaignId: stage.campaignId, schoolCode: stage.school(0) });
  const mails = (): Promise<Mail[]> => rows<Mail>(stage.owner, `
    SELECT id, kind, person_id, model->>'notice' AS notice, task_ids, model FROM mail_outbox WHERE school_code = :code ORDER BY created_at, id`, { code: stage.school(0) });
  const notices = async (notice: string): Promise<Mail[]> => (await mails()).filter((mail) => mail.notice === notice);
  const toWhom = (found: readonly Mail[]): (string | null)[] => found.map((mail) => mail.person_id).sort();
  const [clerk, principal, deputy, coordinator] = [() => stage.who.at('clerk', 0), () => stage.who.at('principal', 0), () => stage.who.at('deputy', 0), () => stage.who.department('coordinator')];
  const version = async (kind: string, classIndex: number) => { const { id, version: taskVersion } = await stage.task(kind, stage.classId(0, classIndex)); return { taskId: id, taskVersion }; };
  const done = async (asked: Parameters<ActStage['ask']>[0]): Promise<void> => assert.deepEqual(await stage.ask(asked), { kind: 'done' });

  /** Every mail of the test, rendered: no pupil's name, number or code may stand in it. */
  async function assertNoPupilNamed(): Promise<void> {
    const all = await rows<{ model: MailModel }>(stage.owner, 'SELECT model FROM mail_outbox');
    const text = all.map(({ model }) => { const { subject, text: body } = renderMail(model, { baseUrl: 'https://hub.invalid', link: null, sandbox: true }); return `${subject}\n${body}`; }).join('\n');
    const staff = new Set(stage.seeded.province.staff.map((one) => one.fullName));
    const pupils = stage.seeded.province.schools.flatMap((one) => one.classes.flatMap((schoolClass) => schoolClass.pupils.map((pupil) => pupil.identity)));
    assert.ok(all.length > 0);
    for (const { fullName, pupilCode, personalNumber } of pupils) {
      for (const value of [staff.has(fullName) ? null : fullName, pupilCode, personalNumber]) if (value !== null) assert.ok(!text.includes(value), value);
    }
  }

  test('a class the head returns is told the teacher in one mail, which leads to the task', async () => {
    await done({ act: 'return_class', actorId: deputy(), ...place(), payload: { ...await version('approve', 1), reason: 'Nhận xét của hai em đổi chỗ' } });
    await stage.advance(school());
    const [told, ...more] = await notices('class-returned');
    assert.deepEqual([told?.person_id, more], [teacher(stage, 1), []]);
    const review = await stage.task('review', stage.classId(0, 1));
    assert.deepEqual(told?.task_ids, [review.id]);
    assert.equal((await mails()).filter((mail) => mail.person_id === teacher(stage, 1)).length, 1, 'the task’s own mail would say the same');
    assert.doesNotMatch(JSON.stringify(told?.model), /Nhận xét của hai em/u, 'a reason may name a pupil: the page shows it');
    const links = await rows<{ task_ids: string[] }>(stage.owner, `SELECT task_ids FROM access_link WHERE person_id = :id`, { id: teacher(stage, 1) });
    assert.deepEqual(links, [{ task_ids: [review.id] }]);
  });

  test('a class the teacher reports is told the clerk, whose task is to send the data again', async () => {
    await done({ act: 'report_wrong_rows', actorId: teacher(stage, 0), ...place(), payload: { ...await version('review', 0), reason: 'Điểm Toán sai cột', pupilIds: [] } });
    await stage.advance(school());
    const found = await notices('class-returned');
    assert.deepEqual(toWhom(found), [clerk()]);
    assert.deepEqual(found[0]?.task_ids, [(await stage.task('collect', null)).id]);
    assert.equal((await mails()).filter((mail) => mail.task_ids.includes(found[0]!.task_ids[0]!)).length, 1);
  });

  test('a deadline that is extended is told everybody who has a task of that stage open, one mail a person', async () => {
    const extend = { id: randomUUID(), act: 'extend_deadline' as const, actorId: coordinator(), ...place(), payload: { stage: 'seal' as const, dueAt: new Date(Date.now() + 900 * 3_600_000).toISOString(), reason: 'Mưa lũ kéo dài' } };
    await done(extend);
    await stage.ask(extend);
    await stage.advance(school());
    const found = await notices('deadline-extended');
    assert.deepEqual(toWhom(found), [clerk()], 'sealing and correcting are one person’s');
    assert.deepEqual((found[0]!.model as { classNames: readonly string[] }).classNames.length, 2);
  });

  test('an authority granted and ended is told the deputy and the head, by a decision and by the end of its window', async () => {
    await done(await SAMPLES.grant_authority(stage));
    const granted = await row<{ id: string }>(stage.owner, `SELECT id FROM authority WHERE instrument_number = '12/QĐ'`);
    await stage.advance(school());
    assert.deepEqual(toWhom(await notices('authority-granted')), [deputy(), principal()].sort());
    assert.deepEqual((await notices('authority-granted')).map((mail) => [(mail.model as { isHolder: boolean }).isHolder, mail.person_id === deputy()]).every(([is, should]) => is === should), true);
    await done({ act: 'revoke_authority', actorId: principal(), ...place(), payload: { authorityId: granted!.id, reason: 'Hiệu trưởng đã về' } });
    await stage.advance(school());
    assert.deepEqual(toWhom(await notices('authority-ended')), [deputy(), principal()].sort());
    await stage.owner('authority').where({ basis: 'deputy_assignment', school_code: stage.school(0) }).whereNull('revoked_at').update({ valid_to: new Date(Date.now() - 10) });
    await stage.advance(school());
    await stage.advance(school());
    assert.equal((await notices('authority-ended')).length, 4, 'the other assignment, which ran out');
  });

  test('an approval that nobody may give is told the head', async () => {
    await stage.owner('authority').where({ school_code: stage.school(0) }).update({ revoked_at: new Date() });
    await stage.advance(school());
    await stage.owner('task').whereNotNull('tell_at').update({ tell_at: new Date(Date.now() - 1_000) });
    await stage.advance(school());
    await stage.advance(school());
    assert.deepEqual(toWhom(await notices('no-approver')), [principal()]);
  });

  describe('by the Kho', () => {
    const packet = async () => {
      await stage.owner('report_card').where({ class_id: stage.classId(0, 0) }).update({ state: 'received', document: Buffer.from('x'), received_at: new Date() });
      return stage.worker.transaction(async (trx) => {
        const cards = await readyCards(trx, place(), 4);
        const cut = { messageId: randomUUID(), ...place(), bytes: Buffer.from('<x/>'), sha256: '0', cardIds: cards.map((card) => card.cardId) };
        await insertPacket(trx, cut);
        const taken = (await takePacket(trx, cut.messageId))!;
        await markSending(trx, taken, 'cut');
        await markSubmitted(trx, taken, 'sending', 'OK');
        return { ...cut, taken };
      });
    };

    test('refused cards are told clerk and head once an answer; the task that follows is not mailed again', async () => {
      const { taken, cardIds, messageId } = await packet();
      const answer = (ids: string[]) => stage.worker.transaction(async (trx) => {
        await recordVerdicts(trx, taken, ids.map((cardId) => ({ cardId, accepted: false, error: 'E-DATA', field: 'NOI_SINH', description: '' })));
        await noticeRefused(trx, { messageId, ...place() }, actContext);
      });
      await answer(cardIds.slice(0, 2));
      await answer(cardIds.slice(0, 2));
      assert.deepEqual(toWhom(await notices('cards-refused')), [clerk(), principal()].sort());
      await answer(cardIds.slice(2, 3));
      assert.equal((await notices('cards-refused')).length, 4, 'another answer refused another card');
      await stage.advance(school());
      await stage.owner('task').whereNotNull('tell_at').update({ tell_at: new Date(Date.now() - 1_000) });
      await stage.advance(school());
      const correct = await stage.task('correct', stage.classId(0, 0));
      assert.deepEqual((await mails()).filter((mail) => mail.task_ids.includes(correct.id)), []);
    });

    test('packets that stand still for one reason are told the coordinators once a day, each reason by itself', async () => {
      const { messageId } = await packet();
      for (const code of ['E-CERT', 'E-CERT', 'timeout']) await stage.worker.transaction((trx) => noticeParked(trx, { messageId, ...place(), code }, actContext));
      assert.deepEqual(toWhom(await notices('packet-parked')), [coordinator(), coordinator()]);
    });
  });

  describe('of classes that become ready to be approved', () => {
    const approvals = async (): Promise<Mail[]> => (await mails()).filter((mail) => mail.kind === 'task' && mail.person_id === deputy());
    /** Class 0 is reviewed too now. */
    const another = async (): Promise<void> => {
      await stage.owner('report_card').where({ class_id: stage.classId(0, 0) }).update({ state: 'teacher_signed', document: Buffer.from('x'), approver_person_id: deputy(), context: JSON.stringify({ approver: { title: 'KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG' } }) });
      await stage.advance(school());
    };

    test('one mail lists all, sent when the first has waited long enough', async () => {
      // Another class is on its way, so that there is something to wait for.
      await stage.owner('report_card').where({ class_id: stage.classId(0, 2) }).update({ state: 'drafted' });
      const plan = await stage.advance(school());
      assert.deepEqual(await approvals(), []);
      const [waiting] = await rows<{ tell_at: Date }>(stage.owner, `SELECT tell_at FROM task WHERE kind = 'approve' AND state = 'open' AND school_code = :code`, { code: stage.school(0) });
      assert.ok(Date.parse(plan.nextWakeAt!) <= waiting!.tell_at.getTime());
      await another();
      assert.deepEqual(await approvals(), []);
      await stage.owner('task').where({ id: (await stage.task('approve', stage.classId(0, 1))).id }).update({ tell_at: new Date(Date.now() - 1) });
      await Promise.all([stage.advance(school()), stage.advance(school())]);
      const sent = await approvals();
      assert.deepEqual(sent.map((mail) => (mail.model as { classNames: readonly string[] }).classNames.length), [2], 'both classes in one mail');
      await stage.advance(school());
      assert.equal((await approvals()).length, 1);
    });

    test('nothing is waited for once no class can join', async () => {
      await another();
      assert.deepEqual((await approvals()).map((mail) => mail.task_ids.length), [2]);
    });

    test('a task that ended before its mail is not told of', async () => {
      await stage.owner('report_card').where({ class_id: stage.classId(0, 1) }).update({ state: 'principal_signed' });
      await stage.advance(school());
      await stage.owner('task').whereNotNull('tell_at').update({ tell_at: new Date(Date.now() - 1) });
      await stage.advance(school());
      assert.deepEqual(await approvals(), []);
    });
  });
});
