import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import { cellText, columnName, parseAddress } from '../../formats/workbook/cell.js';
import { formatOf } from '../../formats/workbook/bookParts.js';
import { ROSTER_LIMITS } from '../../formats/workbook/limits.js';
import { openWorkbook } from '../../formats/workbook/open.js';
import { parseDate, serialDate } from '../../formats/workbook/value.js';
import { writeRosterTemplate } from '../../formats/roster/template.js';
import { sample } from '../support/rosterWorkbook.js';
import { rawWorkbook } from '../support/rosterZip.js';

async function sheetsOf(bytes: Buffer) {
  const opened = await openWorkbook(bytes, ROSTER_LIMITS);
  assert.ok(opened.ok, opened.ok ? '' : opened.refusal.code);
  return opened.workbook;
}

describe('cells as the file states them', () => {
  test('agree with what exceljs reads from the same bytes', async () => {
    const bytes = await writeRosterTemplate(sample(25, 3));
    const theirs = new ExcelJS.Workbook();
    await theirs.xlsx.load(bytes as unknown as ExcelJS.Buffer);
    let compared = 0;
    for (const sheet of (await sheetsOf(bytes)).sheets) {
      const other = theirs.getWorksheet(sheet.name);
      for (const row of sheet.rows) row.cells.forEach((cell, column) => {
        const value = other?.getCell(row.number, column + 1).value;
        const expected = value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
        const own = cell?.kind === 'number' && cell.format.date ? serialDate(cell.value, false) : cellText(cell);
        assert.equal(own, expected);
        compared++;
      });
    }
    assert.ok(compared > 1500, `${compared} cells`);
  });

  test('need neither addresses nor the usual prefix', async () => {
    const bare = rawWorkbook({ '1A': '<x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>Họ</x:t></x:is></x:c><x:c><x:v>7</x:v></x:c></x:row></x:sheetData>' }, { prefix: 'x' });
    const [sheet] = (await sheetsOf(bare)).sheets;
    assert.deepEqual(sheet?.rows.map((row) => [row.number, row.cells.map(cellText)]), [[1, ['Họ', '7']]]);
  });

  test('keep all digits of a number in scientific notation, and join rich text without its phonetic part', async () => {
    const raw = rawWorkbook({ '1A': '<sheetData><row r="3"><c r="B3"><v>9.9220000001E10</v></c><c r="C3" t="inlineStr"><is><r><t>Lê </t></r><r><t>An</t></r><rPh><t>x</t></rPh></is></c></row></sheetData>' });
    const [row] = (await sheetsOf(raw)).sheets[0]?.rows ?? [];
    assert.equal(cellText(row?.cells[1]), '99220000001');
    assert.equal(cellText(row?.cells[2]), 'Lê An');
  });

  test('cost nothing where a column is validated, named and formatted to the last row', async () => {
    const bytes = rawWorkbook(
      { '1A': '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576" s="1"/></sheetData><dataValidations><dataValidation type="list" sqref="A1:AZ1048576"><formula1>"T,H,C"</formula1></dataValidation></dataValidations>' },
      { afterSheets: "<definedNames><definedName name=\"x\">'1A'!$A$1:$XFD$1048576</definedName></definedNames>" },
    );
    const before = process.memoryUsage().rss;
    const workbook = await sheetsOf(bytes);
    assert.equal(workbook.sheets[0]?.rows.length, 1);
    assert.equal(workbook.sheets[0]?.validatedCells, 52 * 1_048_576);
    assert.equal(workbook.definedCells, 16_384 * 1_048_576);
    assert.ok(process.memoryUsage().rss - before < 50 * 2 ** 20);
  });

  test('have addresses both ways', () => {
    for (const [index, name] of [[0, 'A'], [25, 'Z'], [26, 'AA'], [701, 'ZZ'], [702, 'AAA'], [16_383, 'XFD']] as const) {
      assert.equal(columnName(index), name);
      assert.deepEqual(parseAddress(`$${name}$12`), { row: 12, column: index });
    }
    assert.equal(parseAddress('12'), null);
  });
});

describe('dates', () => {
  const text = (value: string) => parseDate({ kind: 'text', text: value, formula: false }, false);

  test('as serial numbers follow their calendar, the false leap day of 1900 included', () => {
    assert.equal(serialDate(61, false), '1900-03-01');
    assert.equal(serialDate(45_905, false), '2025-09-05');
    assert.equal(serialDate(45_905.75, false), '2025-09-05', 'the time of day is dropped');
    assert.equal(serialDate(45_905 - 1462, true), '2025-09-05', 'the 1904 calendar lies 1462 days apart');
    assert.equal(serialDate(5, false), null);
  });

  test('as text put the day first and refuse what is no day', () => {
    for (const good of ['05/09/2018', '5/9/2018', '5-9-2018', '05.09.2018', '2018-09-05', ' 5 / 9 / 2018 ', '2018-09-05T00:00:00']) {
      assert.deepEqual(text(good), { ok: true, value: '2018-09-05' }, good);
    }
    for (const wrong of ['09/25/2018', '31/04/2018', '29/02/2019', '5/9/18', 'tháng 9', '2018', '2018-13-01']) assert.equal(text(wrong).ok, false, wrong);
    assert.deepEqual(text('29/02/2020'), { ok: true, value: '2020-02-29' });
  });

  test('are known by the number format', () => {
    for (const code of ['dd/mm/yyyy', '[$-42A]d mmmm yyyy', 'yyyy\\-mm\\-dd;@', '[$-F800]dddd, mmmm dd, yyyy']) assert.equal(formatOf(code).date, true, code);
    for (const code of ['General', '0.00', '#,##0', '"đồng" 0', '0.00E+00', '@', '[Red]0']) assert.equal(formatOf(code).date, false, code);
    assert.equal(formatOf('000000000000').zeros, 12);
  });
});
