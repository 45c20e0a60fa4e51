import type { Workbook, Worksheet } from 'exceljs';
import { listBalance } from '../../domain/movements.js';
import type { ProgressReport } from '../../domain/progress.js';
import { reasonName } from '../measures.js';
import { writeHead, type HeadPlan } from './administrativeHead.js';
import { plainText } from './plainText.js';
import { countLetter } from './progressColumns.js';
import { PROGRESS_SHEET, type ProgressSheetPlace } from './progressSheet.js';
import { BOX, CENTRE, COUNT_FORMAT, font, HEAD_FILL, heightFor, LEFT, PAGE_FOOTER, PAPER_A4, RIGHT, TEXT_FORMAT } from './style.js';

export const MOVEMENT_SHEET = 'Biến động';
const HEADS = ['TT', 'Địa bàn', 'Trường', 'Biến động', 'Ghi thêm', 'Rút ra'] as const;
const WIDTHS = [6, 28, 44, 40, 12, 12] as const;
const PLAN: HeadPlan = { left: [1, 3], right: [4, 6], last: 6 };
const [CAME, LEFT_OUT] = [5, 6];

/** Sheet "Biến động": how the frozen list became what is expected now, then who came and left by school and reason; held against sheet "Tiến độ". */
export function addMovementSheet(workbook: Workbook, report: ProgressReport, progress: ProgressSheetPlace, sandbox: boolean): void {
  const sheet = workbook.addWorksheet(MOVEMENT_SHEET, {
    pageSetup: { paperSize: PAPER_A4, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0, horizontalCentered: true },
    headerFooter: { oddFooter: PAGE_FOOTER },
  });
  WIDTHS.forEach((width, index) => { sheet.getColumn(index + 1).width = width; });
  const first = writeHead(sheet, report, PLAN, 'BIẾN ĐỘNG HỌC SINH SAU KHI CHỐT DANH SÁCH', sandbox);
  const headRow = first + 6;
  writeCells(sheet, headRow, HEADS, true);
  report.movements.forEach(({ direction, reason, officeName, schoolName, pupils }, index) => {
    const row = headRow + 1 + index;
    writeCells(sheet, row, [index + 1, officeName, schoolName, reasonName(reason), direction === 'in' ? pupils : '', direction === 'out' ? pupils : '']);
    sheet.getRow(row).height = heightFor([officeName, WIDTHS[1]], [schoolName, WIDTHS[2]], [reasonName(reason), WIDTHS[3]]);
  });
  const totalRow = headRow + 1 + report.movements.length;
  const balance = listBalance(report.tree.counts, report.movements);
  writeCells(sheet, totalRow, ['', 'Tổng cộng', '', '', balance.came, balance.left], true);
  for (const [column, letter, result] of [[CAME, 'E', balance.came], [LEFT_OUT, 'F', balance.left]] as const) {
    if (report.movements.length > 0) sheet.getCell(totalRow, column).value = { formula: `SUM(${letter}${headRow + 1}:${letter}${totalRow - 1})`, result };
  }
  writeBalance(sheet, first, { balance, totalRow, expectedCell: `'${PROGRESS_SHEET}'!${countLetter('expected')}${progress.totalRow}` });
  sheet.views = [{ state: 'frozen', ySplit: headRow, topLeftCell: `A${headRow + 1}` }];
  sheet.pageSetup.printTitlesRow = `${headRow}:${headRow}`;
}

/** Five rows: list, came, left, expected, and whether that is what the other sheet says. */
function writeBalance(sheet: Worksheet, first: number, { balance, totalRow, expectedCell }: { balance: ReturnType<typeof listBalance>; totalRow: number; expectedCell: string }): void {
  const lines = [
    ['Danh sách chốt khi phát động', balance.frozen], ['Ghi thêm', { formula: `SUM(E${totalRow})`, result: balance.came }], ['Rút ra', { formula: `SUM(F${totalRow})`, result: balance.left }],
    ['Phải có', { formula: `SUM(F${first}:F${first + 1})-F${first + 2}`, result: balance.expected }],
  ] as const;
  lines.forEach(([name, value], index) => {
    const row = first + index;
    writeCells(sheet, row, ['', name, '', '', '', 0], index === lines.length - 1);
    sheet.mergeCells(row, 2, row, CAME);
    sheet.getCell(row, LEFT_OUT).value = value;
  });
  sheet.mergeCells(first + 4, 1, first + 4, LEFT_OUT);
  Object.assign(sheet.getCell(first + 4, 1), {
    value: { formula: `IF(F${first + 3}=${expectedCell},"Khớp với cột Phải có của sheet ${PROGRESS_SHEET}.","LỆCH với sheet ${PROGRESS_SHEET}: kiểm tra lại.")`, result: `Khớp với cột Phải có của sheet ${PROGRESS_SHEET}.` },
    font: font(11, { italic: true }), alignment: LEFT,
  });
}

function writeCells(sheet: Worksheet, number: number, values: readonly (string | number)[], head = false): void {
  const row = sheet.getRow(number);
  values.forEach((value, index) => {
    const column = index + 1;
    const text = typeof value === 'string';
    row.getCell(column).value = text ? (column >= CAME && !head ? null : plainText(value)) : value;
    row.getCell(column).style = {
      font: font(11, { bold: head }), border: BOX, numFmt: text && column < CAME ? TEXT_FORMAT : COUNT_FORMAT, ...(head ? { fill: HEAD_FILL } : {}),
      alignment: text && head ? CENTRE : column >= CAME ? RIGHT : column === 1 ? CENTRE : LEFT,
    };
  });
}
