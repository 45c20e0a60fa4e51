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
  /** The column's label as it stands, with the one above it where the last alone stands more than once. */
  labels: Map<number, string>;
  unknown: number[];
  duplicates: { key: K; column: number; first: number }[];
};

const SEARCH_ROWS = 30;
const MAX_DEPTH = 3;
/** A label stands in every fault of its column. */
const LONGEST_LABEL = 200;

/**
 * Finds the header among the first rows: one to three rows of labels, in any order of columns, merged or not. The block
 * whose columns match most rules wins, the shallower one on a tie.
 * @returns null when fewer than `least` columns match anywhere
 */
export function findHeader<K extends string>(sheet: Sheet, rules: readonly HeaderRule<K>[], least: number): FoundHeader<K> | null {
  const grid = headGrid(sheet);
  const index = indexRules(rules);
  const last = Math.min(SEARCH_ROWS, Math.max(0, ...sheet.rows.slice(0, SEARCH_ROWS + 10).map((row) => row.number)));
  let best: { top: number; depth: number; score: number; found: Map<number, K> } | null = null;
  for (let top = 1; top <= last; top++) {
    for (let depth = 1; depth <= MAX_DEPTH && top + depth - 1 <= last; depth++) {
      const found = matchBlock(grid, top, depth, index);
      const score = new Set(found.values()).size;
      const better = best === null || score > best.score || (score === best.score && depth < best.depth);
      if (score >= least && better) best = { top, depth, score, found };
    }
  }
  return best === null ? null : describe(grid, best.top, best.depth, best.found);
}

/** `text` with merged cells filled in, `own` as written, `spread` the nearest text at or left of a cell. */
type Grid = { width: number; text: string[][]; own: string[][]; spread: string[][]; fold: (label: string) => string };

function headGrid(sheet: Sheet): Grid {
  const height = SEARCH_ROWS + MAX_DEPTH;
  const rows = sheet.rows.filter((row) => row.number <= height);
  const width = Math.max(0, ...rows.map((row) => row.cells.length));
  const blank = (): string[][] => Array.from({ length: height + 1 }, () => Array.from({ length: width }, () => ''));
  const own = blank();
  for (const row of rows) row.cells.forEach((cell, column) => { (own[row.number] as string[])[column] = cleanText(cellText(cell)).slice(0, LONGEST_LABEL); });
  const text = own.map((line) => [...line]);
  for (const { top, left, bottom, right } of sheet.merges) {
    const label = own[top]?.[left] ?? '';
    if (label === '') continue;
    for (let row = top; row <= Math.min(bottom, height); row++) (text[row] as string[]).fill(label, left, right + 1);
  }
  const spread = text.map((line) => {
    let nearest = '';
    return line.map((label) => (nearest = label === '' ? nearest : label));
  });
  return { width, text, own, spread, fold: folding() };
}

/** Every block of rows is tried, so each label is met many times: it is folded once. */
function folding(): Grid['fold'] {
  const folded = new Map<string, string>();
  return (label) => {
    const known = folded.get(label) ?? foldText(label);
    folded.set(label, known);
    return known;
  };
}

/** An unmerged group label reaches right over columns that have a label of their own below it. */
function labelsOf({ text, own, spread }: Grid, top: number, depth: number, column: number): string[] {
  const labels: string[] = [];
  for (let row = top; row < top + depth; row++) {
    const written = text[row]?.[column] ?? '';
    const below = own.slice(row + 1, top + depth).some((line) => line[column] !== '');
    const label = written === '' && below ? spread[row]?.[column] ?? '' : written;
    if (label !== '' && labels.at(-1) !== label) labels.push(label);
  }
  return labels;
}

type Candidate<K> = { key: K; order: number; under?: readonly string[] };
type RuleIndex<K> = { last: Map<string, Candidate<K>[]>; joined: Map<string, Candidate<K>[]> };

function indexRules<K extends string>(rules: readonly HeaderRule<K>[]): RuleIndex<K> {
  const index: RuleIndex<K> = { last: new Map(), joined: new Map() };
  const put = (map: Map<string, Candidate<K>[]>, label: string, candidate: Candidate<K>) => map.set(label, [...(map.get(label) ?? []), candidate]);
  rules.forEach(({ key, names, under, alone = [] }, order) => {
    for (const name of names) put(index.last, name, { key, order, ...(under === undefined ? {} : { under }) });
    for (const name of alone) {
      put(index.last, name, { key, order });
      put(index.joined, name, { key, order });
    }
  });
  return index;
}

function matchBlock<K extends string>(grid: Grid, top: number, depth: number, index: RuleIndex<K>): Map<number, K> {
  const found = new Map<number, K>();
  for (let column = 0; column < grid.width; column++) {
    const labels = labelsOf(grid, top, depth, column);
    if (labels.length === 0) continue;
    const key = matchRule(labels.map(grid.fold), index) ?? (labels.some((label) => label.includes('(')) ? matchRule(labels.map((label) => grid.fold(label.replace(/\([^)]*\)/g, ''))), index) : null);
    if (key !== null) found.set(column, key);
  }
  return found;
}

/** The first rule in order that fits the labels from top to bottom. */
function matchRule<K extends string>(labels: readonly string[], { last, joined }: RuleIndex<K>): K | null {
  const above = labels.slice(0, -1);
  const fitting = [...(last.get(labels.at(-1) ?? '') ?? []), ...(joined.get(labels.join(' ')) ?? [])]
    .filter(({ under }) => under === undefined || above.some((label) => under.includes(label)));
  return fitting.sort((left, right) => left.order - right.order)[0]?.key ?? null;
}

function describe<K extends string>(grid: Grid, top: number, depth: number, found: ReadonlyMap<number, K>): FoundHeader<K> {
  const result: FoundHeader<K> = { firstDataRow: top + depth, headerRow: top + depth - 1, columns: new Map(), labels: new Map(), unknown: [], duplicates: [] };
  const paths = new Map<number, string[]>();
  for (let column = 0; column < grid.width; column++) {
    const labels = labelsOf(grid, top, depth, column);
    if (labels.length === 0) continue;
    paths.set(column, labels);
    const key = found.get(column);
    const first = key === undefined ? undefined : result.columns.get(key);
    if (key === undefined) result.unknown.push(column);
    else if (first === undefined) result.columns.set(key, column);
    else result.duplicates.push({ key, column, first });
  }
  const uses = new Map<string, number>();
  for (const labels of paths.values()) for (const label of new Set(labels)) uses.set(label, (uses.get(label) ?? 0) + 1);
  // The last label alone where it says enough: "Giới tính", but "Khoa học – Điểm KTĐK".
  for (const [column, labels] of paths) result.labels.set(column, labels.slice((uses.get(labels.at(-1) ?? '') ?? 0) > 1 ? -2 : -1).join(' – '));
  return result;
}

/** Whether a row only repeats the numbering of columns, "(1) (2) (3)" or "1 2 3", as administrative forms have it. */
export function isNumberingRow(row: Row): boolean {
  const texts = row.cells.filter((cell) => cell !== undefined).map((cell) => cellText(cell).replace(/[()\s]/g, ''));
  return texts.length >= 3 && texts.every((text, at) => Number(text) === at + Number(texts[0]) || /^[A-Z]$/.test(text)) && texts.some((text) => /^\d+$/.test(text));
}

export const headerAddress = (header: FoundHeader<string>, column: number): string => address(header.headerRow, column);
