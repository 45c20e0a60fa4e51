import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import type { ProgressCounts } from '../../domain/rates.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { personWith, startWeb, type Visitor, type Web } from '../support/web.js';

type Listed = { id: string; pupil_code: string; full_name: string; birth_date: string; sex: 'male' | 'female'; ethnicity: string; nationality: string; personal_number: string };

describe('the form for a pupil who joins a running campaign', () => {
  let web: Web;
  let seeded: Seeded;
  let coordinator: Visitor;
  let base: string;
  let page: string;
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner);
    coordinator = await web.as(await personWith(web, 'coordinator'));
    base = `/dot/${seeded.campaignId}`;
    page = `${base}/lop/${classId(0)}`;
    web.startWorker();
  });
  after(() => web.close());

  const classId = (schoolIndex: number): string => seeded.classOf(seeded.province.schools[schoolIndex]!.code, seeded.province.schools[schoolIndex]!.classes[0]!.name);
  const TYPED = {
    arrival: 'transfer_in', pupilCode: ' HS-MOI-1 ', fullName: 'Nguyễn  Mới Đến', birthDate: '2018-03-04', sex: 'Nữ', ethnicity: 'Kinh', nationality: 'Việt Nam', personalNumber: '001 318 000 001',
    evidence: 'Giấy chuyển trường số 8 ngày 02/06/2026',
  };
  const send = (typed: Record<string, string>, { to = page, visitor = coordinator } = {}) => visitor.post(`${to}/chuyen-den`, { decisionId: randomUUID(), ...typed });
  const expected = async (): Promise<number> => (await coordinator.json<{ tree: { counts: ProgressCounts } }>(base)).tree.counts.expected;
  const listed = (schoolIndex: number): Promise<Listed> => web.owner('expected_pupil').where({ class_id: classId(schoolIndex), status: 'expected' }).orderBy('pupil_code').first<Listed>();
  /** What a browser would send of the form that the page shows. */
  const shown = (html: string): Record<string, string> => {
    const form = /<form[^>]*chuyen-den[^]*?<\/form>/.exec(html)?.[0] ?? assert.fail('the form');
    const fields = [...form.matchAll(/<input([^>]*)>/g)].map(([, all]) => [/name="(\w+)"/.exec(all!)?.[1] ?? '', /value="([^"]*)"/.exec(all!)?.[1] ?? ''] as const);
    const chosen = [...form.matchAll(/<select[^>]*name="(\w+)"[^]*?<\/select>/g)].map(([all, name]) => [name!, /<option value="([^"]*)" selected/.exec(all)?.[1] ?? ''] as const);
    const text = [...form.matchAll(/<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</g)].map(([, name, value]) => [name!, value!] as const);
    return Object.fromEntries([...fields, ...chosen, ...text].filter(([name]) => name !== '' && name !== 'csrf'));
  };
  const fold = (html: string): string => /<details[^>]*id="ghi-den"[^>]*>/.exec(html)?.[0] ?? '';

  test('stands closed on the class’s page, and says what it is for and how a mistake is undone', async () => {
    const html = await coordinator.page(page);
    assert.ok(fold(html) !== '' && !fold(html).includes(' open'));
    for (const said of ['Ghi học sinh chuyển đến hoặc bị sót', 'ghi nhầm em nào là chuyển đi', 'Ghi lại', 'tính ngay vào số phải có']) assert.ok(html.includes(said), said);
    assert.equal(shown(html)['nationality'], 'Việt Nam');
  });

  test('comes back open with a sentence beside each wrong field and everything that was typed; nothing is decided', async () => {
    const before = (await web.owner('decision')).length;
    const typed = { ...TYPED, arrival: '', pupilCode: '', birthDate: '1988-03-04', ethnicity: '', personalNumber: '0013180', evidence: 'ngắn' };
    const response = await send(typed);
    assert.equal(response.status, 422);
    const html = await response.text();
    assert.ok(fold(html).includes(' open'));
    for (const [field, sentence] of [['arrival', 'Chọn lí do ghi thêm'], ['pupilCode', 'còn trống'], ['ethnicity', 'còn trống'], ['personalNumber', '12 chữ số'], ['evidence', 'ít nhất 5 ký tự']] as const) {
      assert.match(html, new RegExp(`id="${field}-[0-9a-f]+-fault">[^<]*${sentence}`), field);
    }
    const { decisionId: _id, ...again } = shown(html);
    assert.deepEqual(again, { ...typed });
    const rest = await send({ ...TYPED, birthDate: '1988-03-04', personalNumber: '001317000001' });
    const second = await rest.text();
    for (const [field, sentence] of [['birthDate', 'không hợp lí'], ['personalNumber', 'năm sinh']] as const) assert.match(second, new RegExp(`id="${field}-[0-9a-f]+-fault">[^<]*${sentence}`), field);
    assert.equal((await web.owner('decision')).length, before);
  });

  test('names the class and school where the code or the number already stands', async () => {
    const other = await listed(1);
    const place = `lớp ${seeded.province.schools[1]!.classes[0]!.name}, ${seeded.province.schools[1]!.name}`;
    const sameCode = await send({ ...TYPED, pupilCode: other.pupil_code });
    assert.equal(sameCode.status, 409);
    assert.match(await sameCode.text(), new RegExp(`id="pupilCode-[0-9a-f]+-fault">[^<]*${place}`));
    const sameNumber = await send({ ...TYPED, personalNumber: other.personal_number, birthDate: other.birth_date, sex: other.sex === 'male' ? 'Nam' : 'Nữ' });
    const html = await sameNumber.text();
    assert.match(html, new RegExp(`id="personalNumber-[0-9a-f]+-fault">[^<]*${place}`));
    assert.ok(!html.includes(other.full_name), 'and not whose');
  });

  test('sent once or twice records one pupil, tidied as in the workbook, and goes on to a page that shows why and since when', async () => {
    const before = await expected();
    const decisionId = randomUUID();
    for (const time of ['first', 'second']) {
      const response = await coordinator.post(`${page}/chuyen-den`, { decisionId, ...TYPED });
      assert.deepEqual([response.status, response.headers.get('location')], [303, `${page}?quyet-dinh=${decisionId}`], time);
    }
    assert.equal(await expected(), before + 1);
    const stored = await web.owner('expected_pupil').where({ pupil_code: 'HS-MOI-1' }).select('full_name', 'personal_number', 'class_id');
    assert.deepEqual(stored, [{ full_name: 'Nguyễn Mới Đến', personal_number: '001318000001', class_id: classId(0) }]);
    const html = await coordinator.page(page);
    const today = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' }).format(new Date());
    assert.ok(html.includes(`Chuyển đến ngày ${today} (Giấy chuyển trường số 8 ngày 02/06/2026)`));
    assert.match(html, /Nguyễn Mới Đến/);
  });

  test('comes filled for whoever was taken out by mistake, and brings the pupil back in', async () => {
    const one = await listed(0);
    const before = await expected();
    const moved = await coordinator.tell(`${page}/hoc-sinh`, { decisionId: randomUUID(), pupilIds: [one.id], what: 'drop_out', reason: 'Thôi học từ tháng 3' });
    assert.equal(moved.body['outcome'], 'done');
    const link = `?ghi-lai=${one.id}#ghi-den`;
    assert.ok((await coordinator.page(page)).includes(`href="${link}"`));
    const html = await coordinator.page(`${page}${link.replace('#ghi-den', '')}`);
    assert.ok(fold(html).includes(' open'));
    const filledIn = shown(html);
    assert.deepEqual([filledIn['arrival'], filledIn['pupilCode'], filledIn['fullName'], filledIn['birthDate'], filledIn['personalNumber']], ['restored', one.pupil_code, one.full_name, one.birth_date, one.personal_number]);
    const response = await send({ ...filledIn, evidence: 'Nhầm với em cùng tên' });
    assert.equal(response.status, 303);
    assert.equal(await expected(), before);
    const after = await coordinator.page(page);
    assert.ok(!after.includes(link), 'nothing to bring back any more');
    assert.ok(after.includes('Ghi lại do rút nhầm'));
    const nobody = await coordinator.page(`${page}?ghi-lai=${(await listed(1)).id}`);
    assert.equal(shown(nobody)['pupilCode'], '', 'somebody of another class fills nothing in');
  });

  test('stands in the closing report and its workbook beside who left: the frozen list, plus, minus, is what is expected', async () => {
    type Closing = { list: { frozen: number; came: number; left: number; expected: number }; movements: { direction: string; reason: string; pupils: number }[] };
    const { list, movements } = await coordinator.json<Closing>(`${base}/tong-ket`);
    const frozen = (await web.owner('expected_pupil').whereNull('arrival').count<{ count: string }[]>('id'))[0]!;
    assert.deepEqual(list, { frozen: Number(frozen.count), came: 2, left: 1, expected: await expected() });
    assert.deepEqual(movements.map(({ direction, reason, pupils }) => [direction, reason, pupils]), [['in', 'restored', 1], ['in', 'transfer_in', 1], ['out', 'drop_out', 1]]);
    const html = await coordinator.page(`${base}/tong-ket`);
    for (const said of [`${list.frozen} + 2 − 1 = ${list.expected}`, 'Chuyển đến', 'Ghi lại do rút nhầm', 'Thôi học']) assert.ok(html.includes(said), said);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await (await coordinator.get(`/bao-cao/tien-do.xlsx?dot=${seeded.campaignId}`)).arrayBuffer());
    const sheet = book.getWorksheet('Biến động')!;
    assert.deepEqual([7, 8, 9, 10].map((line) => sheet.getCell(line, 6).result ?? sheet.getCell(line, 6).value), [list.frozen, 2, 1, list.expected]);
    assert.ok(!JSON.stringify(sheet.getSheetValues()).includes('Nguyễn Mới Đến'), 'a report names no pupil');
  });

  test('is for coordinators, and for campaigns that run', async () => {
    for (const role of ['office', 'official', 'principal', 'clerk', 'homeroom'] as const) assert.equal((await send(TYPED, { visitor: await web.as(await personWith(web, role)) })).status, 403, role);
    assert.equal((await send({ ...TYPED, pupilCode: 'HS-MOI-3', personalNumber: '' }, { to: `${base}/lop/${randomUUID()}` })).status, 404);
    await web.owner('campaign').where({ id: seeded.campaignId }).update({ state: 'ended', ended_at: new Date() });
    try {
      assert.equal(fold(await coordinator.page(page)), '');
      assert.equal((await send({ ...TYPED, pupilCode: 'HS-MOI-3', personalNumber: '' })).status, 409);
    } finally {
      await web.owner('campaign').where({ id: seeded.campaignId }).update({ state: 'running', ended_at: null });
    }
  });
});
