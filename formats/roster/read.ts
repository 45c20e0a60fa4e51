import { findHeader } from '../workbook/header.js';
import type { Sheet } from '../workbook/cell.js';
import { ROSTER_LIMITS } from '../workbook/limits.js';
import { openWorkbook } from '../workbook/open.js';
import { RefusedWorkbook, refusal } from '../workbook/refusal.js';
import { classKey, foldText } from '../workbook/text.js';
import { HEADER_RULES } from './columns.js';
import { markDuplicates } from './duplicates.js';
import { compareWithExpected } from './expectation.js';
import { refuseFlood } from './flood.js';
import { isHistorySheet, readHistory, type ReadHistory } from './history.js';
import { wholeFault, type ReadClass } from './place.js';
import type { ExpectedPupil, RosterClass, RosterFault, RosterOptions, RosterReading } from './reading.js';
import { readClassSheet, type ClassSheet } from './sheet.js';
import { ERRORS_SHEET, HELP_SHEET, HISTORY_SHEET } from './sheetNames.js';
import { readTitle } from './title.js';

const OWN_SHEETS = new Set([HELP_SHEET, ERRORS_SHEET].map(foldText));
/** Fewer known columns than this are no roster: a cover sheet may well have "Họ và tên" and "Lớp". */
const LEAST_COLUMNS = 6;

/**
 * Reads a roster workbook: one sheet per class (its name is the class), or sheets with a "Lớp" column. Nothing is
 * executed, calculated or fetched; a file that is no acceptable workbook is refused whole.
 */
export async function readRoster(bytes: Buffer, options: RosterOptions): Promise<RosterReading> {
  try {
    return await readSheets(bytes, options);
  } catch (error) {
    if (error instanceof RefusedWorkbook) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

async function readSheets(bytes: Buffer, options: RosterOptions): Promise<RosterReading> {
  const opened = await openWorkbook(bytes, { ...ROSTER_LIMITS, ...options.limits });
  if (!opened.ok) return opened;
  const { sheets, date1904, externalLinks } = opened.workbook;
  const faults: RosterFault[] = [];
  if (externalLinks) faults.push(wholeFault('', { rule: 'external-link', message: 'Tệp có công thức lấy từ tệp khác; hệ thống chỉ dùng giá trị đã lưu trong tệp này.', severity: 'warning' }));

  const classSheets = sortSheets(sheets, faults, options);
  if (classSheets.length === 0) return { ok: false, refusal: refusal('no-data-sheet') };
  const schoolYear = judgeTitles(classSheets, options, faults);

  const expectedClasses = options.expectedClasses ?? null;
  const expected = new Map<string, ExpectedPupil>((expectedClasses ?? []).flatMap((one) => one.pupils.map((pupil) => [pupil.pupilCode, pupil] as const)));
  const historySheet = sheets.find((sheet) => isHistorySheet(sheet));
  const history = historySheet === undefined ? null : readHistory(historySheet, new Set(expected.keys()), date1904);

  const byKey = new Map<string, ReadClass>();
  for (const classSheet of classSheets) {
    const read = readClassSheet(classSheet, { schoolYear: schoolYear ?? '', date1904, expectedClasses, expected, history });
    faults.push(...read.faults);
    for (const one of read.classes) addClass(byKey, one, faults);
    refuseFlood({ classes: byKey.size, faults: faults.length + faultsOf([...byKey.values()]) });
  }
  const classes = [...byKey.values()];
  if (history === null) {
    for (const one of classes) one.faults.push(wholeFault(one.place.sheet, { rule: 'history-sheet-missing', message: `Tệp thiếu trang "${HISTORY_SHEET}"; hãy chép trang này từ mẫu tải từ hệ thống.` }));
  } else placeHistoryFaults(history, classes, faults);
  if (classes.length === 0) faults.push(wholeFault('', { rule: 'no-pupils', message: 'Tệp chưa có dòng học sinh nào.' }));
  markDuplicates(classes, expectedClasses);
  if (expectedClasses !== null) faults.push(...compareWithExpected(classes, expectedClasses));
  refuseFlood({ classes: classes.length, faults: faults.length + faultsOf(classes) });
  return { ok: true, schoolYear, faults, classes: classes.map(finishClass) };
}

const faultsOf = (classes: readonly ReadClass[]): number => classes.reduce((sum, one) => sum + one.faults.length, 0);

/** Sheets with a roster header; the others are skipped with a word, hidden ones too. */
function sortSheets(sheets: readonly Sheet[], faults: RosterFault[], { expectedClasses = [] }: RosterOptions): ClassSheet[] {
  const found: ClassSheet[] = [];
  for (const sheet of sheets) {
    if (OWN_SHEETS.has(foldText(sheet.name)) || isHistorySheet(sheet) || sheet.rows.length === 0) continue;
    const header = findHeader(sheet, HEADER_RULES, LEAST_COLUMNS);
    const named = expectedClasses.some((one) => classKey(one.name) === classKey(sheet.name));
    if (header !== null && !sheet.hidden) found.push({ sheet, header });
    else if (header !== null) faults.push(wholeFault(sheet.name, { rule: 'hidden-sheet', message: `Trang "${sheet.name}" đang bị ẩn nên không được đọc.`, severity: 'warning' }));
    else if (named) faults.push(wholeFault(sheet.name, { rule: 'header-missing', message: `Trang "${sheet.name}" không có dòng tiêu đề cột; hãy dùng mẫu tải từ hệ thống.` }));
    else faults.push(wholeFault(sheet.name, { rule: 'sheet-skipped', message: `Trang "${sheet.name}" không có dòng tiêu đề cột của bảng học sinh nên không được đọc.`, severity: 'warning' }));
  }
  return found;
}

/** Last year's workbook or a neighbour's is the commonest wrong upload; the titles tell. */
function judgeTitles(classSheets: readonly ClassSheet[], options: RosterOptions, faults: RosterFault[]): string | null {
  const titles = classSheets.map(({ sheet, header }) => ({ sheet: sheet.name, ...readTitle(sheet, header.headerRow) }));
  const schoolYear = options.schoolYear ?? titles.find((title) => title.schoolYear !== null)?.schoolYear ?? null;
  if (schoolYear === null) faults.push(wholeFault('', { rule: 'school-year-unknown', message: 'Tệp không ghi năm học; hãy thêm dòng "Năm học 2025-2026" phía trên bảng.' }));
  for (const title of titles) {
    if (schoolYear !== null && title.schoolYear !== null && title.schoolYear !== schoolYear) {
      faults.push(wholeFault(title.sheet, { rule: 'school-year-differs', message: `Trang "${title.sheet}" ghi năm học ${title.schoolYear}, không phải ${schoolYear}.` }));
    }
    if (options.schoolCode !== undefined && title.schoolCode !== null && title.schoolCode !== options.schoolCode) {
      faults.push(wholeFault(title.sheet, { rule: 'other-school', message: `Trang "${title.sheet}" ghi mã trường ${title.schoolCode}, không phải ${options.schoolCode}.` }));
    }
  }
  return schoolYear;
}

/** One class on two sheets: the second is told so, and its rows are still judged with the first's for duplicates. */
function addClass(classes: Map<string, ReadClass>, one: ReadClass, faults: RosterFault[]): void {
  const first = classes.get(classKey(one.name));
  if (first === undefined) {
    classes.set(classKey(one.name), one);
    return;
  }
  first.pupils.push(...one.pupils);
  first.faults.push(...one.faults);
  faults.push(wholeFault(one.place.sheet, { rule: 'class-twice', message: `Lớp ${one.name} đứng ở hai trang ("${first.place.sheet}" và "${one.place.sheet}"); các dòng được gộp lại.`, severity: 'warning' }));
}

/** Faults of the history sheet block the pupil's class only. Rows of pupils who stand in no class are left aside. */
function placeHistoryFaults(history: ReadHistory, classes: readonly ReadClass[], faults: RosterFault[]): void {
  const classOf = new Map(classes.flatMap((one) => one.pupils.map((pupil) => [pupil.pupilCode ?? '', one] as const)));
  for (const fault of history.faults) {
    const home = fault.pupilCode === null ? undefined : classOf.get(fault.pupilCode);
    if (home !== undefined) home.faults.push(fault);
    else if (fault.pupilCode === null) faults.push(fault);
    else faults.push({ ...fault, severity: 'warning' });
  }
}

function finishClass({ name, grade, pupils, faults }: ReadClass): RosterClass {
  return {
    name,
    grade,
    pupils: pupils.length,
    records: pupils.flatMap((pupil) => (pupil.record === null ? [] : [pupil.record])),
    faults: [...faults].sort((left, right) => left.sheet.localeCompare(right.sheet) || left.row - right.row),
  };
}
