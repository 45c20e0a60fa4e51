import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import type { PlainDate } from '../../domain/brand.js';
import type { ExpectedRow } from '../../formats/intake/expected.js';
import { FAULT_CAP, readExpected } from '../../formats/intake/expectedRead.js';
import { readExpectedPupil } from '../../formats/intake/expectedPupil.js';
import { writeExpectedTemplate } from '../../formats/intake/expectedTemplate.js';
import { changed } from '../support/rosterWorkbook.js';

/** Six pupils a class, in schools of five classes. */
const row = (at: number): ExpectedRow => ({
  schoolCode: `0099${String(Math.floor(at / 30)).padStart(4, '0')}`, className: `${1 + (Math.floor(at / 6) % 5)}A`, grade: 1 + (Math.floor(at / 6) % 5),
  teacherNumber: `099180${String(Math.floor(at / 6)).padStart(6, '0')}`, pupilCode: String(at).padStart(10, '0'), fullName: `Lý Thị Mẫu ${at}`,
  birthDate: `${2019 - (Math.floor(at / 6) % 5)}-0${1 + (at % 9)}-15` as PlainDate, sex: at % 2 === 0 ? 'male' : 'female', ethnicity: 'Hmông', nationality: 'Việt Nam',
  personalNumber: at % 50 === 49 ? null : `099${at % 2 === 0 ? 2 : 3}${String(19 - (Math.floor(at / 6) % 5)).padStart(2, '0')}${String(at).padStart(6, '0')}`,
  note: at % 20 === 0 ? 'Chuyển đến 03/2026' : null,
});
const rowsOf = (count: number): ExpectedRow[] => Array.from({ length: count }, (_, at) => row(at));

async function faultsAfter(change: (sheet: ExcelJS.Worksheet) => void, count = 12): Promise<string[]> {
  const reading = await readExpected(await changed(await writeExpectedTemplate({ rows: rowsOf(count) }), (workbook) => change(workbook.getWorksheet('Học sinh') as ExcelJS.Worksheet)));
  assert.ok(reading.ok);
  return reading.faults.map((fault) => `${fault.cell} ${fault.rule} ${fault.severity}`);
}

describe('the expected-pupils workbook', () => {
  test('reads back as it was written, tens of thousands of rows within seconds', async () => {
    const rows = rowsOf(30_000);
    const bytes = await writeExpectedTemplate({ rows });
    const begun = Date.now();
    const reading = await readExpected(bytes);
    assert.ok(Date.now() - begun < 20_000);
    assert.ok(reading.ok);
    assert.equal(reading.faultCount, 0, JSON.stringify(reading.faults[0]));
    assert.deepEqual(reading.data, rows);
  });

  test('as an empty template is told that nothing was filled in', async () => {
    const reading = await readExpected(await writeExpectedTemplate());
    assert.ok(reading.ok);
    assert.deepEqual([reading.data, reading.faultCount, reading.faults.map((fault) => [fault.rule, fault.severity])], [[], 1, [['no-rows', 'error']]]);
  });

  test('points at each wrong cell', async () => {
    assert.deepEqual(await faultsAfter((sheet) => { sheet.getCell('A4').value = null; }), ['A4 value-missing error']);
    assert.deepEqual(await faultsAfter((sheet) => { sheet.getCell('C5').value = 6; }), ['C5 value-not-allowed error']);
    assert.deepEqual(await faultsAfter((sheet) => { sheet.getCell('E5').value = 1; }), ['E5 code-numeric error']);
    assert.deepEqual(await faultsAfter((sheet) => { sheet.getCell('G6').value = '13/13/2018'; }), ['G6 date-invalid error']);
    assert.deepEqual(await faultsAfter((sheet) => { sheet.getCell('E5').value = '0000000000'; }), ['E5 duplicate error']);
    assert.deepEqual(await faultsAfter((sheet) => { sheet.getCell('K6').value = sheet.getCell('K4').value; }), ['K6 duplicate error']);
    assert.deepEqual(await faultsAfter((sheet) => { sheet.getCell('C5').value = 2; }), ['C5 class-differs error']);
    assert.deepEqual(await faultsAfter((sheet) => { sheet.getCell('D7').value = '099180999999'; }), ['D7 class-differs error']);
    assert.deepEqual(await faultsAfter((sheet) => { sheet.getCell('H4').value = 'Nữ'; }), ['K4 personal-number-sex warning']);
  });

  test('restores a personal number that Excel took for a number when the row proves it', async () => {
    assert.deepEqual(await faultsAfter((sheet) => { const cell = sheet.getCell('K4'); cell.value = Number(cell.value); }), ['K4 leading-zero-restored warning']);
    assert.deepEqual(await faultsAfter((sheet) => { sheet.getCell('K4').value = 12_345_678_901; }), ['K4 leading-zero-lost error']);
  });

  test('held against the units, says once per class that a school or a teacher is unknown', async () => {
    const units = {
      schools: [{ code: '00990000' }] as never,
      staff: [{ unitCode: '00990000', classNames: ['1A'], personalNumber: '099180000000' }] as never,
    };
    const reading = await readExpected(await writeExpectedTemplate({ rows: rowsOf(36) }), { units });
    assert.ok(reading.ok);
    assert.deepEqual(reading.faults.map((fault) => `${fault.cell} ${fault.rule}`), ['D10 reference', 'D16 reference', 'D22 reference', 'D28 reference', 'A34 reference']);
  });

  test('keeps at most so many faults and tells the true number', async () => {
    const bytes = await writeExpectedTemplate({ rows: rowsOf(1500).map((one) => ({ ...one, ethnicity: '' })) });
    const reading = await readExpected(bytes);
    assert.ok(reading.ok);
    assert.deepEqual([reading.faults.length, reading.faultCount, reading.data.length], [FAULT_CAP, 1500, 0]);
  });

  test('without its sheet, or not a workbook, is refused', async () => {
    const other = new ExcelJS.Workbook();
    other.addWorksheet('A');
    other.addWorksheet('B');
    const reading = await readExpected(Buffer.from(await other.xlsx.writeBuffer()));
    assert.equal(!reading.ok && reading.refusal.code, 'no-data-sheet');
    const text = await readExpected(Buffer.from('a,b'));
    assert.equal(!text.ok && text.refusal.code, 'text-table');
  });
});

describe('one pupil typed into a form', () => {
  const YEAR = '2025-2026';
  const typedOf = ({ birthDate, sex, personalNumber, ...rest }: ExpectedRow): Record<string, unknown> => ({ ...rest, birthDate, sex: { male: 'Nam', female: 'Nữ' }[sex], personalNumber });
  const identityOf = ({ pupilCode, fullName, birthDate, sex, ethnicity, nationality, personalNumber }: ExpectedRow) => ({ pupilCode, fullName, birthDate, sex, ethnicity, nationality, personalNumber });

  test('is read as the workbook reads the same cells, whatever blanks, marks and order of the date come with them', async () => {
    const rows = rowsOf(60);
    const untidy = (value: unknown): unknown => (typeof value === 'string' ? `  ${value.normalize('NFD')}\u200b ` : value);
    const reading = await readExpected(await writeExpectedTemplate({ rows }));
    assert.ok(reading.ok);
    for (const [at, one] of reading.data.entries()) {
      const typed = Object.fromEntries(Object.entries(typedOf(one)).map(([key, value]) => [key, untidy(value)]));
      const dayFirst = one.birthDate.split('-').reverse().join('/');
      assert.deepEqual(readExpectedPupil(at % 2 === 0 ? typed : { ...typed, birthDate: dayFirst }, YEAR), { ok: true, pupil: identityOf(one) }, one.pupilCode);
    }
  });

  test('without a number has none, and lacks nothing else', () => {
    const typed = typedOf(row(1));
    for (const blank of ['', '  ', null, undefined, 7]) assert.deepEqual(readExpectedPupil({ ...typed, personalNumber: blank }, YEAR), { ok: true, pupil: { ...identityOf(row(1)), personalNumber: null } });
    for (const field of ['pupilCode', 'fullName', 'birthDate', 'sex', 'ethnicity', 'nationality']) {
      const read = readExpectedPupil({ ...typed, [field]: ' ' }, YEAR);
      assert.deepEqual(read.ok ? [] : Object.keys(read.faults), [field]);
    }
  });

  test('must be somebody whose card could be drafted: age and number are held to the rules of the class’s data', () => {
    const faulty = (change: Record<string, unknown>): string[] => { const read = readExpectedPupil({ ...typedOf(row(1)), ...change }, YEAR); return read.ok ? [] : Object.keys(read.faults); };
    assert.deepEqual(faulty({}), []);
    assert.deepEqual(faulty({ birthDate: '1990-01-15', personalNumber: '' }), ['birthDate']);
    assert.deepEqual(faulty({ sex: 'Nam' }), ['personalNumber']);
    assert.deepEqual(faulty({ birthDate: '2018-02-15' }), ['personalNumber']);
    assert.deepEqual(faulty({ birthDate: '31/02/2019', personalNumber: '099' }), ['birthDate', 'personalNumber']);
  });
});
