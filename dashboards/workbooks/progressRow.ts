import type { Alignment, Fill, Style, Worksheet } from 'exceljs';
import type { ProgressCounts } from '../../domain/rates.js';
import { plainText } from './plainText.js';
import { columnAt, letterOf, PROGRESS_COLUMNS, columnFormula, rateResult } from './progressColumns.js';
import { BOX, CENTRE, COUNT_FORMAT, fill, font, HEAD_FILL, heightFor, LEFT, RATE_FORMAT, RIGHT, TEXT_FORMAT } from './style.js';

export const NAME_WIDTH = 38;

type LevelLook = { outline: number; indent: number; bold: boolean; fill: Fill | null };
const LEVELS = {
  office: { outline: 0, indent: 0, bold: true, fill: fill('FFF3F6FA') },
  school: { outline: 1, indent: 1, bold: true, fill: null },
  class: { outline: 2, indent: 2, bold: false, fill: null },
  total: { outline: 0, indent: 0, bold: true, fill: HEAD_FILL },
} as const satisfies Record<string, LevelLook>;
export type Level = keyof typeof LEVELS;

type RowStyles = Record<'order' | 'name' | 'count' | 'rate', Partial<Style>>;
function stylesOf({ bold, fill: colour, indent }: LevelLook): RowStyles {
  const style = (numFmt: string, alignment: Partial<Alignment>): Partial<Style> => (
    { font: font(11, { bold }), border: BOX, numFmt, alignment, ...(colour === null ? {} : { fill: colour }) });
  return { order: style(TEXT_FORMAT, CENTRE), name: style(TEXT_FORMAT, { ...LEFT, indent }), count: style(COUNT_FORMAT, RIGHT), rate: style(RATE_FORMAT, RIGHT) };
}
/** One object a kind of cell, shared by all rows: exceljs looks a style up by its object, and a province has 300 000 cells. */
const STYLES = { office: stylesOf(LEVELS.office), school: stylesOf(LEVELS.school), class: stylesOf(LEVELS.class), total: stylesOf(LEVELS.total) } as const satisfies Record<Level, RowStyles>;

export type RowText = {
  order: string; name: string; counts: ProgressCounts;
  /** Rows of the level below; null: the counts are this row's own. */
  sumOf: readonly number[] | null;
};

/** One row: counts as numbers or sums of the level below, rates as formulas, each with the value it computes to. */
export function writeRow(sheet: Worksheet, number: number, level: Level, { order, name, counts, sumOf }: RowText): void {
  const styles = STYLES[level];
  const row = sheet.getRow(number);
  row.outlineLevel = LEVELS[level].outline;
  row.height = heightFor([name, NAME_WIDTH - 2 * LEVELS[level].indent]);
  const put = (column: number, value: string | number | { formula: string; result: number | string }, style: Partial<Style>): void => {
    const cell = row.getCell(column);
    cell.value = value;
    cell.style = style;
  };
  put(1, order, styles.order);
  put(2, plainText(name), styles.name);
  PROGRESS_COLUMNS.forEach((column, index) => {
    if (column.kind === 'rate') {
      put(columnAt(index), { formula: columnFormula(column, number), result: rateResult(column, counts) }, styles.rate);
    } else {
      const formula = sumOf === null ? null : sumFormula(letterOf(columnAt(index)), sumOf);
      put(columnAt(index), formula === null ? counts[column.key] : { formula, result: counts[column.key] }, styles.count);
    }
  });
}

/** SUM takes at most 255 arguments; a province may have more areas. */
const MOST_ARGUMENTS = 200;

/** `SUM(C11:C14)` for neighbours, `SUM(C10,C15,C22)` otherwise; null when there is nothing to add. */
export function sumFormula(letter: string, rows: readonly number[]): string | null {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return null;
  if (last - first === rows.length - 1) return `SUM(${letter}${first}:${letter}${last})`;
  const cells = rows.map((row) => `${letter}${row}`);
  const groups = Array.from({ length: Math.ceil(cells.length / MOST_ARGUMENTS) }, (_, index) => cells.slice(index * MOST_ARGUMENTS, (index + 1) * MOST_ARGUMENTS));
  const sums = groups.map((group) => `SUM(${group.join(',')})`);
  return sums.length === 1 ? sums.join('') : `SUM(${sums.join(',')})`;
}
