import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { after, before, describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import { row } from '../../db/connect.js';
import { finishReading, storeFaults, storeUploadClasses, takeUpload } from '../../db/upload/reading.js';
import type { RosterSheet, UploadSheet } from '../../domain/sheets/roster.js';
import { openTasks } from '../support/schoolWork.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

type RosterJson = { sheet: RosterSheet; actions: { upload: { decisionId: string } } };
type UploadJson = { sheet: UploadSheet; actions: { confirm: { decisionId: string }; discard: { decisionId: string } } };

describe('handing in data', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  let clerk: Visitor;
  let path: string;
  let school: string;

  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: (one) => (one.grade === 1 ? 'drafted' : null) });
    who = staffing(seeded);
    school = who.school(0);
    path = `/truong/${school}/du-lieu`;
    await openTasks(web.owner, seeded);
    clerk = await web.as(who.at('clerk', 0));
    web.startWorker();
  });
  after(() => web.close());

  const upload = async (name: string, bytes: Uint8Array | string, decisionId: string = randomUUID(), as: Visitor = clerk): Promise<Response> => {
    const form = new FormData();
    form.set('csrf', as.csrf);
    form.set('decisionId', decisionId);
    form.set('file', new Blob([typeof bytes === 'string' ? bytes : Buffer.from(bytes)]), name);
    return as.get(path, { method: 'POST', body: form });
  };

  test('who is held is listed with the reason and what mends it, for the school’s own people; an office sees counts', async () => {
    const pupil = await web.owner('expected_pupil').where({ school_code: school, status: 'expected' }).whereNotIn('class_id', web.owner('report_card').select('class_id')).first<{ id: string; full_name: string; pupil_code: string }>();
    await web.owner('expected_pupil').where({ id: pupil.id }).update({ status: 'held', reason: 'number_of_another', reason_note: 'Trùng với một học sinh lớp 2A của trường' });
    const campaignPage = `/dot/${seeded.campaignId}/truong/${school}`;
    for (const page of [await clerk.page(path), await clerk.page(campaignPage)]) {
      for (const wanted of [pupil.pupil_code, 'Số định danh nộp lên đang là của học sinh khác', 'Trùng với một học sinh lớp 2A của trường', 'Đối chiếu số với giấy khai sinh']) assert.ok(page.includes(wanted), wanted);
    }
    const officeCode = seeded.province.schools.find((one) => one.code === school)!.officeCode;
    const office = await web.as((await row<{ person_id: string }>(web.owner, `SELECT person_id FROM role_grant WHERE role = 'office' AND office_code = :officeCode`, { officeCode }))!.person_id);
    assert.ok(!(await office.page(campaignPage)).includes(pupil.pupil_code));
    await web.owner('expected_pupil').where({ id: pupil.id }).update({ status: 'expected', reason: null, reason_note: null });
  });

  test('the template opens in Excel with every class of the school and its pupils', async () => {
    const response = await clerk.get(`${path}/mau.xlsx`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-disposition') ?? '', new RegExp(`du-lieu-${school}`));
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(await response.arrayBuffer());
    for (const one of seeded.province.schools[0]!.classes) {
      const sheet = workbook.worksheets.find((each) => each.name.includes(one.name));
      assert.ok(sheet, `a sheet for ${one.name}`);
      const text = JSON.stringify(sheet.getSheetValues());
      for (const pupil of one.pupils) assert.ok(text.includes(pupil.identity.pupilCode) && text.includes(pupil.identity.fullName));
    }
  });

  test('the thread that serves pages is mostly idle while a template is being built', async () => {
    const before = performance.eventLoopUtilization();
    assert.equal((await clerk.get(`${path}/mau.xlsx`)).status, 200);
    const { utilization } = performance.eventLoopUtilization(before);
    assert.ok(utilization < 0.5, `busy for ${Math.round(utilization * 100)} % of the time`);
  });

  test('a file is kept as received, read later, and sent twice is one upload', async () => {
    const id = (await clerk.json<RosterJson>(path)).actions.upload.decisionId;
    const bytes = Buffer.from('PK not really a workbook');
    const [one, other] = await Promise.all([upload('Lớp 2A.xlsx', bytes, id), upload('Lớp 2A.xlsx', bytes, id)]);
    assert.deepEqual([one.status, other.status], [303, 303]);
    assert.equal(one.headers.get('location'), `${path}/${id}`);
    const kept = await row<{ bytes: Buffer; file_name: string; sha256: string; n: number }>(web.owner, 'SELECT bytes, file_name, sha256, (SELECT count(*)::int FROM upload) AS n FROM upload');
    assert.equal(kept?.n, 1);
    assert.deepEqual(kept.bytes, bytes);
    assert.equal(kept.file_name, 'Lớp 2A.xlsx');
    const page = await clerk.page(`${path}/${id}`);
    assert.match(page, new RegExp(`hx-get="${path}/${id}" hx-trigger="every 2s"`));
    assert.match(page, /Tệp đã được lưu và đang chờ đọc/);
  });

  test('without a file the form says so; beyond 20 MB the answer is a clear refusal and nothing is kept', async () => {
    const form = new FormData();
    form.set('csrf', clerk.csrf);
    form.set('decisionId', randomUUID());
    const none = await clerk.get(path, { method: 'POST', body: form });
    assert.equal(none.status, 422);
    assert.match(await none.text(), /Chọn tệp Excel/);
    const big = await upload('to.xlsx', Buffer.alloc(20 * 2 ** 20 + 1));
    assert.equal(big.status, 413);
    assert.match(await big.text(), /lớn hơn 20 MB/);
    assert.equal((await row<{ n: number }>(web.owner, 'SELECT count(*)::int AS n FROM upload'))?.n, 1);
  });

  test('the same data comes as JSON with a key that makes repeating safe, and never without the session\'s token', async () => {
    const key = randomUUID();
    const send = (headers: Record<string, string>) => clerk.get(`${path}.json`, {
      method: 'POST', body: JSON.stringify({ classes: [] }), headers: { 'accept': 'application/json', 'content-type': 'application/json', 'idempotency-key': key, ...headers },
    });
    assert.equal((await send({})).status, 409);
    const body = await (await send({ 'x-csrf-token': clerk.csrf })).json() as Record<string, unknown>;
    assert.deepEqual([body['outcome'], body['uploadId']], ['done', key]);
    assert.equal(((await (await send({ 'x-csrf-token': clerk.csrf })).json()) as Record<string, unknown>)['outcome'], 'done');
    assert.equal((await row<{ format: string }>(web.owner, 'SELECT format FROM upload WHERE id = :key', { key }))?.format, 'json');
  });

  test('a read file shows each class, each fault at its cell, and gives the marked workbook back', async () => {
    const id = randomUUID();
    await upload('loi.xlsx', 'x', id);
    await readAs(id, 'read', { annotated: Buffer.from('marked') });
    const page = await clerk.page(`${path}/${id}`);
    assert.match(page, /trang 2A, ô F12/);
    assert.match(page, /Điểm kiểm tra môn Toán phải là số nguyên từ 0 đến 10/);
    assert.match(page, /Có lỗi, chưa nhận/);
    assert.match(page, /1 lỗi, 1 cảnh báo/);
    const list = await clerk.page(path);
    assert.match(list, /Có lớp bị trả lại/);
    assert.match(list, /loi\.xlsx&quot; còn 1 lỗi/);
    const marked = await clerk.get(`${path}/${id}/danh-dau-loi.xlsx`);
    assert.equal(await marked.text(), 'marked');
    assert.match(marked.headers.get('content-disposition') ?? '', /loi-loi\.xlsx/);
    assert.match(page, /Mã quy tắc <code class="rule">test-range<\/code>/, 'a clerk can read the rule out to whoever helps');
    const note = /loi\.xlsx&quot; còn 1 lỗi/;
    const second = seeded.classOf(school, seeded.province.schools[0]!.classes[1]!.name);
    await web.owner('class').where({ id: second }).update({ collect_state: 'accepted', collected_at: new Date() });
    assert.doesNotMatch(await clerk.page(path), note, 'the class has been accepted from another file');
    await web.owner('class').where({ id: second }).update({ collect_state: 'missing', collected_at: null });
    assert.match(await clerk.page(path), note);
    await web.owner('campaign').update({ state: 'ended' });
    assert.doesNotMatch(await clerk.page(path), note, 'nothing is asked of the school any more');
    await web.owner('campaign').update({ state: 'running' });
    const part = await clerk.get(`${path}/${id}`, { headers: { 'hx-request': 'true' } });
    assert.equal(part.headers.get('hx-refresh'), 'true');
  });

  test('differences are shown first, with names, and wait for a yes or no', async () => {
    const id = randomUUID();
    await upload('sua.xlsx', 'x', id);
    await readAs(id, 'waiting', {});
    const { sheet, actions } = await clerk.json<UploadJson>(`${path}/${id}`);
    const differing = sheet.classes.find((one) => one.outcome === 'differs')!;
    assert.equal(differing.differences[0]!.fullName, seeded.province.schools[0]!.classes[0]!.pupils[0]!.identity.fullName);
    const page = await clerk.page(`${path}/${id}`);
    assert.match(page, /<del>8<\/del>/);
    assert.match(page, /<ins>9<\/ins>/);
    assert.match(await clerk.page(path), /đang chờ xác nhận/);
    const discarded = await clerk.tell(`${path}/${id}/bo`, { decisionId: actions.discard.decisionId });
    assert.equal(discarded.body['outcome'], 'done');
    assert.equal((await clerk.json<UploadJson>(`${path}/${id}`)).sheet.state, 'discarded');
    const late = await clerk.tell(`${path}/${id}/xac-nhan`, { decisionId: actions.confirm.decisionId });
    assert.deepEqual([late.status, late.body['code']], [409, 'upload-not-waiting']);
  });

  test('a refused file says why and that nothing changed', async () => {
    const id = randomUUID();
    await upload('cu.xls', 'x', id);
    await web.owner('upload_reading').where({ upload_id: id }).update({ state: 'refused', refusal_code: 'old-xls', refusal_message: 'Tệp ở định dạng cũ .xls.', error_count: 1 });
    const page = await clerk.page(`${path}/${id}`);
    assert.match(page, /Tệp không được nhận:<\/strong> Tệp ở định dạng cũ \.xls\./);
    assert.match(page, /Dữ liệu đã nộp trước đó không thay đổi/);
    assert.doesNotMatch(page, /Chỗ cần sửa|chỗ đầu|Tệp đánh dấu lỗi|1 lỗi/, 'no cell was read, so there is none to mend and no marked file');
  });

  test('another school\'s clerk reaches neither page, template, upload nor act, and a principal is no clerk', async () => {
    const id = (await row<{ id: string }>(web.owner, 'SELECT id FROM upload LIMIT 1'))!.id;
    for (const visitor of [await web.as(who.at('clerk', 1)), await web.as(who.at('principal', 0))]) {
      for (const address of [path, `${path}/mau.xlsx`, `${path}/${id}`, `${path}/${id}/danh-dau-loi.xlsx`]) assert.equal((await visitor.get(address)).status, 403, address);
      assert.equal((await upload('x.xlsx', 'x', randomUUID(), visitor)).status, 403);
      assert.equal((await visitor.tell(`${path}/${id}/xac-nhan`, { decisionId: randomUUID() })).status, 403);
    }
    const own = await web.as(who.at('clerk', 1));
    assert.equal((await own.get(`/truong/${who.school(1)}/du-lieu/${id}`)).status, 404);
  });

  async function readAs(uploadId: string, state: 'read' | 'waiting', more: { annotated?: Buffer }): Promise<void> {
    const taken = (await takeUpload(web.owner, uploadId))!;
    const [first, second] = seeded.province.schools[0]!.classes;
    const classId = (name: string): string => seeded.classOf(school, name);
    const base = { classVersion: 1, pupils: 9, records: null };
    await storeUploadClasses(web.owner, uploadId, [
      state === 'waiting'
        ? { ...base, classId: classId(first!.name), outcome: 'differs', errors: 0, differences: [{ pupilCode: first!.pupils[0]!.identity.pupilCode, field: 'subjects.TOAN.test', label: 'Toán – điểm KTĐK', before: '8', after: '9' }] }
        : { ...base, classId: classId(second!.name), outcome: 'errors', errors: 1, differences: null },
    ]);
    const fault = { sheet: '2A', column: 'Toán – Điểm KTĐK', className: '2A', pupilCode: null };
    if (state === 'read') {
      await storeFaults(web.owner, uploadId, [
        { ...fault, cell: 'F12', rule: 'test-range', message: 'Điểm kiểm tra môn Toán phải là số nguyên từ 0 đến 10.', severity: 'error' },
        { ...fault, cell: 'G12', rule: 'blank', message: 'Ô trống.', severity: 'warning' },
      ]);
    }
    await finishReading(web.owner, taken, { state, errors: state === 'read' ? 1 : 0, warnings: state === 'read' ? 1 : 0, ...more });
  }
});
