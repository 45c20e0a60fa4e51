import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import type { PlainDate } from '../../domain/brand.js';
import type { UnitsData } from '../../formats/intake/units.js';
import { readUnits } from '../../formats/intake/unitsRead.js';
import { writeUnitsTemplate } from '../../formats/intake/unitsTemplate.js';
import { changed } from '../support/rosterWorkbook.js';

const day = (text: string): PlainDate => text as PlainDate;
const HEAD = '099180000001';
const DEPUTY = '099080000002';

const UNITS: UnitsData = {
  offices: [
    { code: '01', name: 'Phòng Văn hóa – Xã hội xã Mẫu Một', kind: 'commune', phone: '0290 3812 345', email: 'xa1@so.invalid' },
    { code: '02', name: 'Phòng GD&ĐT huyện Mẫu', kind: 'district', phone: null, email: null },
  ],
  schools: [
    { code: '00990001', name: 'Trường Tiểu học Mẫu Một', officeCode: '01', communeName: 'Xã Mẫu Một', districtName: null, areasSince: null, address: 'Thôn 1', taxCode: '0100000001', phone: '0912345678', email: 'th1@so.invalid', exempt: null, sealAccount: 'seal-1', sealFingerprint: 'ab'.repeat(32) },
    { code: '00990002', name: 'Trường Tiểu học Mẫu Hai', officeCode: '02', communeName: 'Xã Mẫu Hai', districtName: 'Huyện Mẫu', areasSince: day('2025-07-01'), address: 'Thôn 2', taxCode: '0100000001-002', phone: null, email: null, exempt: { reason: 'Chưa có đường truyền', roadmapDate: day('2027-05-31') }, sealAccount: null, sealFingerprint: null },
  ],
  staff: [
    { fullName: 'Lò Thị Mẫu', personalNumber: HEAD, email: 'ht@so.invalid', phone: '0987654321', roles: ['principal', 'homeroom', 'clerk'], unitCode: '00990001', classNames: ['1A', '2/3'], signingAccount: 'acc-1', certificateFingerprint: null },
    { fullName: 'Giàng A Mẫu', personalNumber: DEPUTY, email: 'pht@so.invalid', phone: null, roles: ['deputy'], unitCode: '00990001', classNames: [], signingAccount: null, certificateFingerprint: 'cd'.repeat(32) },
    { fullName: 'Trần Văn Mẫu', personalNumber: '099070000003', email: 'so@so.invalid', phone: null, roles: ['coordinator', 'official'], unitCode: null, classNames: [], signingAccount: null, certificateFingerprint: null },
    { fullName: 'Thạch Thị Mẫu', personalNumber: '099170000004', email: 'xa@so.invalid', phone: null, roles: ['office'], unitCode: '01', classNames: [], signingAccount: null, certificateFingerprint: null },
  ],
  authorities: [{ schoolCode: '00990001', personalNumber: DEPUTY, basis: 'deputy_assignment', instrumentNumber: '12/QĐ-TH', instrumentDate: day('2026-05-04'), signedBy: 'Lò Thị Mẫu', from: day('2026-05-05'), through: day('2026-07-31'), classNames: ['1A'] }],
  exceptions: [{ schoolCode: '00990001', personalNumber: HEAD, decisionNumber: '99/SGDĐT', decisionDate: day('2026-05-02'), from: day('2026-05-05'), through: day('2026-06-30') }],
};

async function faultsAfter(sheet: string, cell: string, value: ExcelJS.CellValue): Promise<string[]> {
  const bytes = await changed(await writeUnitsTemplate({ rows: UNITS }), (workbook) => { (workbook.getWorksheet(sheet) as ExcelJS.Worksheet).getCell(cell).value = value; });
  const reading = await readUnits(bytes);
  assert.ok(reading.ok);
  for (const fault of reading.faults) assert.ok(fault.message.length > 10 && fault.column !== '', JSON.stringify(fault));
  return reading.faults.map((fault) => `${fault.sheet}!${fault.cell} ${fault.rule}`);
}

describe('the units-and-staff workbook', () => {
  test('reads back as it was written', async () => {
    const reading = await readUnits(await writeUnitsTemplate({ rows: UNITS }));
    assert.ok(reading.ok);
    assert.deepEqual(reading.faults, []);
    assert.deepEqual(reading.data, UNITS);
  });

  test('as an empty template is told that nothing was filled in', async () => {
    const reading = await readUnits(await writeUnitsTemplate());
    assert.ok(reading.ok);
    assert.deepEqual([reading.faults.map((fault) => [fault.rule, fault.severity]), reading.data], [[['no-rows', 'error']], { offices: [], schools: [], staff: [], authorities: [], exceptions: [] }]);
  });

  const cases: [sheet: string, cell: string, value: ExcelJS.CellValue, expected: string[]][] = [
    ['Đơn vị', 'A4', null, ['Đơn vị!A4 value-missing', 'Trường!C4 reference', 'Nhân sự!F7 reference']],
    ['Đơn vị', 'A5', '01', ['Đơn vị!A5 duplicate', 'Trường!C5 reference']],
    ['Đơn vị', 'C4', 'Tỉnh', ['Đơn vị!C4 value-not-allowed', 'Trường!C4 reference', 'Nhân sự!F7 reference']],
    ['Đơn vị', 'E4', 'xa1@', ['Đơn vị!E4 email-shape', 'Trường!C4 reference', 'Nhân sự!F7 reference']],
    ['Trường', 'A5', '00990001', ['Trường!A5 duplicate']],
    ['Trường', 'A4', 990001, ['Trường!A4 code-numeric', 'Nhân sự!F4 reference', 'Nhân sự!F5 reference', 'Giao ký thay!A4 reference', 'Ngoại lệ!A4 reference']],
    ['Trường', 'C5', '77', ['Trường!C5 reference']],
    ['Trường', 'K5', null, ['Trường!K5 exempt-incomplete']],
    ['Trường', 'L5', null, ['Trường!L5 exempt-incomplete']],
    ['Trường', 'K5', null, ['Trường!K5 exempt-incomplete']],
    ['Trường', 'O4', 'abc', ['Trường!O4 fingerprint-shape', 'Nhân sự!F4 reference', 'Nhân sự!F5 reference', 'Giao ký thay!A4 reference', 'Ngoại lệ!A4 reference']],
    ['Nhân sự', 'B4', '9918000001', ['Nhân sự!B4 personal-number-shape', 'Ngoại lệ!B4 reference']],
    ['Nhân sự', 'B5', HEAD, ['Nhân sự!B5 duplicate', 'Nhân sự!A5 name-differs', 'Giao ký thay!B4 reference']],
    ['Nhân sự', 'C5', 'HT@so.invalid', ['Nhân sự!C5 duplicate']],
    ['Nhân sự', 'H5', 'acc-1', ['Nhân sự!H5 duplicate']],
    ['Nhân sự', 'E5', 'Bảo vệ', ['Nhân sự!E5 role-unknown', 'Giao ký thay!B4 reference']],
    ['Nhân sự', 'E4', 'Hiệu trưởng; Văn thư', ['Nhân sự!G4 class-not-allowed']],
    ['Nhân sự', 'E5', 'Văn thư', ['Giao ký thay!B4 role-unfit']],
    ['Nhân sự', 'E6', 'Chuyên viên Sở; Văn thư', ['Nhân sự!E6 role-mix']],
    ['Nhân sự', 'F6', '00990001', ['Nhân sự!F6 unit-not-allowed']],
    ['Nhân sự', 'F7', '00990001', ['Nhân sự!F7 reference']],
    ['Nhân sự', 'G4', null, ['Nhân sự!G4 value-missing']],
    ['Giao ký thay', 'B4', '099070000003', ['Giao ký thay!B4 reference']],
    ['Giao ký thay', 'H4', '01/05/2026', ['Giao ký thay!H4 window']],
    ['Giao ký thay', 'E4', 'hôm qua', ['Giao ký thay!E4 date-invalid']],
    ['Ngoại lệ', 'A4', '0', ['Ngoại lệ!A4 reference']],
  ];
  for (const [sheet, cell, value, expected] of cases) {
    test(`finds ${String(value)} at ${sheet}!${cell} and what follows from it`, async () => {
      assert.deepEqual((await faultsAfter(sheet, cell, value)).sort(), expected.sort());
    });
  }

  test('finds a class with two homeroom teachers', async () => {
    const rows = structuredClone(UNITS);
    rows.staff.push({ ...(rows.staff[0] as UnitsData['staff'][number]), personalNumber: '099180000009', email: 'x@so.invalid', signingAccount: null, roles: ['homeroom'], classNames: ['1a'] });
    const reading = await readUnits(await writeUnitsTemplate({ rows }));
    assert.deepEqual(reading.ok && reading.faults.map((fault) => `${fault.cell} ${fault.rule}`), ['G8 duplicate']);
  });

  test('lets one person work at two schools under one name', async () => {
    const rows = structuredClone(UNITS);
    rows.staff.push({ ...(rows.staff[1] as UnitsData['staff'][number]), unitCode: '00990002', roles: ['principal'] });
    assert.deepEqual(await readUnits(await writeUnitsTemplate({ rows })), { ok: true, data: rows, faults: [] });
  });

  test('says which sheet is missing, and is refused when it has none of them', async () => {
    const bytes = await writeUnitsTemplate({ rows: UNITS });
    const without = await readUnits(await changed(bytes, (workbook) => workbook.removeWorksheet('Nhân sự')));
    assert.ok(without.ok && without.faults.some((fault) => fault.rule === 'sheet-missing'));
    const optional = await readUnits(await changed(bytes, (workbook) => { workbook.removeWorksheet('Giao ký thay'); workbook.removeWorksheet('Ngoại lệ'); }));
    assert.ok(optional.ok && optional.faults.length === 0);
    const other = await readUnits(await changed(bytes, (workbook) => { for (const name of ['Đơn vị', 'Trường', 'Nhân sự']) workbook.removeWorksheet(name); }));
    assert.equal(!other.ok && other.refusal.code, 'no-data-sheet');
  });
});
