import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import { annotateRoster } from '../../formats/roster/annotate.js';
import { allFaults } from '../../formats/roster/reading.js';
import { wholeFault } from '../../formats/roster/place.js';
import { RefusedWorkbook } from '../../formats/workbook/refusal.js';
import { cellOf, changed, changedSample, read, sample } from '../support/rosterWorkbook.js';
import { rawWorkbook } from '../support/rosterZip.js';

async function load(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  return workbook;
}
const argbOf = (cell: ExcelJS.Cell | undefined): string | undefined => (cell?.fill as ExcelJS.FillPattern | undefined)?.fgColor?.argb;
const noteOf = (cell: ExcelJS.Cell | undefined): string => {
  const { note } = (cell ?? {}) as { note?: string | ExcelJS.Comment };
  return note === undefined ? '' : typeof note === 'string' ? note : (note.texts ?? []).map((piece) => piece.text).join('');
};

async function faulty() {
  const template = sample(10, 3);
  const cells = { test: cellOf(template, '1A', 0, 'subjects.TOAN.test'), sex: cellOf(template, '2A', 1, 'identity.sex') };
  const bytes = await changedSample(template, (workbook) => {
    (workbook.getWorksheet('1A') as ExcelJS.Worksheet).getCell(cells.test).value = 12;
    (workbook.getWorksheet('2A') as ExcelJS.Worksheet).getCell(cells.sex).value = '=1+1';
  });
  return { template, cells, bytes, faults: allFaults(await read(bytes)) };
}

describe('a refused roster handed back', () => {
  test('is the clerk\'s own workbook with faulty cells coloured and noted, and no other', async () => {
    const { template, cells, bytes, faults } = await faulty();
    const workbook = await load(await annotateRoster(bytes, faults));
    const cell = workbook.getWorksheet('1A')?.getCell(cells.test);
    assert.equal(cell?.value, 12);
    assert.equal(argbOf(cell), 'FFFFC7CE');
    assert.match(noteOf(cell), /^Cần sửa: Điểm kiểm tra môn Toán phải là số nguyên từ 0 đến 10\.$/);
    const neighbour = workbook.getWorksheet('1A')?.getCell(cellOf(template, '1A', 1, 'subjects.TOAN.test'));
    assert.equal(argbOf(neighbour), undefined);
    assert.equal(noteOf(neighbour), '');
    const coloured = ['1A', '2A', '3A', '4A', '5A'].flatMap((name) => {
      const found: string[] = [];
      workbook.getWorksheet(name)?.eachRow((row) => row.eachCell((one) => { if (argbOf(one) === 'FFFFC7CE') found.push(`${name}!${one.address}`); }));
      return found;
    });
    assert.deepEqual(coloured, [`1A!${cells.test}`, `2A!${cells.sex}`]);
  });

  test('begins with the list of faults, each linked to its cell', async () => {
    const { cells, bytes, faults } = await faulty();
    const workbook = await load(await annotateRoster(bytes, faults));
    const [first] = workbook.worksheets;
    assert.equal(first?.name, 'Lỗi cần sửa');
    const listed = faults.map((_, at) => first?.getRow(5 + at));
    assert.deepEqual(listed.map((row) => [row?.getCell(2).value, row?.getCell(7).value]), faults.map((fault) => [fault.sheet, fault.message]));
    assert.deepEqual(listed[0]?.getCell(3).value, { formula: `HYPERLINK("#'1A'!${cells.test}","${cells.test}")`, result: cells.test });
  });

  test('keeps text that looks like a formula as text, quoted in the list too', async () => {
    const { cells, bytes, faults } = await faulty();
    const back = await load(await annotateRoster(bytes, [...faults, wholeFault('2A', { rule: 'x', message: '=cmd|calc!A1' }, 'A1')]));
    assert.equal(back.getWorksheet('2A')?.getCell(cells.sex).type, ExcelJS.ValueType.String);
    back.worksheets[0]?.eachRow((row) => row.eachCell((cell) => { if (Number(cell.col) !== 3) assert.notEqual(cell.type, ExcelJS.ValueType.Formula); }));
  });

  test('is read like the upload itself, and mended it carries no trace of the round before', async () => {
    const { template, cells, bytes, faults } = await faulty();
    const annotated = await annotateRoster(bytes, faults);
    assert.deepEqual(allFaults(await read(annotated)), faults);
    const own = template.classes[0]?.records?.[0]?.subjects.find((one) => one.subject === 'TOAN')?.test ?? 0;
    const half = await changed(annotated, (workbook) => { (workbook.getWorksheet('1A') as ExcelJS.Worksheet).getCell(cells.test).value = own; });
    const rest = allFaults(await read(half));
    assert.deepEqual(rest.map((fault) => fault.sheet), ['2A']);
    const again = await load(await annotateRoster(half, rest));
    assert.equal(noteOf(again.getWorksheet('1A')?.getCell(cells.test)), '');
    assert.equal(argbOf(again.getWorksheet('1A')?.getCell(cells.test)), undefined);
    assert.equal(argbOf(again.getWorksheet('2A')?.getCell(cells.sex)), 'FFFFC7CE');
    assert.deepEqual(again.worksheets.filter((sheet) => sheet.name.startsWith('Lỗi')).length, 1);
  });

  test('keeps the clerk\'s own note below ours', async () => {
    const { cells, bytes, faults } = await faulty();
    const noted = await changed(bytes, (workbook) => { (workbook.getWorksheet('1A') as ExcelJS.Worksheet).getCell(cells.test).note = 'hỏi lại cô Lan'; });
    assert.match(noteOf((await load(await annotateRoster(noted, faults))).getWorksheet('1A')?.getCell(cells.test)), /hỏi lại cô Lan$/);
  });

  test('is a copy of its values when it would cost gigabytes to carry, and says so', async () => {
    const row = (cells: string) => `<sheetData><row r="2">${cells}</row></sheetData>`;
    const bytes = rawWorkbook({ "1'A": `${row('<c r="B2" t="inlineStr"><is><t>=An</t></is></c><c r="C2"><v>7</v></c>')}<mergeCells><mergeCell ref="D1:XFD1048576"/></mergeCells>` });
    const workbook = await load(await annotateRoster(bytes, [wholeFault("1'A", { rule: 'x', message: 'Sai.' }, 'B2')]));
    assert.match(String(workbook.worksheets[0]?.getCell('A3').value), /bản chép giá trị/);
    assert.equal(workbook.getWorksheet("1'A")?.getCell('B2').value, '=An');
    assert.equal(workbook.getWorksheet("1'A")?.getCell('C2').value, 7);
    assert.equal(argbOf(workbook.getWorksheet("1'A")?.getCell('B2')), 'FFFFC7CE');
    assert.match(JSON.stringify(workbook.worksheets[0]?.getCell('C5').value), /#'1''A'!B2/);
  });

  test('is not made from bytes that are no workbook', async () => {
    await assert.rejects(annotateRoster(Buffer.from('a;b'), []), RefusedWorkbook);
  });
});
