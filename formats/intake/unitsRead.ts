import type { Sheet } from '../workbook/cell.js';
import { noRows, type CellFault } from '../workbook/fault.js';
import { INTAKE_LIMITS, type WorkbookLimits } from '../workbook/limits.js';
import { openWorkbook } from '../workbook/open.js';
import { refusal } from '../workbook/refusal.js';
import { findSheet, readTable, type ReadTable, type TableRow, type TableSpec } from '../workbook/table.js';
import type { SchoolRow, UnitsReading } from './units.js';
import { checkUnits } from './unitsChecks.js';
import { AUTHORITIES, EXCEPTIONS, OFFICES, SCHOOLS, STAFF, type SchoolCells } from './unitsSheets.js';

/**
 * Reads the units-and-staff workbook, every sheet and the references between them. "Giao ký thay" and "Ngoại lệ" may be
 * missing or empty; the other three are needed.
 */
export async function readUnits(bytes: Buffer, { limits }: { limits?: Partial<WorkbookLimits> } = {}): Promise<UnitsReading> {
  const opened = await openWorkbook(bytes, { ...INTAKE_LIMITS, ...limits });
  if (!opened.ok) return opened;
  const { sheets, date1904 } = opened.workbook;
  if ([OFFICES, SCHOOLS, STAFF].every(({ sheetName }) => findSheet(sheets, sheetName) === undefined)) return { ok: false, refusal: refusal('no-data-sheet') };
  const faults: CellFault[] = [];
  const read = <R>(spec: TableSpec<R>, needed: boolean): TableRow<R>[] => {
    const table = readNamed(sheets, spec, needed, date1904);
    faults.push(...table.faults);
    return table.rows;
  };
  const offices = read(OFFICES, true);
  const schoolCells = read(SCHOOLS, true);
  const schools = schoolCells.flatMap((row) => schoolOf(row, faults));
  const staff = read(STAFF, true);
  const authorities = read(AUTHORITIES, false);
  const exceptions = read(EXCEPTIONS, false);
  faults.push(...checkUnits({ offices, schools: schoolCells, staff, authorities, exceptions }));
  if (faults.length === 0 && [offices, schools, staff, authorities, exceptions].every((rows) => rows.length === 0)) faults.push(noRows(''));
  const data = <R>(rows: readonly TableRow<R>[]): R[] => rows.map((row) => row.data);
  return { ok: true, faults, data: { offices: data(offices), schools, staff: data(staff), authorities: data(authorities), exceptions: data(exceptions) } };
}

function readNamed<R>(sheets: readonly Sheet[], spec: TableSpec<R>, needed: boolean, date1904: boolean): ReadTable<R> {
  const sheet = findSheet(sheets, spec.sheetName);
  if (sheet !== undefined && (needed || sheet.rows.length > 0)) return readTable(sheet, spec, date1904);
  const missing: CellFault = { sheet: '', cell: '', row: 0, column: '', rule: 'sheet-missing', message: `Tệp thiếu trang "${spec.sheetName}"; hãy dùng mẫu tải từ hệ thống.`, severity: 'error' };
  return { rows: [], faults: needed ? [missing] : [] };
}

/** An exempt school stays in the denominator with its reason and date, so both must be there, and only then. */
function schoolOf(row: TableRow<SchoolCells>, faults: CellFault[]): SchoolRow[] {
  const { exempt, exemptReason, roadmapDate, ...school } = row.data;
  if (exempt !== 'yes') {
    if (exemptReason !== null || roadmapDate !== null) faults.push(row.fault('exempt', 'exempt-incomplete', 'Có lý do hoặc hạn chuyển đổi nhưng chưa ghi "Có" ở cột "Dùng học bạ giấy".'));
    return [{ ...school, exempt: null }];
  }
  if (exemptReason === null) faults.push(row.fault('exemptReason', 'exempt-incomplete', 'Trường dùng học bạ giấy phải ghi lý do.'));
  if (roadmapDate === null) faults.push(row.fault('roadmapDate', 'exempt-incomplete', 'Trường dùng học bạ giấy phải ghi hạn chuyển sang học bạ số.'));
  return exemptReason === null || roadmapDate === null ? [] : [{ ...school, exempt: { reason: exemptReason, roadmapDate } }];
}
