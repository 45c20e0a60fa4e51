/** A cell as the file states it, before anyone asks what it means. Blank cells are absent. */
export type Cell =
  | { kind: 'text'; text: string; formula: boolean }
  | { kind: 'number'; value: number; format: NumberFormat; formula: boolean }
  | { kind: 'boolean'; value: boolean; formula: boolean }
  /** An error value (`#REF!`), or a formula whose result the file does not hold (`uncached`). */
  | { kind: 'error'; code: string; formula: boolean };

/** `zeros`: digits a format such as `000000000000` shows, so that leading zeros are known although the number lost them. */
export type NumberFormat = { date: boolean; zeros: number };

export type Merge = { top: number; left: number; bottom: number; right: number };

export type Row = {
  /** 1-based. */
  number: number;
  hidden: boolean;
  /** By 0-based column; holes are blank cells. */
  cells: (Cell | undefined)[];
};

export type Sheet = {
  name: string;
  hidden: boolean;
  /** Only rows that hold a value, ascending. */
  rows: Row[];
  merges: Merge[];
  /** Areas of data validations, in cells: what exceljs would expand one by one. */
  validatedCells: number;
  /** Cells the file states, blank ones with a format included: what exceljs would hold an object each for. */
  statedCells: number;
};

export type Workbook = { sheets: Sheet[]; date1904: boolean; externalLinks: boolean; definedCells: number };

/** 0 → A, 26 → AA. */
export function columnName(index: number): string {
  let name = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}

export const address = (row: number, column: number): string => `${columnName(column)}${row}`;

/** `AB12` or `$AB$12` → 1-based row and 0-based column, or null. */
export function parseAddress(text: string): { row: number; column: number } | null {
  const match = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(text);
  if (match === null) return null;
  let column = 0;
  for (const letter of match[1] as string) column = column * 26 + letter.charCodeAt(0) - 64;
  return { row: Number(match[2]), column: column - 1 };
}

export function parseArea(text: string): Merge | null {
  const [first, last = first] = text.split(':');
  const from = parseAddress(first ?? '');
  const to = parseAddress(last ?? '');
  if (from === null || to === null) return null;
  return { top: from.row, left: from.column, bottom: to.row, right: to.column };
}

export const areaCells = (area: Merge): number => (area.bottom - area.top + 1) * (area.right - area.left + 1);

/** What a person reads in the cell, for headers, titles and messages; numbers plainly, never in scientific notation. */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  switch (cell.kind) {
    case 'text': return cell.text;
    case 'number': return String(cell.value);
    case 'boolean': return cell.value ? 'TRUE' : 'FALSE';
    case 'error': return cell.code;
  }
}
