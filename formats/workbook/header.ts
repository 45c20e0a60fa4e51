import { address, cellText, type Row, type Sheet } from './cell.js';
import { foldText, cleanText } from './text.js';

/** How a column is known by name. All words folded (`foldText`). */
export type HeaderRule<K extends string> = {
  key: K;
  /** Last label of the column: "muc dat duoc", "ho va ten". */
  names: readonly string[];
  /** When given, one label above (or beside) must be among these, since the last alone is ambiguous: "toan", "pham chat". */
  under?: readonly string[];
  /** Whole labels that need no context: "nang luc khoa hoc", "diem ktdk toan". */
  alone?: readonly string[];
};

export type FoundHeader<K extends string> = {
  /** 1-based first row after the header. */
  firstDataRow: number;
  /** 1-based last header row. */
  headerRow: number;
  columns: Map<K, number>;
  /** Text of the column's labels as they stand, joined by " – ". */
  labels: Map<number, string>;
  unknown: number[];
  duplicates: { key: K; column: number; first: number }[];
};

const SEARCH_ROWS = 30;
const MAX_DEPTH = 3;

/**
 * Finds the header among the first rows: one to three rows of labels, in any order of columns, merged or not. The block
 * whose columns match most rules wins, the shallower one on a tie.
 * @returns null when fewer than `least` columns match anywhere
 */
export function findHeader<K extends string>(sheet: Sheet, rules: readonly HeaderRule<K>[], least: number): FoundHeader<K> | null {
  const grid = headGrid(sheet);
  const last = Math.min(SEARCH_ROWS, Math.max(0, ...sheet.rows.slice(0, SEARCH_ROWS + 10).map((row) => row.number)));
  let best: { top: number; depth: number; score: number; found: Map<number, K> } | null = null;
  for (let top = 1; top <= last; top++) {
    for (let depth = 1; depth <= MAX_DEPTH && top + depth - 1 <= last; depth++) {
      const found = matchBlock(grid, top, depth, rules);
      const score = new Set(found.values()).size;
      const better = best === null || score > best.score || (score === best.score && depth < best.depth);
      if (score >= least && better) best = { top, depth, score, found };
    }
  }
  return best === null ? null : describe(grid, best.top, best.depth, best.found);
}

type Grid = { text: (row: number, column: number) => string; own: (row: number, column: number) => string; width: number };

/** The first rows with merged cells filled in; group labels that were never merged reach to the next label on their right. */
function headGrid(sheet: Sheet): Grid {
  const texts = new Map<string, string>();
  let width = 0;
  const rows = sheet.rows.filter((row) => row.number <= SEARCH_ROWS + MAX_DEPTH);
  for (const row of rows) {
    row.cells.forEach((cell, column) => { if (cell !== undefined) texts.set(`${row.number}:${column}`, cleanText(cellText(cell))); });
    width = Math.max(width, row.cells.length);
  }
  const own = new Map(texts);
  for (const { top, left, bottom, right } of sheet.merges) {
    const text = texts.get(`${top}:${left}`);
    if (text === undefined || top > SEARCH_ROWS + MAX_DEPTH) continue;
    for (let row = top; row <= Math.min(bottom, SEARCH_ROWS + MAX_DEPTH); row++) {
      for (let column = left; column <= Math.min(right, width - 1); column++) texts.set(`${row}:${column}`, text);
    }
  }
  return { width, text: (row, column) => texts.get(`${row}:${column}`) ?? '', own: (row, column) => own.get(`${row}:${column}`) ?? '' };
}

function labelsOf(grid: Grid, top: number, depth: number, column: number): string[] {
  const labels: string[] = [];
  for (let row = top; row < top + depth; row++) {
    let text = grid.text(row, column);
    // An unmerged group label reaches right over columns that have a label of their own below it.
    const below = Array.from({ length: top + depth - 1 - row }, (_, at) => grid.own(row + 1 + at, column)).some((one) => one !== '');
    for (let left = column - 1; text === '' && below && left >= 0; left--) text = grid.text(row, left);
    if (text !== '' && labels.at(-1) !== text) labels.push(text);
  }
  return labels;
}

function matchBlock<K extends string>(grid: Grid, top: number, depth: number, rules: readonly HeaderRule<K>[]): Map<number, K> {
  const found = new Map<number, K>();
  for (let column = 0; column < grid.width; column++) {
    const labels = labelsOf(grid, top, depth, column);
    if (labels.length === 0 || !hasOwnLabel(grid, top, depth, column)) continue;
    const rule = matchRule(labels.map(foldText), rules) ?? matchRule(labels.map((label) => foldText(label.replace(/\([^)]*\)/g, ''))), rules);
    if (rule !== null) found.set(column, rule);
  }
  return found;
}

const hasOwnLabel = (grid: Grid, top: number, depth: number, column: number): boolean =>
  Array.from({ length: depth }, (_, offset) => grid.text(top + offset, column)).some((text) => text !== '');

function matchRule<K extends string>(labels: readonly string[], rules: readonly HeaderRule<K>[]): K | null {
  const last = labels.at(-1) ?? '';
  const above = labels.slice(0, -1);
  const joined = labels.join(' ');
  for (const { key, names, under, alone } of rules) {
    if (alone?.includes(last) === true || alone?.includes(joined) === true) return key;
    if (under === undefined ? names.includes(last) : names.includes(last) && above.some((label) => under.includes(label))) return key;
  }
  return null;
}

function describe<K extends string>(grid: Grid, top: number, depth: number, found: ReadonlyMap<number, K>): FoundHeader<K> {
  const result: FoundHeader<K> = { firstDataRow: top + depth, headerRow: top + depth - 1, columns: new Map(), labels: new Map(), unknown: [], duplicates: [] };
  for (let column = 0; column < grid.width; column++) {
    const labels = labelsOf(grid, top, depth, column);
    if (labels.length === 0 || !hasOwnLabel(grid, top, depth, column)) continue;
    result.labels.set(column, labels.join(' – '));
    const key = found.get(column);
    const first = key === undefined ? undefined : result.columns.get(key);
    if (key === undefined) result.unknown.push(column);
    else if (first === undefined) result.columns.set(key, column);
    else result.duplicates.push({ key, column, first });
  }
  return result;
}

/** Whether a row only repeats the numbering of columns, "(1) (2) (3)" or "1 2 3", as administrative forms have it. */
export function isNumberingRow(row: Row): boolean {
  const texts = row.cells.filter((cell) => cell !== undefined).map((cell) => cellText(cell).replace(/[()\s]/g, ''));
  return texts.length >= 3 && texts.every((text, at) => Number(text) === at + Number(texts[0]) || /^[A-Z]$/.test(text)) && texts.some((text) => /^\d+$/.test(text));
}

export const headerAddress = (header: FoundHeader<string>, column: number): string => address(header.headerRow, column);
