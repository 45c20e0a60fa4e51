import type { Alignment, Style, Workbook, Worksheet } from 'exceljs';
import type { HeldRow, ProgressReport, UnissuedReason } from '../../domain/progress.js';
import { PUPIL_REASONS } from '../../domain/pupilStatus.js';
import { writeHead, type HeadPlan } from './administrativeHead.js';
import { plainText } from './plainText.js';
import { countLetter } from './progressColumns.js';
import { PROGRESS_SHEET, type ProgressSheetPlace } from './progressSheet.js';
import { BOX, CENTRE, COUNT_FORMAT, font, HEAD_FILL, heightFor, LEFT, PAGE_FOOTER, PAPER_A4, RIGHT, TEXT_FORMAT } from './style.js';

export const HELD_SHEET = 'Chưa đủ điều kiện';
export const UNISSUED_REASONS = { ...PUPIL_REASONS, school_exempt: 'Trường được miễn trong đợt này' } as const satisfies Record<UnissuedReason, string>;
const KINDS = { held: 'Chưa đủ điều kiện', exempt: 'Miễn' } as const;
const HEADS = ['TT', 'Diện', 'Lí do', 'Địa bàn', 'Trường', 'Lớp', 'Số học bạ'] as const;
const WIDTHS = [6, 20, 46, 26, 42, 10, 12] as const;
const PLAN: HeadPlan = { left: [1, 3], right: [5, 7], last: 7 };
const NUMBER = 7;

/** Sheet "Chưa đủ điều kiện": first the sums by reason, then one line a class and reason; the total is held against sheet "Tiến độ". */
export function addHeldSheet(workbook: Workbook, report: ProgressReport, progress: ProgressSheetPlace, sandbox: boolean): void {
  const sheet = workbook.addWorksheet(HELD_SHEET, {
    pageSetup: { paperSize: PAPER_A4, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0, horizontalCentered: true },
    headerFooter: { oddFooter: PAGE_FOOTER },
  });
  WIDTHS.forEach((width, index) => { sheet.getColumn(index + 1).width = width; });
  const first = writeHead(sheet, report, PLAN, 'HỌC SINH CHƯA ĐỦ ĐIỀU KIỆN PHÁT HÀNH HOẶC ĐƯỢC MIỄN, THEO LÍ DO', sandbox);
  const reasons = reasonTotals(report.held);
  const headRow = first + reasons.length + 2;
  const detail = { from: headRow + 1, to: headRow + report.held.length };
  writeReasons(sheet, first, reasons, detail);
  writeCells(sheet, headRow, HEADS, true);
  report.held.forEach((each, index) => {
    writeCells(sheet, detail.from + index, [index + 1, KINDS[each.kind], UNISSUED_REASONS[each.reason], each.officeName, each.schoolName, each.className, each.cards]);
    sheet.getRow(detail.from + index).height = heightFor([UNISSUED_REASONS[each.reason], WIDTHS[2]], [each.officeName, WIDTHS[3]], [each.schoolName, WIDTHS[4]]);
  });
  writeTotal(sheet, detail, report, progress);
  sheet.views = [{ state: 'frozen', ySplit: headRow, topLeftCell: `A${headRow + 1}` }];
  sheet.pageSetup.printTitlesRow = `${headRow}:${headRow}`;
}

type ReasonTotal = { kind: HeldRow['kind']; reason: UnissuedReason; cards: number };

function reasonTotals(held: readonly HeldRow[]): ReasonTotal[] {
  const totals = new Map<string, ReasonTotal>();
  for (const { kind, reason, cards } of held) {
    const known = totals.get(`${kind}/${reason}`);
    if (known === undefined) totals.set(`${kind}/${reason}`, { kind, reason, cards });
    else known.cards += cards;
  }
  return [...totals.values()].sort((a, b) => b.cards - a.cards || (a.reason < b.reason ? -1 : 1));
}

type Detail = { from: number; to: number };

function writeReasons(sheet: Worksheet, first: number, reasons: readonly ReasonTotal[], { from, to }: Detail): void {
  const put = (row: number, values: readonly (string | number)[], head: boolean): void => {
    writeCells(sheet, row, values, head);
    sheet.mergeCells(row, 3, row, NUMBER - 1);
  };
  put(first, ['', 'Diện', 'Lí do', '', '', '', 'Số học bạ'], true);
  reasons.forEach(({ kind, reason, cards }, index) => {
    const row = first + 1 + index;
    put(row, ['', KINDS[kind], UNISSUED_REASONS[reason], '', '', '', cards], false);
    sheet.getCell(row, NUMBER).value = { formula: `SUMIFS(G${from}:G${to},B${from}:B${to},B${row},C${from}:C${to},C${row})`, result: cards };
  });
}

function writeTotal(sheet: Worksheet, { from, to }: Detail, report: ProgressReport, progress: ProgressSheetPlace): void {
  const row = to + 1;
  const total = report.held.reduce((sum, each) => sum + each.cards, 0);
  writeCells(sheet, row, ['', 'Tổng cộng', '', '', '', '', total], true);
  if (to >= from) sheet.getCell(row, NUMBER).value = { formula: `SUM(G${from}:G${to})`, result: total };
  const other = ['held', 'exempt'].map((key) => `'${PROGRESS_SHEET}'!${countLetter(key as 'held' | 'exempt')}${progress.totalRow}`).join('+');
  const { held, exempt } = report.tree.counts;
  sheet.mergeCells(row + 1, 1, row + 1, NUMBER);
  Object.assign(sheet.getCell(row + 1, 1), {
    value: {
      formula: `IF(G${row}=${other},"Khớp với cột Chưa đủ điều kiện và cột Miễn của sheet ${PROGRESS_SHEET}.","LỆCH với sheet ${PROGRESS_SHEET}: kiểm tra lại.")`,
      result: total === held + exempt ? `Khớp với cột Chưa đủ điều kiện và cột Miễn của sheet ${PROGRESS_SHEET}.` : `LỆCH với sheet ${PROGRESS_SHEET}: kiểm tra lại.`,
    },
    font: font(11, { italic: true }), alignment: LEFT,
  });
}

type Look = { head: boolean; text: boolean; alignment: Partial<Alignment> };
const lookOf = ({ head, text, alignment }: Look): Partial<Style> => (
  { font: font(11, { bold: head }), border: BOX, numFmt: text ? TEXT_FORMAT : COUNT_FORMAT, alignment, ...(head ? { fill: HEAD_FILL } : {}) });
const LOOKS = {
  headText: lookOf({ head: true, text: true, alignment: CENTRE }), headNumber: lookOf({ head: true, text: false, alignment: RIGHT }),
  text: lookOf({ head: false, text: true, alignment: LEFT }), shortText: lookOf({ head: false, text: true, alignment: CENTRE }),
  order: lookOf({ head: false, text: false, alignment: CENTRE }), number: lookOf({ head: false, text: false, alignment: RIGHT }),
} as const;
const CLASS_NAME = 6;

function writeCells(sheet: Worksheet, number: number, values: readonly (string | number)[], head = false): void {
  const row = sheet.getRow(number);
  values.forEach((value, index) => {
    const column = index + 1;
    const cell = row.getCell(column);
    cell.value = typeof value === 'string' ? plainText(value) : value;
    if (typeof value === 'number') cell.style = head ? LOOKS.headNumber : column === NUMBER ? LOOKS.number : LOOKS.order;
    else cell.style = head ? LOOKS.headText : column === CLASS_NAME ? LOOKS.shortText : LOOKS.text;
  });
}
