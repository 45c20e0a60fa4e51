import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { row } from '../../db/connect.js';
import type { ReviewSheet } from '../../domain/sheets/review.js';
import { giveCertificates, moveBatch, nameApprovers, openTasks } from '../support/schoolWork.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

type ReviewJson = { sheet: ReviewSheet; actions: { sign: { decisionId: string; blocked: string | null }; report: { decisionId: string } } };

describe('reviewing a class', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let teacher: Visitor;
  let path: string;
  let school: string;
  const first = (): string => who.classNames(0)[0]!;
  const second = (): string => who.classNames(0)[1]!;
  const reviewPath = (className: string): string => `/lop/${seeded.classOf(school, className)}/ra-soat`;

  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner);
    who = staffing(seeded);
    school = who.school(0);
    await giveCertificates(web.owner);
    await nameApprovers(web.owner, seeded);
    await openTasks(web.owner, seeded);
    teacher = await web.as(who.teacherOf(0, first()));
    path = reviewPath(first());
  });
  after(() => web.close());

  test('shows every pupil with remarks, odd rows first, and who will approve by name', async () => {
    const { sheet } = await teacher.json<ReviewJson>(path);
    const page = await teacher.page(path);
    const { classes } = seeded.province.schools[0]!;
    for (const pupil of classes[0]!.pupils) {
      assert.ok(page.includes(pupil.identity.fullName), 'each pupil stands on the page');
      assert.ok(page.includes(pupil.remarks.teacher.slice(0, 20)));
    }
    const flags = sheet.pupils.map((pupil) => pupil.odd.length > 0);
    assert.ok(flags.lastIndexOf(true) < (flags.indexOf(false) === -1 ? flags.length : flags.indexOf(false)), 'no odd row after an ordinary one');
    assert.equal(sheet.approver.kind, 'routed');
    assert.match(page, /Người ký duyệt ghi trong học bạ/);
    // The head is away: the deputy under the recorded assignment is named, with its instrument.
    assert.match(page, /KT\. HIỆU TRƯỞNG/);
    assert.match(page, /theo văn bản số/);
  });

  test('stays far under 60 kB on the wire', async () => {
    const response = await teacher.get(path, { headers: { 'accept-encoding': 'gzip' } });
    assert.ok(gzipSync(await response.text()).length < 60_000);
    assert.equal(response.headers.get('content-encoding'), 'gzip');
  });

  test('a colleague of the same school does not see another teacher\'s class; the principal does', async () => {
    const colleague = await web.as(who.teacherOf(0, second()));
    assert.equal((await colleague.get(path)).status, 403);
    assert.equal((await colleague.tell(`${path}/ky`, { decisionId: randomUUID(), task: `${randomUUID()}:1` })).status, 403);
    assert.equal((await (await web.as(who.at('principal', 0))).get(path)).status, 200);
    assert.equal((await (await web.as(who.at('principal', 1))).get(path)).status, 403);
  });

  test('a principal reads but finds the button off, with the reason and the person who can', async () => {
    const page = await (await web.as(who.at('principal', 0))).page(path);
    assert.match(page, /<button[^>]*disabled[^>]*>Ký xác nhận/);
    assert.match(page, /Chỉ .* ký xác nhận được lớp này/);
  });

  test('reporting wrong rows without a reason keeps the ticks and says what is missing', async () => {
    const { sheet, actions } = await teacher.json<ReviewJson>(path);
    const [pupil] = sheet.pupils;
    const response = await teacher.post(`${path}/bao-sai`, { decisionId: actions.report.decisionId, task: `${sheet.task!.id}:${sheet.task!.version}`, pupil: pupil!.pupilId, reason: 'ít' });
    assert.equal(response.status, 422);
    const page = await response.text();
    assert.match(page, /Ghi lí do, ít nhất 5 ký tự/);
    assert.match(page, new RegExp(`<input[^>]*value="${pupil!.pupilId}"[^>]*checked`));
    assert.equal(await row(web.owner, 'SELECT 1 FROM decision'), undefined);
  });

  test('with no worker alive, a signature is recorded, shown as recorded after a reload, and never doubled', async () => {
    const { sheet, actions } = await teacher.json<ReviewJson>(path);
    const form = { decisionId: actions.sign.decisionId, task: `${sheet.task!.id}:${sheet.task!.version}` };
    const [one, other] = await Promise.all([teacher.tell(`${path}/ky`, form), teacher.tell(`${path}/ky`, form)]);
    assert.deepEqual([one.body['outcome'], other.body['outcome']], ['recorded', 'recorded']);
    assert.match(await teacher.page(path), /đã ghi nhận, đang xử lý/);
    const count = await row<{ count: number }>(web.owner, `SELECT count(*)::int AS count FROM decision WHERE act = 'review_class'`);
    assert.equal(count?.count, 1);
  });

  test('once carried out, the page says to confirm on the phone, counts, and outlives a reload', async () => {
    web.startWorker();
    for (let tries = 0; tries < 100 && (await teacher.json<ReviewJson>(path)).sheet.batch === null; tries += 1) await new Promise((resolve) => { setTimeout(resolve, 50); });
    const batchId = await moveBatch(web.owner, { schoolCode: school, role: 'teacher', state: 'requested', items: 'prepared' });
    const page = await teacher.page(path);
    assert.match(page, /Chờ Thầy\/Cô xác nhận trên điện thoại/);
    assert.match(page, new RegExp(`hx-get="/lan-ky/${batchId}" hx-trigger="every 2s"`));
    assert.match(page, /<button[^>]*disabled[^>]*>Ký xác nhận/);
    const part = await teacher.get(`/lan-ky/${batchId}`, { headers: { 'hx-request': 'true' } });
    assert.equal(part.headers.get('hx-refresh'), null);
    assert.doesNotMatch(await part.text(), /<html/);
  });

  test('an expired signing says so and how to go on; the part asks for the whole page once', async () => {
    const batchId = await moveBatch(web.owner, { schoolCode: school, role: 'teacher', state: 'expired', items: 'prepared' });
    const part = await teacher.get(`/lan-ky/${batchId}`, { headers: { 'hx-request': 'true' } });
    assert.equal(part.headers.get('hx-refresh'), 'true');
    const page = await teacher.page(path);
    assert.match(page, /Lần ký đã hết hạn xác nhận/);
    assert.match(page, /Chọn lại và ký lần nữa/);
    assert.doesNotMatch(page, /<button[^>]*disabled[^>]*>Ký xác nhận/);
  });

  test('a page opened before the task changed is told so, and the teacher of nothing gets nothing', async () => {
    const { sheet } = await teacher.json<ReviewJson>(path);
    const stale = await teacher.tell(`${path}/ky`, { decisionId: randomUUID(), task: `${sheet.task!.id}:${sheet.task!.version + 7}` });
    assert.deepEqual([stale.status, stale.body['code']], [409, 'form-out-of-date']);
    assert.equal((await teacher.get(`/lop/${randomUUID()}/ra-soat`)).status, 404);
    assert.equal((await teacher.get('/lop/khong-phai-ma/ra-soat')).status, 404);
  });

  test('a class whose approver nobody may be says who can grant it, and cannot be signed', async () => {
    const other = await web.as(who.teacherOf(0, second()));
    await web.owner('authority').where({ school_code: school }).update({ revoked_at: new Date(Date.now() - 60_000), revoked_reason: 'Chấm dứt để thử' });
    const { sheet, actions } = await other.json<ReviewJson>(reviewPath(second()));
    assert.deepEqual(sheet.approver, { kind: 'blocked', code: 'no-authority' });
    assert.match(String(actions.sign.blocked), /Hiệu trưởng giao ký thay/);
    assert.match(await other.page(reviewPath(second())), /Hiện không ai có thẩm quyền ký duyệt lớp này/);
    const refused = await other.tell(`${reviewPath(second())}/ky`, { decisionId: randomUUID(), task: `${sheet.task!.id}:${sheet.task!.version}` });
    assert.deepEqual([refused.status, refused.body['code']], [409, 'no-approver']);
    await web.owner('authority').where({ school_code: school }).update({ revoked_at: null, revoked_reason: null });
  });

  test('a card is readable in full in the order of the rendition, levels spelled out', async () => {
    const { sheet } = await teacher.json<ReviewJson>(path);
    const { cardId, record } = sheet.pupils.find((pupil) => pupil.cardId !== null)!;
    const page = await teacher.page(`/hoc-ba/${cardId}/xem`);
    const order = ['Thông tin học sinh', '1. Các môn học', '2. Những phẩm chất', '3.1. Năng lực chung', '3.2. Năng lực đặc thù', '4. Đánh giá', '5. Khen thưởng', '6. Hoàn thành'];
    const places = order.map((heading) => page.indexOf(heading));
    assert.ok(places.every((place, index) => place > (places[index - 1] ?? -1)), places.join(' '));
    assert.ok(page.includes(record!.identity.address) && page.includes('Hoàn thành'));
    const colleague = await web.as(who.teacherOf(0, second()));
    assert.equal((await colleague.get(`/hoc-ba/${cardId}/xem`)).status, 403);
    assert.equal((await (await web.as(who.at('clerk', 1))).get(`/hoc-ba/${cardId}/xem`)).status, 403);
  });

  test('reported rows are decided with pupils and reason', async () => {
    const { sheet, actions } = await teacher.json<ReviewJson>(path);
    const answer = await teacher.tell(`${path}/bao-sai`, { decisionId: actions.report.decisionId, task: `${sheet.task!.id}:${sheet.task!.version}`, pupil: [sheet.pupils[0]!.pupilId], reason: 'Điểm Toán bị đổi chỗ với bạn khác' });
    assert.equal(answer.body['outcome'], 'done');
    const stored = await row<{ payload: { pupilIds: string[] } }>(web.owner, `SELECT payload FROM decision WHERE act = 'report_wrong_rows'`);
    assert.deepEqual(stored?.payload.pupilIds, [sheet.pupils[0]!.pupilId]);
    const clerk = await web.as(who.at('clerk', 0));
    assert.match(await clerk.page(`/truong/${school}/du-lieu`), /GVCN báo sai lớp/);
  });
});
