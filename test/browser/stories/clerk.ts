import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import ExcelJS from 'exceljs';
import type { Page } from 'playwright-core';
import { rosterWithBadCells, type BadCell } from '../../../sandbox/province/badCells.js';
import { rosterWorkbook } from '../../../sandbox/province/workbooks.js';
import { inspect } from '../../support/browserInspect.js';
import { landing } from '../../support/browserMail.js';
import { confirmOnPhone } from '../../support/browserPhone.js';
import { takePicture } from '../../support/browserPicture.js';
import { school, XLSX, type Scene } from './scene.js';

const BAD_CELLS = 7;

/** "The file told me which rows to fix": seven bad cells, the annotated workbook back, the corrected one in, differences first. */
export async function clerkCorrectsWorkbook(scene: Scene): Promise<void> {
  const { stage, crowd } = scene;
  const seat = await crowd.seat('T01-VT', { width: 360 });
  const { page } = seat;
  await landing(page, crowd.town, { to: crowd.staff('T01-VT').email, subject: /^Nộp dữ liệu học bạ/ });
  await page.getByRole('heading', { level: 1, name: 'Dữ liệu lớp' }).waitFor();
  await inspect(page, 'data of a school');
  const [template] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Tải mẫu Excel của trường' }).click()]);
  const offered = await open(await readFile(await template.path()));
  assert.deepEqual(school(scene, 0).classes.filter(({ name }) => offered.getWorksheet(name) === undefined), [], 'the template has a sheet for every class');

  const { workbook, badCells } = await rosterWithBadCells(stage.province, school(scene, 0).code, BAD_CELLS);
  await upload(page, workbook);
  await page.getByRole('heading', { name: 'Chỗ cần sửa' }).waitFor();
  await readFaults(scene, page.url(), badCells);
  await inspect(page, 'faults of a workbook');

  const [annotated] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Tải tệp đã đánh dấu lỗi' }).click()]);
  const mended = await mend(scene, await readFile(await annotated.path()), badCells);
  await page.getByRole('link', { name: 'Về trang dữ liệu' }).click();
  await upload(page, mended.bytes);
  await page.getByRole('heading', { name: '1 thay đổi ở 1 lớp, chờ xác nhận' }).waitFor();
  assert.equal(await page.locator('ins').innerText(), mended.remark);
  await inspect(page, 'differences that wait for a yes');
  await page.getByRole('button', { name: 'Xác nhận thay đổi' }).click();
  await page.getByText('Đã áp dụng thay đổi').waitFor();
  await page.getByRole('link', { name: 'Về trang dữ liệu' }).click();
  assert.equal(await page.getByText('Chưa có', { exact: true }).count(), 0, 'every class is taken in');
  await crowd.leave(seat);
}

/** On the clerk's own screen: every bad cell once, with its sheet, its rule and a sentence. */
async function readFaults({ crowd }: Scene, url: string, badCells: readonly BadCell[]): Promise<void> {
  const seat = await crowd.seat('T01-VT');
  await seat.page.goto(url);
  const faults = seat.page.getByRole('table', { name: 'Lỗi phải sửa' });
  for (const { sheet, cell } of badCells) {
    const line = faults.getByRole('row', { name: new RegExp(`trang ${sheet}, ô ${cell}\\b`) });
    assert.match(await line.innerText(), /\p{Lu}\p{Ll}.{20,}/u, `a sentence for ${sheet} ${cell}`);
    assert.match(await line.locator('.rule').innerText(), /^[\w./-]+$/, `a rule for ${sheet} ${cell}`);
  }
  assert.equal(await faults.locator('tbody tr').count(), badCells.length, 'each mistake is said once');
  await takePicture(seat.page, 'upload-errors.png', { through: faults });
  await crowd.leave(seat);
}

/** As a clerk does with the file that came back: marked cells set right, one remark of a class that was right already changed. */
async function mend(scene: Scene, bytes: Buffer, badCells: readonly BadCell[]): Promise<{ bytes: Buffer; remark: string }> {
  const marked = await open(bytes);
  const right = await open(await rosterWorkbook(scene.stage.province, school(scene, 0).code));
  for (const { sheet, cell } of badCells) {
    const place = marked.getWorksheet(sheet)!.getCell(cell);
    assert.match(JSON.stringify(place.note), /Cần sửa: /, `a note in ${sheet} ${cell}`);
    place.value = right.getWorksheet(sheet)!.getCell(cell).value;
  }
  const clean = school(scene, 0).classes.find(({ name }) => badCells.every(({ sheet }) => sheet !== name))!;
  const sheet = marked.getWorksheet(clean.name)!;
  const remark = 'Con tiến bộ rõ trong học kì hai, đọc to và rõ ràng hơn.';
  findCell(sheet, clean.pupils[0]!.remarks.teacher).value = remark;
  return { bytes: Buffer.from(await marked.xlsx.writeBuffer()), remark };
}

function findCell(sheet: ExcelJS.Worksheet, text: string): ExcelJS.Cell {
  let found: ExcelJS.Cell | undefined;
  sheet.eachRow((row) => { row.eachCell((cell) => { if (cell.value === text) found ??= cell; }); });
  if (found === undefined) throw new Error(`no cell says "${text}"`);
  return found;
}

async function open(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  return workbook;
}

/** The file chosen and sent; the page then tells the result by itself. */
export async function upload(page: Page, buffer: Buffer): Promise<void> {
  await page.getByLabel(/^Tệp Excel/).setInputFiles({ name: 'du-lieu.xlsx', mimeType: XLSX, buffer });
  await page.getByRole('button', { name: 'Nộp dữ liệu' }).click();
  await page.waitForURL(/\/du-lieu\/[0-9a-f-]{36}/);
}

/** The class a teacher reported wrong: its reason stands on the clerk's page, the corrected workbook brings it back. */
export async function clerkAnswersReport(scene: Scene, className: string): Promise<void> {
  const { crowd, stage } = scene;
  const seat = await crowd.seat('T01-VT', { width: 360 });
  await seat.page.goto(`${crowd.town.hub}/truong/${school(scene, 0).code}/du-lieu`);
  await seat.page.getByText(`GVCN báo sai lớp ${className}:`).waitFor();
  await upload(seat.page, await rosterWorkbook(stage.province, school(scene, 0).code));
  await seat.page.getByText(/Đã nhận \d+ lớp|Chờ xác nhận thay đổi/).first().waitFor();
  const confirm = seat.page.getByRole('button', { name: 'Xác nhận thay đổi' });
  if (await confirm.count() > 0) {
    await confirm.click();
    await seat.page.getByText('Đã áp dụng thay đổi').waitFor();
  }
  await crowd.leave(seat);
}

/** The school's seal on everything approved, confirmed with the seal's own account. */
export async function clerkSeals(scene: Scene): Promise<void> {
  const { crowd } = scene;
  const seat = await crowd.seat('T01-VT', { width: 360 });
  const { page } = seat;
  await page.goto(`${crowd.town.hub}/viec-cua-toi`);
  await inspect(page, 'my tasks');
  await page.getByRole('link', { name: 'Ký số phát hành', exact: true }).last().click();
  await page.getByText('Còn hiệu lực').waitFor();
  await inspect(page, 'seal');
  await page.getByRole('button', { name: 'Ký số phát hành các lớp đã chọn' }).click();
  await page.getByText('Chờ Thầy/Cô xác nhận trên điện thoại').waitFor();
  await confirmOnPhone(seat, crowd.town);
  await page.getByText(/Đã ký số phát hành \d+ học bạ/).waitFor();
  await crowd.leave(seat);
}

/** Tells the stand-in of the Kho to refuse one card, once. */
export async function khoRefusesOnce({ stage }: Scene, { pupilCode }: { pupilCode: string }): Promise<void> {
  const order = { refuse: [{ id: 'once', ma_hoc_sinh: pupilCode }] };
  const answer = await fetch(`http://127.0.0.1:${stage.hub.ports.kho}/sandbox/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) });
  assert.equal(answer.status, 200);
}

/** What the Kho refused by its own fault goes to it once more as it is. */
export async function clerkResendsRefused(scene: Scene, refusedName: string): Promise<void> {
  const { crowd } = scene;
  const seat = await crowd.seat('T01-VT', { width: 360 });
  const { page } = seat;
  await landing(page, crowd.town, { to: crowd.staff('T01-VT').email, subject: /^Kho từ chối học bạ/ });
  await page.getByText('không khớp Cơ sở dữ liệu quốc gia').waitFor();
  await inspect(page, 'refused cards');
  assert.ok(await page.getByLabel(refusedName).isChecked(), 'the only one there is chosen already');
  await page.getByRole('button', { name: 'Gửi lại Kho' }).click();
  await page.getByText('Không có học bạ nào của trường bị Kho từ chối').waitFor();
  await crowd.leave(seat);
}
