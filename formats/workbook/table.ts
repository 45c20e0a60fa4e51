import { address, type Cell, type Row, type Sheet } from './cell.js';
import type { CellFault } from './fault.js';
import { findHeader, isNumberingRow, type FoundHeader } from './header.js';
import { foldText } from './text.js';
import { bad, type Parsed } from './value.js';

/** How a flat sheet's column is called, written and read; `T` is what a row gets from it. */
export type TableColumn<T> = {
  label: string;
  synonyms?: readonly string[];
  width: number;
  /** A blank cell: `'error'`, or the value it stands for. */
  blank: 'error' | { value: T };
  parse(cell: Cell, context: TableContext): Parsed<T>;
  write(value: T): string | number | Date | null;
  format: 'text' | 'date' | 'general';
  /** Drop-down offered in the template. */
  choices?: readonly string[];
};
/** @property sibling another cell of the same row, when a value can only be judged beside it */
export type TableContext = { date1904: boolean; sibling(key: string): Cell | undefined };
export type TableColumns<R> = { [K in keyof R & string]: TableColumn<R[K]> };

/** A table as people see it: one title row, one header row, one record per row. */
export type TableSpec<R> = { sheetName: string; title: string; columns: TableColumns<R> };

/** A row that was read, with the means to point at its cells afterwards (cross-sheet checks). */
export type TableRow<R> = { data: R; fault(column: keyof R & string, rule: string, message: string, severity?: CellFault['severity']): CellFault };

export type ReadTable<R> = { rows: TableRow<R>[]; faults: CellFault[] };

export const findSheet = (sheets: readonly Sheet[], name: string): Sheet | undefined =>
  sheets.find((sheet) => foldText(sheet.name) === foldText(name));

/**
 * Reads every row of a flat sheet. A row with a fault is left out of `rows`; a wholly blank row, a note of one cell and a
 * numbering row are skipped.
 */
export function readTable<R>(sheet: Sheet, { columns }: TableSpec<R>, date1904: boolean): ReadTable<R> {
  const keys = Object.keys(columns) as (keyof R & string)[];
  const rules = keys.map((key) => ({ key, names: [columns[key].label, ...(columns[key].synonyms ?? [])].map(foldText) }));
  const header = findHeader(sheet, rules, Math.min(3, keys.length));
  if (header === null) {
    return { rows: [], faults: [{ sheet: sheet.name, cell: '', row: 0, column: '', rule: 'header-missing', message: `Trang "${sheet.name}" không có dòng tiêu đề cột; hãy dùng mẫu tải từ hệ thống.`, severity: 'error' }] };
  }
  const result: ReadTable<R> = { rows: [], faults: headerFaults(sheet, header, columns) };
  if (result.faults.some((fault) => fault.rule === 'column-missing')) return result;
  for (const row of sheet.rows) {
    if (row.number < header.firstDataRow || isNumberingRow(row)) continue;
    const known = keys.filter((key) => row.cells[header.columns.get(key) ?? -1] !== undefined).length;
    if (known === 0 || (known === 1 && row.cells.filter((cell) => cell !== undefined).length === 1)) continue;
    const { data, faults } = readTableRow(sheet, row, header, keys, columns, date1904);
    result.faults.push(...faults);
    if (data !== null) result.rows.push({ data, fault: (column, rule, message, severity = 'error') => cellFault(sheet, row, header, column, rule, message, severity) });
  }
  return result;
}

function readTableRow<R>(sheet: Sheet, row: Row, header: FoundHeader<keyof R & string>, keys: readonly (keyof R & string)[], columns: TableColumns<R>, date1904: boolean) {
  const sibling = (key: string) => row.cells[header.columns.get(key as keyof R & string) ?? -1];
  const data: Partial<R> = {};
  const faults: CellFault[] = [];
  let complete = true;
  for (const key of keys) {
    const column = columns[key];
    const cell = sibling(key);
    const parsed: Parsed<R[typeof key]> = cell !== undefined ? column.parse(cell, { date1904, sibling })
      : column.blank === 'error' ? bad('value-missing', `Ô "${column.label}" còn trống, cần được điền.`)
      : { ok: true, value: column.blank.value };
    if (parsed.ok) {
      data[key] = parsed.value;
      if (parsed.warning !== undefined) faults.push(cellFault(sheet, row, header, key, parsed.warning.rule, parsed.warning.message, 'warning'));
    } else {
      complete = false;
      faults.push(cellFault(sheet, row, header, key, parsed.rule, parsed.message, 'error'));
    }
  }
  return { data: complete ? (data as R) : null, faults };
}

function cellFault<K extends string>(sheet: Sheet, row: Row, header: FoundHeader<K>, key: K, rule: string, message: string, severity: CellFault['severity']): CellFault {
  const column = header.columns.get(key);
  return {
    sheet: sheet.name, cell: address(row.number, column ?? 0), row: row.number,
    column: column === undefined ? '' : header.labels.get(column) ?? '', rule, message, severity,
  };
}

function headerFaults<R>(sheet: Sheet, header: FoundHeader<keyof R & string>, columns: TableColumns<R>): CellFault[] {
  const keys = Object.keys(columns) as (keyof R & string)[];
  const at = (column: number, rule: string, message: string): CellFault => ({
    sheet: sheet.name, cell: address(header.headerRow, column), row: header.headerRow, column: header.labels.get(column) ?? '', rule, message, severity: 'error',
  });
  return [
    ...keys.filter((key) => columns[key].blank === 'error' && !header.columns.has(key))
      .map((key) => ({ ...at(0, 'column-missing', `Trang "${sheet.name}" thiếu cột "${columns[key].label}".`), column: columns[key].label })),
    ...header.duplicates.map(({ key, column }) => at(column, 'column-duplicate', `Cột "${columns[key].label}" đứng hai lần; hãy giữ một cột.`)),
  ];
}
