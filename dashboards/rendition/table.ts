import { FLOOR, INK, LINE, makeRoom, PAGE, write, type Sheet } from './sheet.js';

export type Column = { label: string; width: number; align?: 'left' | 'center' };
export type Table = {
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
  /** One cell beside all rows, as the form has it for remarks. */
  remark?: { label: string; width: number; text: string };
};

const PAD = 4;
const SIZE = 11;
/** Points; rows grow when a remark or a cell needs more. */
const ROW = 19;
/** A remark that would fill half a page goes under its table instead, where it may run on to the next page. */
const TALLEST_REMARK = 380;

/** Draws a ruled table at the current height, whole on one page, and leaves the pen below it. */
export function drawTable(sheet: Sheet, table: Table): void {
  const { columns, rows } = table;
  const headHeight = rowHeightOf(sheet, columns, columns.map(({ label }) => label), ROW, 'bold');
  const remark = table.remark !== undefined && heightOf(sheet, table.remark.text, table.remark.width) <= TALLEST_REMARK ? table.remark : undefined;
  const natural = rows.map((row) => rowHeightOf(sheet, columns, row, ROW, 'regular'));
  const missing = remark === undefined ? 0 : heightOf(sheet, remark.text, remark.width) - sum(natural);
  const heights = natural.map((height) => height + Math.max(0, missing) / natural.length);
  makeRoom(sheet, Math.min(headHeight + sum(heights), FLOOR - PAGE.top));
  let y = sheet.y;
  drawRow(sheet, columns, columns.map(({ label }) => label), y, headHeight, 'bold');
  if (remark !== undefined) cell(sheet, remark.label, PAGE.left + widthOf(columns), y, remark.width, headHeight, 'bold', 'center');
  y += headHeight;
  if (remark !== undefined) cell(sheet, remark.text, PAGE.left + widthOf(columns), y, remark.width, sum(heights), 'regular', 'left', true);
  for (const [place, row] of rows.entries()) {
    const height = heights[place] as number;
    drawRow(sheet, columns, row, y, height, 'regular');
    y += height;
  }
  sheet.x = PAGE.left;
  sheet.y = y;
  if (table.remark !== undefined && remark === undefined) longRemark(sheet, table.remark.label, table.remark.text);
}

function longRemark(sheet: Sheet, label: string, text: string): void {
  write(sheet, 'bold', SIZE).text(`${label}: `, PAGE.left, sheet.y + 4, { continued: true });
  write(sheet, 'regular', SIZE).text(text, { lineGap: 1 });
}

function drawRow(sheet: Sheet, columns: readonly Column[], row: readonly string[], y: number, height: number, face: 'regular' | 'bold'): void {
  let x: number = PAGE.left;
  for (const [place, { width, align }] of columns.entries()) {
    cell(sheet, row[place] ?? '', x, y, width, height, face, face === 'bold' ? 'center' : align ?? 'left');
    x += width;
  }
}

function cell(sheet: Sheet, text: string, x: number, y: number, width: number, height: number, face: 'regular' | 'bold', align: 'left' | 'center', fromTop = false): void {
  sheet.rect(x, y, width, height).lineWidth(0.6).stroke(LINE);
  const used = write(sheet, face, SIZE, INK).heightOfString(text, { width: width - 2 * PAD });
  sheet.text(text, x + PAD, fromTop ? y + PAD : y + (height - used) / 2 + 0.5, { width: width - 2 * PAD, align });
}

const heightOf = (sheet: Sheet, text: string, width: number, face: 'regular' | 'bold' = 'regular'): number =>
  write(sheet, face, SIZE).heightOfString(text, { width: width - 2 * PAD }) + 2 * PAD;
const rowHeightOf = (sheet: Sheet, columns: readonly Column[], row: readonly string[], least: number, face: 'regular' | 'bold'): number =>
  Math.max(least, ...columns.map(({ width }, place) => heightOf(sheet, row[place] ?? '', width, face) - 3));
const widthOf = (columns: readonly Column[]): number => columns.reduce((total, { width }) => total + width, 0);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
