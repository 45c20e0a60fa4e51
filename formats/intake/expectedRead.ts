import { personalNumberFaults } from '../../domain/recordRules.js';
import { noRows, type CellFault } from '../workbook/fault.js';
import { INTAKE_LIMITS, type WorkbookLimits } from '../workbook/limits.js';
import { openWorkbook } from '../workbook/open.js';
import { refusal } from '../workbook/refusal.js';
import { findSheet, readTable, type TableRow } from '../workbook/table.js';
import { classKey } from '../workbook/text.js';
import type { ExpectedReading, ExpectedRow } from './expected.js';
import { EXPECTED } from './expectedSheet.js';
import type { UnitsData } from './units.js';

/** A column in the wrong format faults every row of a province; more than this helps nobody. */
export const FAULT_CAP = 1000;

export type ExpectedOptions = {
  /** What the units-and-staff workbook said; without it schools and teachers are opaque. */
  units?: Pick<UnitsData, 'schools' | 'staff'>;
  limits?: Partial<WorkbookLimits>;
};

/** Reads the expected-pupils workbook (sheet "Học sinh", or the only sheet), held against the units when they are given. */
export async function readExpected(bytes: Buffer, { units, limits }: ExpectedOptions = {}): Promise<ExpectedReading> {
  const opened = await openWorkbook(bytes, { ...INTAKE_LIMITS, ...limits });
  if (!opened.ok) return opened;
  const { sheets, date1904 } = opened.workbook;
  const sheet = findSheet(sheets, EXPECTED.sheetName) ?? (sheets.length === 1 ? sheets[0] : undefined);
  if (sheet === undefined) return { ok: false, refusal: refusal('no-data-sheet', `cần trang "${EXPECTED.sheetName}"`) };
  const table = readTable(sheet, EXPECTED, date1904);
  const faults = [...table.faults, ...numberFaults(table.rows), ...repeatedFaults(table.rows), ...classFaults(table.rows), ...(units === undefined ? [] : referenceFaults(table.rows, units))];
  if (table.rows.length === 0 && faults.length === 0) faults.push(noRows(sheet.name));
  faults.sort((left, right) => left.row - right.row);
  return {
    ok: true, data: table.rows.map((row) => row.data), faults: capped(faults), faultCount: faults.length,
    taken: (index, schoolName) => (table.rows[index] as TableRow<ExpectedRow>).fault('pupilCode', 'in-other-school', `Mã học sinh này đã có trong danh sách của ${schoolName}, nạp ở tệp khác. Bỏ dòng này, hoặc nạp lại danh sách của trường kia không có học sinh này.`),
  };
}

/** Errors before warnings when not all can be kept. */
function capped(faults: readonly CellFault[]): CellFault[] {
  if (faults.length <= FAULT_CAP) return [...faults];
  return [...faults.filter((fault) => fault.severity === 'error'), ...faults.filter((fault) => fault.severity === 'warning')].slice(0, FAULT_CAP);
}

/** Sex and birth year inside the number: a warning here, since the list comes from the sector's database and must not stall a province. */
function numberFaults(rows: readonly TableRow<ExpectedRow>[]): CellFault[] {
  return rows.flatMap((row) => {
    const { personalNumber, sex, birthDate } = row.data;
    if (personalNumber === null) return [];
    return personalNumberFaults(personalNumber, sex, birthDate).map((fault) => row.fault('personalNumber', fault.rule, fault.message, 'warning'));
  });
}

function repeatedFaults(rows: readonly TableRow<ExpectedRow>[]): CellFault[] {
  const codes = new Map<string, number>();
  const numbers = new Map<string, number>();
  return rows.flatMap((row) => {
    const faults: CellFault[] = [];
    const note = (seen: Map<string, number>, value: string | null, column: 'pupilCode' | 'personalNumber', label: string) => {
      if (value === null) return;
      const at = seen.get(value);
      if (at === undefined) seen.set(value, row.fault(column, '', '').row);
      else faults.push(row.fault(column, 'duplicate', `${label} này đã có ở dòng ${at}.`));
    };
    note(codes, row.data.pupilCode, 'pupilCode', 'Mã học sinh');
    note(numbers, row.data.personalNumber, 'personalNumber', 'Số định danh');
    return faults;
  });
}

/** A class has one grade and one homeroom teacher. */
function classFaults(rows: readonly TableRow<ExpectedRow>[]): CellFault[] {
  const classes = new Map<string, { row: number; data: ExpectedRow }>();
  return rows.flatMap((row) => {
    const { schoolCode, className, grade, teacherNumber } = row.data;
    const key = `${schoolCode}|${className}`;
    const first = classes.get(key);
    if (first === undefined) {
      classes.set(key, { row: row.fault('className', '', '').row, data: row.data });
      return [];
    }
    return [
      ...(first.data.grade === grade ? [] : [row.fault('grade', 'class-differs', `Lớp ${className} ghi khối ${first.data.grade} ở dòng ${first.row}. Lớp ghép thì mỗi khối là một lớp có tên riêng (ví dụ 1G và 2G), cùng một giáo viên chủ nhiệm.`)]),
      ...(first.data.teacherNumber === teacherNumber ? [] : [row.fault('teacherNumber', 'class-differs', `Lớp ${className} ghi giáo viên chủ nhiệm khác ở dòng ${first.row}.`)]),
    ];
  });
}

/** The school must exist, and the teacher be homeroom teacher of that class there; each is said once per class. */
function referenceFaults(rows: readonly TableRow<ExpectedRow>[], { schools, staff }: Pick<UnitsData, 'schools' | 'staff'>): CellFault[] {
  const codes = new Set(schools.map((school) => school.code));
  const teachers = new Set(staff.flatMap((one) => one.classNames.map((name) => `${one.unitCode ?? ''}|${classKey(name)}|${one.personalNumber}`)));
  const said = new Set<string>();
  return rows.flatMap((row) => {
    const { schoolCode, className, teacherNumber } = row.data;
    const key = `${schoolCode}|${classKey(className)}|${teacherNumber}`;
    if (said.has(key)) return [];
    said.add(key);
    if (!codes.has(schoolCode)) return [row.fault('schoolCode', 'reference', `Mã trường ${schoolCode} không có trong danh sách trường đã tải lên.`)];
    return teachers.has(key) ? [] : [row.fault('teacherNumber', 'reference', `Số định danh này không phải giáo viên chủ nhiệm lớp ${className} trong danh sách nhân sự đã tải lên.`)];
  });
}
