import ExcelJS, { type Style, type Worksheet } from 'exceljs';
import type { HeldTotal } from '../../domain/progress.js';
import { basisPoints, COUNT_DEFINITIONS, NO_RATE, RATES, type ProgressCounts } from '../../domain/rates.js';
import { REPORT_NAMES, ROWS_PER_SHEET, type ListedMeasure, type ReportHead } from '../../domain/reports.js';
import { formatCount, formatInstant } from '../../domain/vietnameseFormat.js';
import { positionName, reasonName } from '../measures.js';
import { writeHead, type HeadPlan } from './administrativeHead.js';
import { listColumns, type ListColumn, type ListKind } from './listColumns.js';
import { letterOf, rateFormula } from './progressColumns.js';
import { BOX, CENTRE, COUNT_FORMAT, font, HEAD_FILL, heightFor, LEFT, PAGE_FOOTER, PAPER_A4, RATE_FORMAT, RIGHT } from './style.js';
import { plainText } from './plainText.js';

export type ListInput = {
  kind: ListKind; head: ReportHead; withNames: boolean; sandbox: boolean;
  /** Lines to come, and the counts of the same snapshot, to which every column adds up. */
  lines: number; counts: ProgressCounts; held: readonly HeldTotal[];
  /** Heads included; Excel's limit unless a test wants smaller sheets. */
  rowsPerSheet?: number;
};
/** The workbook without its lines: `sheets` says which lines each sheet takes; its row `sample` has the look and gives way to them. */
export type ListBook = { template: Buffer; columns: readonly ListColumn[]; sheets: readonly { sheet: number; sample: number; lines: number }[] };

const SUMMARY = 'Tổng hợp';
const SHEET_NAMES = { cards: 'Học bạ', held: 'Danh sách' } as const satisfies Record<ListKind, string>;
/** A list sheet: what it is, then the column heads. */
const HEAD_ROWS = 2;
const PLAN: HeadPlan = { left: [1, 2], right: [3, 4], last: 4 };
const WIDTHS = [34, 16, 16, 78] as const;

/**
 * A list as a workbook: "Tổng hợp" says what it is, as of when, for whom, and sums every column of the lists by formulas that carry the
 * values of the counters; the lists follow, as many sheets as Excel's limit asks for. Small, whatever the number of lines.
 */
export async function listBook(input: ListInput): Promise<ListBook> {
  const columns = listColumns(input.kind, input.withNames);
  const most = (input.rowsPerSheet ?? ROWS_PER_SHEET) - HEAD_ROWS;
  const count = Math.max(1, Math.ceil(input.lines / most));
  const parts = Array.from({ length: count }, (_, index) => ({
    name: count === 1 ? SHEET_NAMES[input.kind] : `${SHEET_NAMES[input.kind]} ${index + 1}`, sheet: index + 2, sample: HEAD_ROWS + 1, lines: Math.max(0, Math.min(most, input.lines - index * most)),
  }));
  const workbook = new ExcelJS.Workbook();
  const at = new Date(input.head.asOf);
  Object.assign(workbook, { creator: input.head.province.departmentName, title: REPORT_NAMES[input.kind], created: at, modified: at });
  addSummary(workbook, input, (letter) => parts.map(({ name, lines }) => `'${name}'!${letter}${HEAD_ROWS + 1}:${letter}${HEAD_ROWS + Math.max(1, lines)}`), columns);
  for (const part of parts) addList(workbook.addWorksheet(part.name), input, columns, part.lines);
  return { template: Buffer.from(await workbook.xlsx.writeBuffer()), columns, sheets: parts };
}

function addList(sheet: Worksheet, { kind, head, sandbox }: ListInput, columns: readonly ListColumn[], lines: number): void {
  sheet.views = [{ state: 'frozen', ySplit: HEAD_ROWS, topLeftCell: `A${HEAD_ROWS + 1}` }];
  Object.assign(sheet.pageSetup, { paperSize: PAPER_A4, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0, printTitlesRow: `${HEAD_ROWS}:${HEAD_ROWS}` });
  sheet.headerFooter = { oddFooter: PAGE_FOOTER };
  const place = head.area.schoolName ?? head.area.officeName ?? head.province.name;
  Object.assign(sheet.getCell(1, 1), { value: plainText(`${REPORT_NAMES[kind]} – ${place} – số liệu tính đến ${formatInstant(head.asOf)}${sandbox ? ' – DỮ LIỆU MÔ PHỎNG' : ''}`), font: font(12, { bold: true }) });
  columns.forEach(({ name, width, format }, index) => {
    sheet.getColumn(index + 1).width = width;
    Object.assign(sheet.getCell(HEAD_ROWS, index + 1), { value: name, font: font(11, { bold: true }), alignment: CENTRE, border: BOX, fill: HEAD_FILL });
    // The sample row: whoever adds the lines takes its looks and leaves it out.
    Object.assign(sheet.getCell(HEAD_ROWS + 1, index + 1), { value: 0, font: font(11), numFmt: format });
  });
  sheet.getRow(HEAD_ROWS).height = 46;
  sheet.autoFilter = { from: { row: HEAD_ROWS, column: 1 }, to: { row: HEAD_ROWS + Math.max(1, lines), column: columns.length } };
}

const TEXT: Partial<Style> = { font: font(11), border: BOX, alignment: LEFT };
const COUNT: Partial<Style> = { font: font(11), border: BOX, alignment: RIGHT, numFmt: COUNT_FORMAT };
const RATE: Partial<Style> = { ...COUNT, numFmt: RATE_FORMAT };
const HEAD: Partial<Style> = { font: font(11, { bold: true }), border: BOX, alignment: CENTRE, fill: HEAD_FILL };

type Ranges = (letter: string) => readonly string[];

function addSummary(workbook: ExcelJS.Workbook, input: ListInput, ranges: Ranges, columns: readonly ListColumn[]): void {
  const { kind, head, counts, sandbox, lines } = input;
  const sheet = workbook.addWorksheet(SUMMARY, { pageSetup: { paperSize: PAPER_A4, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 }, headerFooter: { oddFooter: PAGE_FOOTER } });
  WIDTHS.forEach((width, index) => { sheet.getColumn(index + 1).width = width; });
  let row = writeHead(sheet, head, PLAN, REPORT_NAMES[kind].toLocaleUpperCase('vi'), sandbox);
  const put = (values: readonly (string | number | ExcelJS.CellFormulaValue)[], styles: readonly Partial<Style>[]): void => {
    values.forEach((value, index) => { Object.assign(sheet.getCell(row, index + 1), { value: typeof value === 'string' ? plainText(value) : value, style: styles[index] ?? TEXT }); });
    sheet.getRow(row).height = heightFor(...values.flatMap((value, index) => (typeof value === 'string' ? [[value, WIDTHS[index]!] as const] : [])));
    row += 1;
  };
  const letters = new Map(columns.flatMap(({ measure }, index) => (measure === null ? [] : [[measure, letterOf(index + 1)] as const])));
  const sum = (letter: string, result: number): ExcelJS.CellFormulaValue => ({ formula: ranges(letter).map((range) => `SUM(${range})`).join('+'), result });
  put(['Chỉ số', 'Cộng từ danh sách', 'Theo số đếm', 'Định nghĩa'], [HEAD, HEAD, HEAD, HEAD]);
  // An empty list has its sample row taken away, so that nothing is counted in it.
  put(['Số dòng của danh sách', { formula: ranges('A').map((range) => `COUNT(${range})`).join('+'), result: lines }, lines, 'Mỗi học sinh một dòng, kể cả học sinh chưa đủ điều kiện, được miễn và đã rút vì biến động, kèm lí do.'], [TEXT, COUNT, COUNT, TEXT]);
  const at = new Map<ListedMeasure, number>();
  for (const [measure, letter] of letters) {
    at.set(measure, row);
    put([COUNT_DEFINITIONS[measure].name, sum(letter, counts[measure]), counts[measure], COUNT_DEFINITIONS[measure].sentence], [TEXT, COUNT, COUNT, TEXT]);
  }
  for (const code of kind === 'cards' ? (['signed', 'accepted'] as const) : []) {
    const rate = RATES[code].of(counts);
    const points = basisPoints(rate);
    const [numerator, denominator] = code === 'signed' ? (['signed', 'expected'] as const) : (['accepted', 'signed'] as const);
    put([RATES[code].name, { formula: rateFormula(`B${at.get(numerator)!}`, `B${at.get(denominator)!}`), result: points === null ? NO_RATE : points / 10_000 }, '', RATES[code].sentence], [TEXT, RATE, TEXT, TEXT]);
  }
  if (kind === 'held') addReasons(input, put, ranges, columns);
  row += 1;
  for (const note of notesOf(input)) {
    sheet.mergeCells(row, 1, row, WIDTHS.length);
    Object.assign(sheet.getCell(row, 1), { value: plainText(note), font: font(11, { italic: true }), alignment: LEFT });
    sheet.getRow(row).height = heightFor([note, WIDTHS.reduce((all, width) => all + width, 0)]);
    row += 1;
  }
}

/** Held and exempt pupils by reason: counted in the list by formula, beside the counters' own numbers. */
function addReasons({ held }: ListInput, put: (values: readonly (string | number | ExcelJS.CellFormulaValue)[], styles: readonly Partial<Style>[]) => void, ranges: Ranges, columns: readonly ListColumn[]): void {
  const letter = (name: string): string => letterOf(columns.findIndex((column) => column.name === name) + 1);
  const [kinds, reasons] = [ranges(letter('Diện')), ranges(letter('Lí do'))];
  const quoted = (value: string): string => `"${plainText(value).replaceAll('"', '""')}"`;
  put(['Diện, lí do', 'Cộng từ danh sách', 'Theo số đếm', 'Diện'], [HEAD, HEAD, HEAD, HEAD]);
  for (const { kind, reason, cards } of held) {
    const formula = kinds.map((range, index) => `COUNTIFS(${range},${quoted(positionName(kind))},${reasons[index]!},${quoted(reasonName(reason))})`).join('+');
    put([reasonName(reason), { formula, result: cards }, cards, positionName(kind)], [TEXT, COUNT, COUNT, TEXT]);
  }
}

const notesOf = ({ head, withNames, lines }: ListInput): string[] => [
  `Người yêu cầu: ${head.by}. Mọi số trong tệp là của cùng một thời điểm: ${formatInstant(head.asOf)}.`,
  `Danh sách có ${formatCount(lines)} dòng. Số 1 ở một cột nghĩa là học sinh được đếm trong chỉ số đó; các bước là lũy kế.`,
  withNames ? 'Tệp có dữ liệu cá nhân của học sinh: chỉ dùng cho công việc được giao, không chuyển tiếp.' : 'Tệp không có tên và số định danh của học sinh, vì vai trò của người yêu cầu không bao gồm dữ liệu cá nhân.',
];
