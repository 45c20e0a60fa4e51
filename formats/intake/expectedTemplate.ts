import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import ExcelJS from 'exceljs';
import { addTable } from '../workbook/tableWriter.js';
import type { ExpectedRow } from './expected.js';
import { EXPECTED } from './expectedSheet.js';

/**
 * Writes the expected-pupils workbook: empty, or filled with `rows` (any number: rows leave memory as they are written).
 * @returns an .xlsx whose reading by `readExpected` gives the same rows
 */
export async function writeExpectedTemplate({ rows = [] }: { rows?: Iterable<ExpectedRow> } = {}): Promise<Buffer> {
  const stream = new PassThrough();
  const bytes = buffer(stream);
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true, useSharedStrings: true });
  const sheet = addTable(workbook, EXPECTED, rows, 'Cột có dấu (*) là bắt buộc. Mã và số định danh để ở dạng Văn bản. Học sinh chưa có số định danh thì để trống.');
  sheet.commit();
  await workbook.commit();
  return bytes;
}
