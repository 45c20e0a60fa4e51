import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { judge } from '../../db/decision/judge.js';
import type { AnyDecision } from '../../db/decision/intake.js';
import { targetWorkflow, type Asked } from '../../db/decision/target.js';
import type { Act } from '../../domain/acts.js';
import type { Instant, PlainDate } from '../../domain/brand.js';
import { startActStage, type ActStage, type AskedBody } from '../support/actStage.js';
import { ACT_WORLD, ALL_ACTS, newcomer, pupils, SAMPLES, storePacketKey, storeUpload, storeWaitingRoster } from '../support/actSamples.js';
import { takenByBatch } from '../support/schoolWork.js';

/**
 * Each rule of an act by itself: what is put wrong, and the code with which the act is then refused. The wrong is done and undone in one
 * transaction of the owner, in which the rule is judged.
 */
describe('an act is refused', () => {
  let stage: ActStage;
  before(async () => { stage = await startActStage(ACT_WORLD); });
  after(() => stage.close());

  type Payload = Record<string, unknown>;
  /** Judges a sample after `wrong` was done to the world, and `payload` to what is asked. */
  async function code(act: Act, { wrong, payload, actorId, campaignId, schoolCode }: { wrong?: string; payload?: Payload; actorId?: string; campaignId?: string; schoolCode?: string } = {}): Promise<string | null> {
    const sample = await SAMPLES[act](stage);
    const asked = { ...sample, ...(actorId ? { actorId } : {}), ...(campaignId ? { campaignId } : {}), ...(schoolCode ? { schoolCode } : {}), payload: { ...sample.payload, ...payload } } as AskedBody;
    const trx = await stage.owner.transaction();
    try {
      if (wrong !== undefined) await trx.raw(wrong.replaceAll('?', '\\?'));
      const workflowId = await targetWorkflow(trx, { id: randomUUID(), ...asked } as Asked, stage.seeded.province.code);
      if (workflowId === null) return 'no-workflow';
      return await judge(trx, { id: randomUUID(), ...asked, provinceCode: stage.seeded.province.code, workflowId } as AnyDecision, new Date().toISOString() as Instant);
    } finally {
      await trx.rollback();
      await stage.owner.raw('UPDATE campaign_school SET exempt_reason = NULL, exempt_until = NULL');
    }
  }
  const nothing = randomUUID();
  const ENDED = `UPDATE campaign SET state = 'ended' WHERE state = 'running'`;

  describe('in any campaign that does not run', () => {
    const inSchools = ALL_ACTS.filter((act) => !['appoint', 'invite_again', 'import_units', 'apply_units', 'discard_units', 'set_packet_key', 'propose_trust', 'settle_trust', 'revoke_role', 'grant_role', 'appoint_head', 'disable_account', 'enable_account', 'give_seal', 'withdraw_seal', 'create_campaign', 'import_expected', 'launch_campaign', 'end_campaign', 'cancel_campaign', 'reconcile'].includes(act));
    for (const act of inSchools) test(act, async () => {
      for (const state of ['draft', 'ended', 'cancelled']) assert.equal(await code(act, { wrong: `UPDATE campaign SET state = '${state}' WHERE state = 'running'` }), 'campaign-not-running', state);
      assert.equal(await code(act, { campaignId: nothing }), 'no-workflow', 'a campaign that does not exist');
      assert.equal(await code(act), null, 'and allowed as it stands');
    });
  });

  test('about the campaign itself, when it is in the wrong state', async () => {
    assert.equal(await code('import_expected', { wrong: `UPDATE campaign SET state = 'running' WHERE state = 'draft'` }), 'campaign-not-draft');
    assert.equal(await code('launch_campaign', { wrong: `UPDATE campaign SET state = 'cancelled' WHERE state = 'draft'` }), 'campaign-not-draft');
    assert.equal(await code('launch_campaign', { campaignId: stage.campaignId }), 'campaign-not-draft');
    for (const state of ['ended', 'cancelled']) assert.equal(await code('cancel_campaign', { wrong: `UPDATE campaign SET state = '${state}' WHERE state = 'running'` }), 'campaign-not-running');
    assert.equal(await code('end_campaign', { wrong: ENDED }), 'campaign-not-running');
    assert.equal(await code('reconcile', { wrong: `UPDATE campaign SET state = 'cancelled' WHERE state = 'running'` }), 'campaign-not-running');
    assert.equal(await code('reconcile', { wrong: ENDED }), null, 'an ended campaign may be compared again');
  });
  test('to launch without a list, or without the packet certificate', async () => {
    assert.equal(await code('launch_campaign', { wrong: `DELETE FROM expected_pupil WHERE campaign_id = '11111111-1111-4111-8111-111111111111'` }), 'campaign-empty');
    assert.equal(await code('launch_campaign', { wrong: 'UPDATE packet_key SET active = false' }), 'packet-key-missing');
  });
  test('to end while one card is unexplained', async () => {
    assert.equal(await code('end_campaign', { wrong: `UPDATE campaign_school SET exempt_reason = NULL, exempt_until = NULL WHERE school_code = '${stage.school(1)}'` }), 'campaign-not-finished');
  });
  test('to create a second campaign of a kind, one with deadlines out of order, or one with a policy that cannot run', async () => {
    assert.equal(await code('create_campaign', { payload: { cycle: 'main' } }), 'campaign-exists');
    const due = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    for (const deadlines of [{ collect: due(2), review: due(1), approve: due(3), seal: due(4) }, { collect: due(1), review: due(2), approve: due(4), seal: due(3) }, { collect: 'x', review: due(2), approve: due(3), seal: due(4) }]) {
      assert.equal(await code('create_campaign', { payload: { deadlines } }), 'window-order');
    }
    assert.equal(await code('create_campaign', { payload: { deadlines: { collect: due(-9), review: due(-8), approve: due(-7), seal: due(-6) } } }), null, 'deadlines already past are a warning on the page');
    for (const policy of [{ remindEvery: 0 }, { settle: 'x' }, { packetMaxCards: 0 }]) assert.equal(await code('create_campaign', { payload: { policy } }), 'bad-input');
  });
  test('to cancel, return, report, exempt, exclude, extend, revoke or grant an exception without saying why', async () => {
    for (const act of ['cancel_campaign', 'return_class', 'report_wrong_rows', 'exempt_school', 'exempt_pupils', 'extend_deadline', 'revoke_authority', 'grant_exception', 'reissue_cards', 'withdraw_seal'] as const) {
      for (const reason of ['', '  sai ', '1234']) assert.equal(await code(act, { payload: { reason } }), 'reason-missing', act);
    }
    for (const act of ['exclude_pupils', 'hold_pupils', 'release_pupils', 'admit_pupil'] as const) assert.equal(await code(act, { payload: { evidence: 'x   ' } }), 'reason-missing', act);
  });
  test('to appoint whose address, in whatever case, or number is known', async () => {
    const [known] = await stage.owner('person').whereNotNull('email').whereNotNull('personal_number').limit(1).select<{ email: string; personal_number: string }[]>('email', 'personal_number');
    assert.equal(await code('appoint', { payload: { email: known!.email.toUpperCase() } }), 'already-registered');
    assert.equal(await code('appoint', { payload: { personalNumber: known!.personal_number } }), 'already-registered');
  });
  test('to take a packet certificate that is unknown or ran out, or alone to replace one that is in use', async () => {
    await stage.owner('packet_key').update({ active: false });
    assert.equal(await code('set_packet_key', { payload: { keyId: nothing } }), 'not-found');
    assert.equal(await code('set_packet_key', { payload: { keyId: await storePacketKey(stage, false) } }), 'certificate-expired');
    const [inUse, next] = [await storePacketKey(stage), await storePacketKey(stage)];
    await stage.owner('packet_key').where({ id: inUse }).update({ active: true });
    assert.equal(await code('set_packet_key', { payload: { keyId: next } }), 'packet-key-by-two', 'what is in use is replaced by two administrators');
  });
  test('about a file of another kind, campaign or school, or one that waits for nothing', async () => {
    const clerk = stage.who.at('clerk', 0);
    const other = { campaignId: randomUUID() };
    const foreign = [await storeUpload(stage, 'roster', clerk, other), await storeUpload(stage, 'roster', clerk, { schoolCode: stage.school(1) }), await storeUpload(stage, 'units', clerk), nothing];
    for (const uploadId of foreign) assert.equal(await code('upload_roster', { payload: { uploadId } }), 'not-found');
    for (const act of ['confirm_upload', 'discard_upload'] as const) for (const uploadId of foreign) assert.equal(await code(act, { payload: { uploadId } }), 'upload-not-waiting');
    for (const uploadId of [foreign[0]!, nothing]) {
      assert.equal(await code('import_units', { payload: { uploadId } }), 'not-found');
      assert.equal(await code('import_expected', { payload: { uploadId } }), 'not-found');
    }
    const waiting = await storeWaitingRoster(stage, stage.classId(0, 0), clerk);
    await stage.owner('upload').where({ id: waiting }).update({ campaign_id: other.campaignId });
    assert.equal(await code('confirm_upload', { payload: { uploadId: waiting } }), 'upload-not-waiting', 'waiting, but of another campaign');
    for (const state of ['queued', 'read', 'applied', 'discarded', 'refused']) {
      assert.equal(await code('confirm_upload', { wrong: `UPDATE upload_reading SET state = '${state}'` }), 'upload-not-waiting', state);
      assert.equal(await code('discard_upload', { wrong: `UPDATE upload_reading SET state = '${state}'` }), 'upload-not-waiting', state);
    }
    for (const act of ['upload_roster', 'confirm_upload'] as const) assert.equal(await code(act, { wrong: `UPDATE campaign_school SET exempt_reason = 'Lộ trình', exempt_until = '2027-01-01'` }), 'school-exempt');
  });

  describe('about a task', () => {
    const acts = ['review_class', 'report_wrong_rows', 'approve_classes', 'return_class', 'seal_classes'] as const;
    const taskOf = (payload: Payload): { taskId: string; taskVersion: number } => (Array.isArray(payload['tasks']) ? payload['tasks'][0] : payload) as never;
    const asPayload = (payload: Payload, task: { taskId: string; taskVersion: number }): Payload => (Array.isArray(payload['tasks']) ? { tasks: [task] } : task);
    for (const act of acts) test(`${act}: out of date, closed, somebody else's, of another kind or another school, or with a request waiting`, async () => {
      const { payload } = await SAMPLES[act](stage);
      const { taskId, taskVersion } = taskOf(payload as Payload);
      assert.equal(await code(act, { payload: asPayload(payload as Payload, { taskId, taskVersion: taskVersion + 1 }) }), 'form-out-of-date');
      assert.equal(await code(act, { wrong: `UPDATE task SET version = version + 1 WHERE id = '${taskId}'` }), 'form-out-of-date');
      for (const state of ['done', 'cancelled']) assert.equal(await code(act, { wrong: `UPDATE task SET state = '${state}' WHERE id = '${taskId}'` }), 'task-closed');
      assert.equal(await code(act, { wrong: `UPDATE task SET assignee_id = (SELECT id FROM person WHERE id <> assignee_id LIMIT 1) WHERE id = '${taskId}'` }), 'not-your-task');
      assert.equal(await code(act, { payload: asPayload(payload as Payload, { taskId: nothing, taskVersion }) }), 'not-found');
      const other = await stage.task(act === 'seal_classes' ? 'review' : 'seal', stage.classId(0, act === 'seal_classes' ? 0 : 2));
      assert.equal(await code(act, { payload: asPayload(payload as Payload, { taskId: other.id, taskVersion: other.version }) }), 'not-found', 'a task of another kind');
      const elsewhere = await stage.task('review', stage.classId(1, 1), 1);
      assert.equal(await code(act, { payload: asPayload(payload as Payload, { taskId: elsewhere.id, taskVersion: elsewhere.version }) }), 'not-found', "another school's task");
      assert.equal(await code(act, { wrong: takenByBatch(`class_id = (SELECT class_id FROM task WHERE id = '${taskId}')`) }), 'batch-open');
    });
    test('of none at all', async () => {
      assert.equal(await code('approve_classes', { payload: { tasks: [] } }), 'nothing-to-sign');
      assert.equal(await code('seal_classes', { payload: { tasks: [] } }), 'nothing-to-sign');
    });
    test('of pupils who are not of the class', async () => {
      assert.equal(await code('report_wrong_rows', { payload: { pupilIds: [(await pupils(stage, 1))[0]] } }), 'not-found');
      assert.equal(await code('report_wrong_rows', { payload: { pupilIds: [nothing] } }), 'not-found');
    });
  });

  describe('about the school\'s own key', () => {
    const setting = (column: string) => `UPDATE certificate c SET ${column} FROM seal_key k WHERE k.certificate_id = c.id`;
    test('to give one whose certificate ran out, was revoked or is not the one that the Sở has approved for the school', async () => {
      for (const column of [`valid_from = now() - interval '2 days', valid_to = now()`, 'revoked_at = now()']) assert.equal(await code('give_seal', { wrong: setting(column) }), 'certificate-expired', column);
      assert.equal(await code('give_seal', { wrong: `UPDATE school SET seal_fingerprint = repeat('0', 64), seal_certificate_id = NULL` }), 'seal-not-approved');
      assert.equal(await code('give_seal', { wrong: `UPDATE school SET seal_certificate_id = (SELECT seal_certificate_id FROM school WHERE code = '${stage.school(1)}') WHERE code = '${stage.school(0)}'` }), 'seal-not-approved', 'another school\'s');
    });
    test('to give one that somebody else handed in, or that is in use already', async () => {
      assert.equal(await code('give_seal', { wrong: `UPDATE seal_key SET given_by = '${stage.who.at('deputy', 0)}'` }), 'not-found');
      assert.equal(await code('give_seal', { wrong: 'DELETE FROM seal_key WHERE given_at < (SELECT max(given_at) FROM seal_key); UPDATE seal_key SET used_from = now()' }), 'already-decided');
      await stage.owner('seal_key').delete();
    });
    test('by a head whose headship has ended, or a deputy who signs for the head; not by a deputy whom the Sở recognised in charge', async () => {
      for (const act of ['give_seal', 'withdraw_seal'] as const) {
        assert.equal(await code(act, { wrong: `UPDATE authority SET revoked_at = now() - interval '1 second' WHERE basis = 'head'` }), 'seal-head-only');
        assert.equal(await code(act, { actorId: stage.who.at('deputy', 0) }), 'seal-head-only');
        await stage.owner('seal_key').delete();
      }
      assert.equal(await code('withdraw_seal', { actorId: stage.who.at('deputy', 0), wrong: `UPDATE authority SET basis = 'deputy_in_charge' WHERE basis = 'deputy_assignment'` }), null);
    });
    test('to withdraw one that is gone, or another school\'s', async () => {
      assert.equal(await code('withdraw_seal', { wrong: `UPDATE seal_key SET sealed_key = NULL, ended_at = now(), ended_by = given_by WHERE used_from IS NOT NULL` }), 'already-decided');
      assert.equal(await code('withdraw_seal', { wrong: `UPDATE seal_key SET school_code = '${stage.school(1)}'` }), 'not-found');
      await stage.owner('seal_key').delete();
    });
  });

  describe('to sign', () => {
    const PERSON: Partial<Record<Act, string>> = { review_class: `UPDATE person SET`, approve_classes: `UPDATE person SET`, seal_classes: 'UPDATE school SET' };
    for (const act of ['review_class', 'approve_classes', 'seal_classes'] as const) test(`${act} without an account, without a certificate, or with one that ran out, was revoked or does not hold yet`, async () => {
      await stage.owner('seal_key').delete();
      const [account, certificate] = act === 'seal_classes' ? ['seal_account', 'seal_certificate_id'] : ['signing_account', 'certificate_id'];
      assert.equal(await code(act, { wrong: `${PERSON[act]!} ${account} = NULL` }), 'no-certificate');
      assert.equal(await code(act, { wrong: `${PERSON[act]!} ${certificate} = NULL` }), 'no-certificate');
      for (const column of ['valid_to = now()', `revoked_at = now()`, `valid_from = now() + interval '1 minute', valid_to = now() + interval '2 minutes'`]) {
        assert.equal(await code(act, { wrong: `UPDATE certificate SET ${column}` }), 'certificate-expired', column);
      }
    });
    test('for approval without an authority that holds now', async () => {
      for (const wrong of [
        `UPDATE authority SET revoked_at = now() - interval '1 second'`, `UPDATE authority SET valid_from = now() - interval '2 hours', valid_to = now() - interval '1 second'`, `UPDATE authority SET classes = '{9Z}'`,
        `UPDATE authority SET valid_from = now() + interval '1 hour', valid_to = NULL`,
      ]) for (const act of ['approve_classes', 'return_class'] as const) assert.equal(await code(act, { wrong }), 'no-authority', wrong);
    });
    test('for approval when another person is the lawful approver by now, although the task still names the deputy', async () => {
      assert.equal(await code('approve_classes', { wrong: `UPDATE authority SET revoked_at = now() - interval '1 second' WHERE basis = 'deputy_assignment'` }), 'no-authority');
    });
    test('for approval by who reviewed the class, under another account too, unless the Sở made an exception', async () => {
      const reviewer = `UPDATE class SET homeroom_person_id = '${stage.who.at('deputy', 0)}'; UPDATE authority SET revoked_at = now() - interval '1 second' WHERE basis = 'head'`;
      assert.equal(await code('approve_classes', { wrong: reviewer }), 'reviewer-is-approver');
      const twin = `INSERT INTO person (id, full_name) VALUES ('${nothing}', 'Tài khoản thứ hai'); UPDATE class SET homeroom_person_id = '${nothing}'; UPDATE authority SET revoked_at = now() - interval '1 second' WHERE basis = 'head';
        UPDATE person SET personal_number = NULL WHERE id = '${stage.who.at('deputy', 0)}'`;
      assert.equal(await code('approve_classes', { wrong: twin }), null, 'two people without a number are two people');
      const sameNumber = `${twin}; ALTER TABLE person DROP CONSTRAINT person_personal_number_key; UPDATE person SET personal_number = '099175000002' WHERE id IN ('${nothing}', '${stage.who.at('deputy', 0)}')`;
      assert.equal(await code('approve_classes', { wrong: sameNumber }), 'reviewer-is-approver');
      const exception = `${reviewer}; INSERT INTO role_exception (id, school_code, person_id, instrument_number, instrument_date, reason, valid_from, valid_to)
        VALUES ('${nothing}', '${stage.school(0)}', '${stage.who.at('deputy', 0)}', '1', '2026-05-01', 'Thiếu người', now() - interval '1 hour', now() + interval '1 hour')`;
      assert.equal(await code('approve_classes', { wrong: exception }), null);
      assert.equal(await code('approve_classes', { wrong: `${exception}; UPDATE role_exception SET valid_to = now() - interval '1 second'` }), 'reviewer-is-approver');
    });
    test('by the teacher while nobody may approve the class: the signer stands in what is signed', async () => {
      assert.equal(await code('review_class', { wrong: `UPDATE authority SET revoked_at = now() - interval '1 second'` }), 'no-approver');
    });
  });

  test('to resend or reissue a card the Kho did not refuse, of another school, or none', async () => {
    for (const act of ['resend_cards', 'reissue_cards'] as const) {
      const sealed = await stage.cards(stage.classId(0, 2), 'principal_signed');
      const foreign = await stage.cards(stage.classId(1, 1));
      const [refused] = await stage.cards(stage.classId(0, 3), 'refused');
      for (const cardIds of [[], [nothing], [sealed[0]], [refused, sealed[0]], [refused, foreign[0]], [refused, nothing]]) assert.equal(await code(act, { payload: { cardIds } }), 'not-refused');
      assert.equal(await code(act, { wrong: `UPDATE report_card SET school_code = '${stage.school(1)}' WHERE id = '${refused!}'` }), 'not-refused');
      assert.equal(await code(act, { payload: { cardIds: [refused, refused] } }), null, 'named twice is once');
    }
  });
  test('to exempt, exclude or hold pupils of another school, unknown ones, those already out, or those whose card anybody signed', async () => {
    const [draft] = await pupils(stage, 0);
    const [signed] = await pupils(stage, 1);
    const foreign = (await stage.owner('expected_pupil').where({ school_code: stage.school(1) }).first<{ id: string }>('id')).id;
    for (const act of ['exempt_pupils', 'exclude_pupils', 'hold_pupils'] as const) {
      for (const pupilIds of [[], [nothing], [foreign], [draft, foreign]]) assert.equal(await code(act, { payload: { pupilIds } }), 'not-found');
      for (const pupilIds of [[signed], [draft, signed]]) assert.equal(await code(act, { payload: { pupilIds } }), 'card-signed');
      assert.equal(await code(act, { payload: { pupilIds: [draft] }, wrong: takenByBatch(`expected_pupil_id = '${draft!}'`) }), 'card-signed', 'a draft the teacher is signing');
      assert.equal(await code(act, { payload: { pupilIds: [draft] }, wrong: `UPDATE expected_pupil SET status = 'excluded', reason = 'drop_out'` }), 'already-decided');
    }
    const exempted = `UPDATE expected_pupil SET status = 'exempt', reason = 'exempt_by_department'`;
    for (const act of ['exempt_pupils', 'hold_pupils'] as const) assert.equal(await code(act, { payload: { pupilIds: [draft] }, wrong: exempted }), 'already-decided');
    assert.equal(await code('exclude_pupils', { payload: { pupilIds: [draft] }, wrong: exempted }), null, 'who was exempted may still leave');
  });
  test('to admit a pupil to an unknown class or another school’s, who is no possible pupil, or for no known reason', async () => {
    for (const classId of [nothing, stage.classId(1, 0)]) assert.equal(await code('admit_pupil', { payload: { classId } }), 'not-found');
    for (const changed of [{ pupilCode: ' ' }, { fullName: '' }, { birthDate: '1918-03-04' as PlainDate, personalNumber: null }, { personalNumber: '12345' }, { sex: 'male' as const }, { personalNumber: '001317000001' }]) {
      assert.equal(await code('admit_pupil', { payload: { pupil: newcomer(changed) } }), 'bad-input', JSON.stringify(changed));
    }
    for (const arrival of ['drop_out', 'toString', '']) assert.equal(await code('admit_pupil', { payload: { arrival } }), 'bad-input', arrival);
  });
  test('to admit a pupil whose code or number somebody of the list has who did not leave, or to restore one whom this school did not take out', async () => {
    const listed = await stage.owner('expected_pupil').where({ school_code: stage.school(1) }).whereNotNull('personal_number').first<{ id: string; pupil_code: string; personal_number: string; sex: 'male' | 'female'; birth_date: PlainDate }>();
    const [sameCode, sameNumber] = [newcomer({ pupilCode: listed.pupil_code }), newcomer({ personalNumber: listed.personal_number, sex: listed.sex, birthDate: listed.birth_date })];
    const held = `UPDATE expected_pupil SET status = 'held', reason = 'foreign_pupil'`;
    for (const wrong of [undefined, held]) {
      assert.equal(await code('admit_pupil', { payload: { pupil: sameCode }, ...(wrong === undefined ? {} : { wrong }) }), 'pupil-listed');
      assert.equal(await code('admit_pupil', { payload: { pupil: sameNumber }, ...(wrong === undefined ? {} : { wrong }) }), 'number-listed');
    }
    const left = `UPDATE expected_pupil SET status = 'excluded', reason = 'transfer_out' WHERE id = '${listed.id}'`;
    for (const pupil of [sameCode, sameNumber]) assert.equal(await code('admit_pupil', { payload: { pupil }, wrong: left }), null, 'who left frees both');
    assert.equal(await code('admit_pupil', { payload: { arrival: 'restored' } }), 'nobody-to-restore');
    assert.equal(await code('admit_pupil', { payload: { arrival: 'restored', pupil: sameCode }, wrong: left }), 'nobody-to-restore', 'left another school');
    assert.equal(await code('admit_pupil', { payload: { arrival: 'restored', pupil: sameCode }, wrong: `${left}; UPDATE expected_pupil SET school_code = '${stage.school(0)}', class_id = '${stage.classId(0, 0)}' WHERE id = '${listed.id}'` }), null);
  });
  test('to extend to a day that is not later than what counts now', async () => {
    const due = new Date(Date.now() + 48 * 3_600_000);
    for (const dueAt of [due.toISOString(), new Date(Date.now() - 1).toISOString(), 'tuần sau']) assert.equal(await code('extend_deadline', { payload: { dueAt } }), 'deadline-order');
    const extended = `INSERT INTO deadline_extension (campaign_id, school_code, stage, due_at, reason, decision_id) VALUES ('${stage.campaignId}', '${stage.school(0)}', 'approve', now() + interval '300 hours', 'x', gen_random_uuid())`;
    assert.equal(await code('extend_deadline', { wrong: extended }), 'deadline-order', 'an earlier extension counts');
  });
  test('to give an authority in an impossible or past window, to somebody who is no deputy there, or of a kind only the Sở gives', async () => {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    for (const window of [{ validFrom: at(2), validTo: at(1) }, { validFrom: at(1), validTo: at(1) }, { validFrom: at(-3), validTo: at(-1) }]) assert.equal(await code('grant_authority', { payload: window }), 'window-order');
    for (const personId of [nothing, stage.who.at('clerk', 0), stage.who.at('principal', 0), stage.who.at('principal', 1)]) assert.equal(await code('grant_authority', { payload: { personId } }), 'person-not-of-school');
    assert.equal(await code('grant_authority', { payload: { basis: 'deputy_in_charge' } }), 'not-allowed');
    assert.equal(await code('grant_authority', { payload: { basis: 'deputy_in_charge' }, actorId: stage.who.department('coordinator') }), null);
    assert.equal(await code('grant_authority', { payload: { basis: 'head' }, actorId: stage.who.department('coordinator') }), 'bad-input', 'a head comes with the directory');
  });
  test('to end an authority that is a head’s, unknown, another school’s or ended', async () => {
    const of = async (where: object): Promise<string> => (await stage.owner('authority').where(where).first<{ id: string }>('id')).id;
    for (const authorityId of [nothing, await of({ basis: 'head', school_code: stage.school(0) }), await of({ school_code: stage.school(1) })]) assert.equal(await code('revoke_authority', { payload: { authorityId } }), 'not-found');
    assert.equal(await code('revoke_authority', { wrong: 'UPDATE authority SET revoked_at = now()' }), 'not-found');
  });
  test('to make an exception in an impossible or past window, for somebody who cannot approve there, or twice under one instrument', async () => {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    for (const window of [{ validFrom: at(2), validTo: at(1) }, { validFrom: at(-3), validTo: at(-1) }]) assert.equal(await code('grant_exception', { payload: window }), 'window-order');
    for (const personId of [nothing, stage.who.at('clerk', 0), stage.who.at('principal', 1)]) assert.equal(await code('grant_exception', { payload: { personId } }), 'person-not-of-school');
    const twin = `INSERT INTO role_exception (id, school_code, person_id, instrument_number, instrument_date, reason, valid_from, valid_to)
      VALUES ('${nothing}', '${stage.school(0)}', '${stage.who.at('principal', 0)}', '99/QĐ-SGD', '2026-05-01', 'x', now(), now() + interval '1 hour')`;
    assert.equal(await code('grant_exception', { wrong: twin }), 'already-decided');
  });
});
