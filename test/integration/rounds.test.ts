import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { advanceCampaign, schedulesStand, wantsSchedules } from '../../db/campaign/advance.js';
import { row, rows } from '../../db/connect.js';
import { stageCounts } from '../../db/progress.js';
import { takeRound } from '../../db/rounds/take.js';
import type { DigestMail, NoticeMail } from '../../domain/mail.js';
import type { Round } from '../../domain/rounds.js';
import { roundWorkflowId, workflowSubject } from '../../domain/workflowIds.js';
import { actContext, keepWorld, type ActStage } from '../support/actStage.js';
import { ACT_WORLD, administrator, SAMPLES, teacher } from '../support/actSamples.js';

describe('what a campaign does by the clock', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  before(async () => { world = await keepWorld(ACT_WORLD); });
  after(() => world.drop());
  beforeEach(async () => { stage = await world.open(); });
  afterEach(() => stage.close());

  const take = (round: Round): Promise<{ mails: number }> => {
    const { province } = stage.seeded;
    const id = roundWorkflowId(round, { provinceCode: province.code, schoolYear: province.schoolYear, level: 'primary', cycle: 'main' });
    return takeRound(stage.worker, `${id}-2026-05-21T23:30:00Z`, actContext());
  };
  const mails = <M>(kind: string) => rows<{ person_id: string | null; to_address: string; model: M }>(stage.owner, 'SELECT person_id, to_address, model FROM mail_outbox WHERE kind = :kind ORDER BY created_at, id', { kind });

  test('has Schedules when its campaign runs: listed until they stand, again by a run that cannot know, and once more to take them down', async () => {
    const listed = async (first = false): Promise<boolean> => (await advanceCampaign(stage.worker, stage.workflow.campaign, actContext(), first)).work.some((work) => work.kind === 'schedules');
    const { campaign: workflowId } = stage.workflow;
    const subject = workflowSubject(workflowId);
    assert.ok(subject.type === 'campaign');
    assert.equal(await listed(), true);
    await schedulesStand(stage.worker, subject.key, true);
    assert.deepEqual([await listed(), await listed(true), await wantsSchedules(stage.worker, subject.key)], [false, true, true]);
    await stage.owner('campaign').update({ state: 'ended', ended_at: new Date() });
    assert.deepEqual([await listed(), await wantsSchedules(stage.worker, subject.key)], [true, false]);
    await schedulesStand(stage.worker, subject.key, false);
    assert.equal(await listed(true), false);
  });

  describe('the digest', () => {
    const overdue = (index: number) => stage.owner('task').where({ school_code: stage.school(index) }).update({ due_at: new Date(Date.now() - 50 * 3_600_000) });
    const settleRefusal = () => stage.owner('report_card').where({ state: 'refused' }).update({ state: 'accepted' });

    test('is not sent when nothing waits for anybody', async () => {
      await settleRefusal();
      assert.deepEqual(await take('digest'), { mails: 0 });
      assert.deepEqual(await mails('digest'), []);
    });

    test('tells an office of its own schools alone and coordinators of all, with the figures of the pages, once a day', async () => {
      await settleRefusal();
      await overdue(0);
      const officeCode = stage.seeded.province.schools[0]!.officeCode;
      const { mails: count } = await take('digest');
      assert.deepEqual(await take('digest'), { mails: 0 }, 'a round taken twice');
      const found = await mails<DigestMail>('digest');
      assert.equal(found.length, count);
      const staff = await rows<{ person_id: string }>(stage.owner, `
        SELECT DISTINCT g.person_id FROM role_grant g JOIN person p ON p.id = g.person_id WHERE p.email IS NOT NULL AND (g.role = 'coordinator' OR (g.role = 'office' AND g.office_code = :officeCode))`, { officeCode });
      assert.deepEqual(found.map((mail) => mail.person_id).sort(), staff.map((one) => one.person_id).sort());
      for (const { model } of found) {
        assert.deepEqual(model.counts, await stageCounts(stage.owner, { campaignId: stage.campaignId, ...(model.isProvince ? {} : { officeCode }) }));
        assert.deepEqual([model.overdueSchools, model.overdue.map((school) => school.schoolName)], [1, [stage.seeded.province.schools[0]!.name]]);
        assert.equal(model.linkPath, model.isProvince ? `/dot/${stage.campaignId}` : `/dia-ban/${officeCode}`);
      }
      assert.ok(found.some((mail) => mail.model.isProvince) && found.some((mail) => !mail.model.isProvince));
    });

    test('goes to an office’s common address when no staff has one, and says what the Kho refused and who cannot sign', async () => {
      const officeCode = stage.seeded.province.schools[0]!.officeCode;
      await stage.owner.raw(`UPDATE person SET email = NULL WHERE id IN (SELECT person_id FROM role_grant WHERE office_code = ?)`, [officeCode]);
      await stage.owner('authority').where({ school_code: stage.school(0) }).update({ revoked_at: new Date() });
      await stage.advance(stage.workflow.school(0));
      await take('digest');
      const office = (await mails<DigestMail>('digest')).find((mail) => mail.person_id === null);
      const { refused } = await stageCounts(stage.owner, { campaignId: stage.campaignId, officeCode });
      assert.ok(refused > 0);
      assert.deepEqual([office?.to_address, office?.model.refused, office?.model.blockedClasses, office?.model.overdueSchools], [stage.seeded.province.offices.find((one) => one.code === officeCode)!.email, refused, 1, 0]);
    });

    test('of a campaign that is over says nothing', async () => {
      await overdue(0);
      await stage.owner('campaign').update({ state: 'ended' });
      assert.deepEqual(await take('digest'), { mails: 0 });
    });
  });

  test('the nightly comparison is asked for once, and only when something was sent', async () => {
    const asked = async () => (await row<{ open: boolean }>(stage.owner, 'SELECT reconcile_asked_at > coalesce(reconciled_at, $$-infinity$$) AS open FROM campaign'))?.open ?? false;
    const wakes = () => rows<{ workflow_id: string }>(stage.owner, 'SELECT workflow_id FROM outbox WHERE wake_code IS NOT NULL');
    await take('reconciliation');
    assert.deepEqual([await asked(), await wakes()], [false, []]);
    await stage.owner('packet').insert({ message_id: '55555555-5555-4555-8555-555555555555', campaign_id: stage.campaignId, school_code: stage.school(0), state: 'submitted', bytes: Buffer.from('x'), sha256: 'x', raw_bytes: 1, card_count: 1 });
    await take('reconciliation');
    await take('reconciliation');
    assert.deepEqual([await asked(), await wakes()], [true, [{ workflow_id: stage.workflow.campaign }]]);
    const plan = await stage.advance(stage.workflow.campaign);
    assert.ok(plan.work.some((work) => work.kind === 'reconcile'));
  });

  describe('what expires', () => {
    const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);
    const warned = async (notice: string, whose?: string) => (await mails<NoticeMail & { whose?: string; isHolder?: boolean }>('notice')).filter((mail) => mail.model.notice === notice && (whose === undefined || mail.model.whose === whose));
    beforeEach(async () => {
      await stage.owner('certificate').update({ valid_from: inDays(-300), valid_to: inDays(300) });
      await stage.owner('authority').whereNot({ basis: 'head' }).update({ valid_from: inDays(-90), valid_to: inDays(90) });
    });
    const certificateOf = async (personId: string) => (await row<{ id: string }>(stage.owner, 'SELECT certificate_id AS id FROM person WHERE id = :personId', { personId }))!.id;

    test('is told the signer once at a month, a week and a day', async () => {
      const id = await certificateOf(teacher(stage, 0));
      for (const [days, told] of [[31, 0], [29, 1], [20, 1], [6, 2], [0.5, 3], [0.4, 3], [-1, 3]] as const) {
        await stage.owner('certificate').where({ id }).update({ valid_to: inDays(days) });
        await take('expiry');
        assert.equal((await warned('certificate-expiring', 'person')).length, told, `${days} days before`);
      }
      assert.deepEqual([...new Set((await warned('certificate-expiring')).map((mail) => mail.person_id))], [teacher(stage, 0)]);
    });

    test('of the school’s seal is told clerk and head, of the Sở’s certificate its administrators and coordinators', async () => {
      await stage.owner.raw('UPDATE certificate SET valid_to = ? WHERE id = (SELECT seal_certificate_id FROM school WHERE code = ?)', [inDays(5), stage.school(0)]);
      await SAMPLES.launch_campaign(stage);
      await stage.owner.raw('UPDATE certificate SET valid_from = ?, valid_to = ? WHERE id IN (SELECT certificate_id FROM packet_key WHERE active)', [inDays(-100), inDays(5)]);
      await stage.owner('person').where({ id: await administrator(stage) }).update({ email: 'quan-tri@so.test' });
      await take('expiry');
      assert.deepEqual((await warned('certificate-expiring', 'seal')).map((mail) => mail.person_id).sort(), [stage.who.at('clerk', 0), stage.who.at('principal', 0)].sort());
      assert.deepEqual((await warned('certificate-expiring', 'packet')).map((mail) => mail.person_id).sort(), [await administrator(stage), stage.who.department('coordinator')].sort());
    });

    test('of a deputy’s authority is told deputy and head; one given for less than the warning’s time is not announced at once', async () => {
      const own = () => stage.owner('authority').where({ basis: 'deputy_assignment', school_code: stage.school(0) });
      await own().update({ valid_from: inDays(-1), valid_to: inDays(5) });
      await take('expiry');
      assert.deepEqual(await warned('authority-expiring'), []);
      await own().update({ valid_from: inDays(-60), valid_to: inDays(5) });
      await take('expiry');
      await take('expiry');
      const found = await warned('authority-expiring');
      assert.deepEqual(found.map((mail) => [mail.person_id, mail.model.isHolder]).sort(), [[stage.who.at('deputy', 0), true], [stage.who.at('principal', 0), false]].sort());
    });

    test('is nobody’s concern any more at a school that is done', async () => {
      await stage.owner('certificate').update({ valid_to: inDays(5) });
      await stage.owner('campaign_school').update({ state: 'closed' });
      await stage.owner('packet_key').delete();
      assert.deepEqual(await take('expiry'), { mails: 0 });
    });
  });
});
