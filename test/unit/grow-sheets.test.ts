import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import { growSheets, type CellValue } from '../../formats/workbook/growSheets.js';

async function template(): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.addWorksheet('Danh sách').addRows([['Mã', 'Số'], ['mẫu', 1]]);
  return Buffer.from(await book.xlsx.writeBuffer());
}

async function written(groups: AsyncIterable<readonly (readonly CellValue[])[]>): Promise<Buffer> {
  const parts: Buffer[] = [];
  await growSheets(await template(), [{ sheet: 1, sample: 2, columns: 2, groups }], (bytes) => { parts.push(Buffer.from(bytes)); return Promise.resolve(); });
  return Buffer.concat(parts);
}

describe('a workbook written row by row', () => {
  test('holds every row, in order, in place of the sample', async () => {
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await written((async function* () { yield [['A', 1], ['B', 2]]; await sleep(1); yield [['C', 3]]; })()) as never);
    assert.deepEqual(book.worksheets[0]!.getSheetValues().slice(1).map((row) => (row as unknown[]).slice(1)), [['Mã', 'Số'], ['A', 1], ['B', 2], ['C', 3]]);
  });

  test('ends with the fault that its rows end with, whoever waits for it', async () => {
    const fault = Object.assign(new Error('the list was taken over'), { code: 'fenced' });
    const broken = (async function* (): AsyncGenerator<(readonly CellValue[])[]> { yield [['A', 1]]; await sleep(1); throw fault; })();
    await assert.rejects(written(broken), (error) => error === fault);
  });
});
