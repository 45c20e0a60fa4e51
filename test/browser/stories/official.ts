import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import ExcelJS from 'exceljs';
import { inspect } from '../../support/browserInspect.js';
import { tileCount, type Scene } from './scene.js';

/** "60.259 / 73.172 = 82,35 %, and I can trust it": the page and the workbook say the same. */
export async function officialDownloadsReport({ crowd }: Scene): Promise<Buffer> {
  const seat = await crowd.seat('SO-LD01');
  const { page } = seat;
  await page.getByText('số liệu tính đến').waitFor();
  await inspect(page, 'report');
  const [signed, accepted, expected] = [await tileCount(page, 'Đã ký duyệt'), await tileCount(page, 'Kho đã tiếp nhận'), Number(/của ([\d.]+) phải có/.exec(await page.locator('main').innerText())?.[1]?.replaceAll('.', ''))];
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Tải báo cáo Excel' }).click()]);
  const bytes = await readFile(await download.path());
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  let total: ExcelJS.Row | undefined;
  workbook.getWorksheet('Tiến độ')!.eachRow((row) => { if (row.getCell(2).text === 'Tổng cộng') total = row; });
  const cell = (column: string): unknown => total!.getCell(column).result;
  assert.deepEqual([cell('C'), cell('F'), cell('J')], [expected, signed, accepted]);
  assert.equal(cell('Q'), Math.round((10_000 * signed) / expected) / 10_000);
  await crowd.leave(seat);
  return bytes;
}
