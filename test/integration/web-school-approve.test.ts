import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { row, rows } from '../../db/connect.js';
import type { ApproveSheet, ClassCard } from '../../domain/sheets/approve.js';
import { giveCertificates, moveBatch, nameApprovers, openTasks } from '../support/schoolWork.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

type ApproveJson = { sheet: ApproveSheet; mine: { classId: string; className: string; task: string; ready: number }[]; actions: { approve: { decisionId: string } } };
type ClassJson = { cards: ClassCard[]; actions: { return: { decisionId: string; blocked: string | null } } };

describe('approving classes', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let deputy: Visitor;
  let head: Visitor;
  let path: string;
  let school: string;

  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: (one) => (one.grade === 5 ? 'drafted' : 'teacher_signed') });
    who = staffing(seeded);
    school = who.school(0);
    path = `/truong/${school}/ky-duyet`;
    await giveCertificates(web.owner);
    await nameApprovers(web.owner, seeded);
    await openTasks(web.owner, seeded);
    deputy = await web.as(who.at('deputy', 0));
    head = await web.as(who.at('principal', 0));
    web.startWorker();
  });
  after(() => web.close());

  test('the deputy under an assignment sees each class\'s results and by which instrument the signing stands', async () => {
    const { sheet, mine } = await deputy.json<ApproveJson>(path);
    assert.equal(mine.length, 3);
    for (const one of sheet.classes.filter((each) => each.grade < 5)) {
      const records = seeded.province.schools[0]!.classes.find((each) => each.name === one.className)!.pupils;
      const { HTXS, HTT, HT, CHT } = one.results;
      assert.equal(HTXS + HTT + HT + CHT, one.ready);
      assert.equal(one.ready + one.held.reduce((sum, each) => sum + each.count, 0), records.length);
      assert.equal(one.notPromoted, CHT);
    }
    const page = await deputy.page(path);
    assert.match(page, /KT\. HIỆU TRƯỞNG \/ PHÓ HIỆU TRƯỞNG/);
    assert.match(page, /theo văn bản số .+ ngày \d\d\/\d\d\/\d{4}/);
    assert.equal((page.match(/name="task"[^>]*checked/g) ?? []).length, 3);
  });

  test('the absent head is told who signs instead, and who could change that', async () => {
    const page = await head.page(path);
    assert.match(page, /hiện không có thẩm quyền ký duyệt lớp nào trong 3 lớp đang chờ/);
    assert.match(page, /Đang giao cho người khác/);
    assert.doesNotMatch(page, /Ký duyệt các lớp đã chọn/);
    const { mine } = await deputy.json<ApproveJson>(path);
    const refused = await head.tell(`${path}/ky`, { decisionId: randomUUID(), task: mine.map((one) => one.task) });
    assert.deepEqual([refused.status, refused.body['code']], [403, 'not-your-task']);
  });

  test('a head of another school reaches neither the page nor the act', async () => {
    const stranger = await web.as(who.at('principal', 1));
    assert.equal((await stranger.get(path)).status, 403);
    assert.equal((await stranger.tell(`${path}/ky`, { decisionId: randomUUID(), task: `${randomUUID()}:1` })).body['code'], 'other-area');
    assert.equal((await stranger.get(`${path}/lop/${seeded.classOf(school, who.classNames(0)[0]!)}`)).status, 403);
  });

  test('approving nothing is refused beside the form, with nothing recorded', async () => {
    const response = await deputy.post(`${path}/ky`, { decisionId: randomUUID() });
    assert.equal(response.status, 422);
    const page = await response.text();
    assert.match(page, /role="alert"><p>Chọn ít nhất một lớp để ký duyệt\.<\/p><\/div>/, 'and nothing of marked fields, of which there are none');
    assert.match(page, /Trang này có[\s\S]*chỉ ký những gì còn chọn/, 'true whatever is ticked');
    assert.doesNotMatch(page, /name="task"[^>]*checked/);
    assert.equal(await row(web.owner, 'SELECT 1 FROM decision'), undefined);
  });

  test('without JavaScript a class\'s cards open in place and the ticks made so far stay', async () => {
    const { mine } = await deputy.json<ApproveJson>(path);
    const page = await (await deputy.post(`${path}/mo`, { task: [mine[0]!.task], mo: mine[0]!.classId })).text();
    assert.equal((page.match(/name="task"[^>]*checked/g) ?? []).length, 1);
    assert.equal((page.match(/name="card"[^>]*checked/g) ?? []).length, mine[0]!.ready);
    assert.ok(page.includes(`name="listed" value="${mine[0]!.classId}"`));
    const part = await deputy.get(`${path}/lop/${mine[1]!.classId}/chon`, { headers: { 'hx-request': 'true' } });
    assert.equal(((await part.text()).match(/name="card"/g) ?? []).length, mine[1]!.ready);
  });

  test('returning a class needs a reason, and says the reason to the teacher', async () => {
    const { mine } = await deputy.json<ApproveJson>(path);
    const last = mine.at(-1)!;
    const classPath = `${path}/lop/${last.classId}`;
    const short = await deputy.post(`${classPath}/tra-lai`, { decisionId: randomUUID(), task: last.task, reason: 'sai' });
    assert.equal(short.status, 422);
    assert.match(await short.text(), /Ghi lí do, ít nhất 5 ký tự[\s\S]*>sai<\/textarea>/);
    const { actions } = await deputy.json<ClassJson>(classPath);
    const done = await deputy.tell(`${classPath}/tra-lai`, { decisionId: actions.return.decisionId, task: last.task, reason: 'Nhận xét của hai em bị đổi chỗ' });
    assert.equal(done.body['outcome'], 'done');
    await openTasks(web.owner, seeded);
    const teacher = await web.as(who.teacherOf(0, last.className));
    assert.match(await teacher.page(`/lop/${last.classId}/ra-soat`), /Lớp bị trả lại[\s\S]*Nhận xét của hai em bị đổi chỗ/);
  });

  test('a card shows which signature a return took off it, and when each was given by its own statement', async () => {
    const returned = (await row<{ id: string; class_id: string }>(web.owner, `SELECT c.id, c.class_id FROM report_card c JOIN audit a ON a.subject_id = c.id::text AND a.act = 'return_class' ORDER BY c.id LIMIT 1`))!;
    const sign = async (day: string): Promise<void> => {
      const [id, decision] = [randomUUID(), await row<{ id: string; actor_id: string }>(web.owner, `SELECT id, actor_id FROM decision LIMIT 1`)];
      await web.owner('signature_batch').insert({
        id, campaign_id: seeded.campaignId, school_code: school, role: 'teacher', person_id: decision!.actor_id, decision_id: decision!.id, account: 'x', certificate_id: (await web.owner('certificate').first<{ id: string }>('id')).id,
        state: 'attached', created_at: `${day}T01:00:00Z`, expires_at: `${day}T05:00:00Z`, prepared_at: `${day}T01:00:00Z`, attached_at: `${day}T01:07:00Z`,
      });
      await web.owner('signature_item').insert({ batch_id: id, card_id: returned.id, class_id: returned.class_id, state: 'attached' });
    };
    await sign('2026-05-20');
    const before = await head.page(`/hoc-ba/${returned.id}`);
    assert.match(before, /đã bỏ khi trả lại<\/span> đã ký <time[^>]*>08:00.20\/05\/2026/);
    assert.doesNotMatch(before, /08:07.20\/05\/2026/, 'attaching came later');
    await web.owner.raw(`INSERT INTO audit (at, act, subject_kind, subject_id, from_state, to_state) SELECT '2026-05-21T00:00:00Z', act, subject_kind, subject_id, from_state, to_state FROM audit WHERE subject_id = ? AND act = 'return_class'`, [returned.id]);
    await sign('2026-05-22');
    await web.owner('report_card').where({ id: returned.id }).update({ teacher_signed_at: '2026-05-22T01:07:00Z' });
    const after = await head.page(`/hoc-ba/${returned.id}`);
    assert.equal((after.match(/đã bỏ khi trả lại/g) ?? []).length, 1);
    assert.match(await head.page(`/hoc-ba/${returned.id}/xem`), /GVCN ký xác nhận[\s\S]*08:00.22\/05\/2026/);
    await web.owner('signature_item').where({ card_id: returned.id }).del();
    await web.owner('report_card').where({ id: returned.id }).update({ teacher_signed_at: null });
  });

  test('one approval signs every chosen class but the unticked card', async () => {
    const { mine, actions } = await deputy.json<ApproveJson>(path);
    assert.equal(mine.length, 2);
    const { cards } = await deputy.json<ClassJson>(`${path}/lop/${mine[0]!.classId}`);
    const ready = cards.filter((card) => card.state === 'teacher_signed' && card.status === 'expected').map((card) => card.cardId!);
    const response = await deputy.post(`${path}/ky`, {
      decisionId: actions.approve.decisionId, task: mine.map((one) => one.task), listed: mine[0]!.classId, card: ready.slice(1),
    });
    assert.equal(response.status, 303);
    assert.equal(response.headers.get('location'), path);
    const items = await rows<{ card_id: string }>(web.owner, 'SELECT card_id FROM signature_item');
    assert.equal(items.length, mine[0]!.ready + mine[1]!.ready - 1);
    assert.ok(!items.some((item) => item.card_id === ready[0]));
    const batches = await row<{ count: number }>(web.owner, `SELECT count(*)::int AS count FROM signature_batch WHERE role = 'principal'`);
    assert.equal(batches?.count, 1);
  });

  test('progress stands on the page by itself, and another person of the school may look but not confirm', async () => {
    const batchId = await moveBatch(web.owner, { schoolCode: school, role: 'principal', state: 'requested', items: 'prepared' });
    const page = await deputy.page(path);
    assert.match(page, /Chờ Thầy\/Cô xác nhận trên điện thoại/);
    assert.match(page, /Mở điện thoại mô phỏng/);
    assert.doesNotMatch(page, /Ký duyệt các lớp đã chọn/);
    const seen = await head.page(`/lan-ky/${batchId}`);
    assert.match(seen, /Chờ .+ xác nhận, chậm nhất/);
    assert.doesNotMatch(seen, /Mở điện thoại mô phỏng/);
    assert.equal((await (await web.as(who.at('clerk', 1))).get(`/lan-ky/${batchId}`)).status, 403);
    assert.equal((await (await web.as(who.teacherOf(0, who.classNames(0)[0]!))).get(`/lan-ky/${batchId}`)).status, 403);
  });

  test('a failed signing names its code and lets the deputy begin again', async () => {
    await web.owner('signature_batch').update({ failure_code: 'wrong-signature' });
    await moveBatch(web.owner, { schoolCode: school, role: 'principal', state: 'failed', items: 'prepared' });
    const page = await deputy.page(path);
    assert.match(page, /Lần ký không thành công[\s\S]*wrong-signature/);
    assert.match(page, /Ký duyệt các lớp đã chọn/);
  });

  test('the closing sheet says how many, whose classes, when and under which authority', async () => {
    const { mine, actions } = await deputy.json<ApproveJson>(path);
    await deputy.tell(`${path}/ky`, { decisionId: actions.approve.decisionId, task: mine.map((one) => one.task) });
    const batchId = await moveBatch(web.owner, { schoolCode: school, role: 'principal', state: 'attached', items: 'attached' });
    const total = mine.reduce((sum, one) => sum + one.ready, 0);
    const sheet = await deputy.page(`/lan-ky/${batchId}`);
    assert.match(sheet, new RegExp(`Đã ký duyệt <strong>${total}</strong> học bạ của <strong>2</strong> lớp`));
    assert.match(sheet, /KT\. HIỆU TRƯỞNG/);
    assert.match(sheet, /theo văn bản số/);
    assert.match(await deputy.page(path), new RegExp(`/lan-ky/${batchId}`));
  });
});
