import type { Workbook, Worksheet } from 'exceljs';
import type { OfficeProgress, ProgressReport, SchoolProgress } from '../../domain/progress.js';
import { TITLE, writeHead, writeSignatures, type HeadPlan } from './administrativeHead.js';
import { columnAt, columnName, columnNumber, LAST_COLUMN, PROGRESS_COLUMNS } from './progressColumns.js';
import { NAME_WIDTH, writeRow } from './progressRow.js';
import { BOX, CENTRE, font, HEAD_FILL, LEFT, PAGE_FOOTER, PAPER_A4 } from './style.js';

export const PROGRESS_SHEET = 'Tiến độ';
const PLAN: HeadPlan = { left: [1, 6], right: [11, LAST_COLUMN], last: LAST_COLUMN };

export type ProgressSheetPlace = { sheet: Worksheet; totalRow: number };

/**
 * Sheet "Tiến độ": office → school → class with outline levels. Counts of a class are numbers; those of a school, an office and the
 * total are sums of the level below; rates are formulas. Every formula carries the value it computes to.
 */
export function addProgressSheet(workbook: Workbook, report: ProgressReport, sandbox: boolean): ProgressSheetPlace {
  const sheet = workbook.addWorksheet(PROGRESS_SHEET, {
    properties: { outlineLevelRow: 2, outlineProperties: { summaryBelow: false, summaryRight: false } },
    pageSetup: {
      paperSize: PAPER_A4, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0, horizontalCentered: true,
      margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.6, header: 0.3, footer: 0.3 },
    },
    headerFooter: { oddFooter: PAGE_FOOTER },
  });
  setWidths(sheet);
  const headRow = writeHead(sheet, report, PLAN, TITLE, sandbox);
  const firstRow = writeColumnHeads(sheet, headRow);
  sheet.pageSetup.printTitlesRow = `${headRow}:${firstRow - 1}`;
  sheet.views = [{ state: 'frozen', xSplit: 2, ySplit: firstRow - 1, topLeftCell: `C${firstRow}`, activeCell: `C${firstRow}` }];

  let next = firstRow;
  const officeRows = report.tree.offices.map((office, index) => {
    const officeRow = next;
    next = writeOffice(sheet, office, index, officeRow);
    return officeRow;
  });
  writeRow(sheet, next, 'total', { order: '', name: 'Tổng cộng', counts: report.tree.counts, sumOf: officeRows });
  writeFoot(sheet, next + 1);
  return { sheet, totalRow: next };
}

function writeOffice(sheet: Worksheet, office: OfficeProgress, index: number, officeRow: number): number {
  let next = officeRow + 1;
  const schoolRows = office.schools.map((school, position) => {
    const schoolRow = next;
    next = writeSchool(sheet, school, position, schoolRow);
    return schoolRow;
  });
  writeRow(sheet, officeRow, 'office', { order: roman(index + 1), name: office.officeName, counts: office.counts, sumOf: schoolRows });
  return next;
}

function writeSchool(sheet: Worksheet, school: SchoolProgress, position: number, schoolRow: number): number {
  const classRows = school.classes.map((_, index) => schoolRow + 1 + index);
  const name = school.exemptReason === null ? school.schoolName : `${school.schoolName} (được miễn trong đợt)`;
  writeRow(sheet, schoolRow, 'school', { order: String(position + 1), name, counts: school.counts, sumOf: classRows });
  school.classes.forEach((each, index) => {
    writeRow(sheet, schoolRow + 1 + index, 'class', { order: '', name: `Lớp ${each.className}`, counts: each.counts, sumOf: null });
  });
  return schoolRow + 1 + classRows.length;
}

/** Group heads, names and the numbered row. Returns the first row of data. */
function writeColumnHeads(sheet: Worksheet, headRow: number): number {
  const [groupRow, nameRow, numberRow] = [headRow, headRow + 1, headRow + 2];
  const put = (row: number, column: number, text: string, size: number, style: { bold?: boolean; italic?: boolean }): void => {
    Object.assign(sheet.getCell(row, column), { value: text, font: font(size, style), alignment: CENTRE });
  };
  ['TT', 'Đơn vị', ...PROGRESS_COLUMNS.map(columnName)].forEach((name, index) => {
    const column = index + 1;
    const group = PROGRESS_COLUMNS[index - 2]?.group ?? null;
    if (group === null) sheet.mergeCells(groupRow, column, nameRow, column);
    put(group === null ? groupRow : nameRow, column, name, 10, { bold: true });
    put(numberRow, column, index < 2 ? `(${column})` : columnNumber(index - 2), 9, { italic: true });
  });
  let from = 0;
  PROGRESS_COLUMNS.forEach((column, index) => {
    if (column.group === PROGRESS_COLUMNS[index + 1]?.group) return;
    if (column.group !== null) {
      sheet.mergeCells(groupRow, columnAt(from), groupRow, columnAt(index));
      put(groupRow, columnAt(from), column.group, 10, { bold: true });
    }
    from = index + 1;
  });
  for (const row of [groupRow, nameRow, numberRow]) {
    for (let column = 1; column <= LAST_COLUMN; column += 1) Object.assign(sheet.getCell(row, column), { border: BOX, fill: HEAD_FILL });
  }
  sheet.getRow(groupRow).height = 18;
  sheet.getRow(nameRow).height = 58;
  sheet.getRow(numberRow).height = 26;
  return numberRow + 1;
}

function setWidths(sheet: Worksheet): void {
  sheet.getColumn(1).width = 6;
  sheet.getColumn(2).width = NAME_WIDTH;
  PROGRESS_COLUMNS.forEach((column, index) => { sheet.getColumn(columnAt(index)).width = column.kind === 'rate' ? 13 : 10.5; });
}

function writeFoot(sheet: Worksheet, row: number): void {
  sheet.mergeCells(row, 1, row, LAST_COLUMN);
  Object.assign(sheet.getCell(row, 1), {
    value: 'Ghi chú: chưa đủ điều kiện và miễn vẫn nằm trong số phải có, lí do ở sheet "Chưa đủ điều kiện"; cách hiểu từng cột ở sheet "Giải thích".',
    font: font(10, { italic: true }), alignment: LEFT,
  });
  writeSignatures(sheet, row + 2, PLAN);
}

function roman(number: number): string {
  const digits = [[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']] as const;
  let left = number;
  return digits.map(([value, letters]) => { const times = Math.floor(left / value); left -= times * value; return letters.repeat(times); }).join('');
}
