import type ExcelJS from 'exceljs';
import { columnName } from './cell.js';
import { BOLD, BORDER, DATE_FORMAT, FONT, HEAD_FILL, landscapeA4, TEXT_FORMAT, TITLE, validateArea } from './style.js';
import type { TableColumn, TableSpec } from './table.js';

/** Rows 1–2 are title and note, 3 the header. */
const HEADER_ROW = 3;
/** Rows below the data that are still validated, for what people add. */
const SPARE_ROWS = 200;

/**
 * Adds one flat table: title, header, rows, drop-downs, frozen head, A4 print set-up. Works on an ordinary workbook and on
 * exceljs's streaming writer, so rows are committed as they are written.
 * @param note one sentence under the title on how to fill the sheet
 */
export function addTable<R>(workbook: ExcelJS.Workbook, spec: TableSpec<R>, rows: Iterable<R>, note: string): ExcelJS.Worksheet {
  const columns = Object.entries(spec.columns) as [keyof R & string, TableColumn<R[keyof R & string]>][];
  const sheet = workbook.addWorksheet(spec.sheetName, { views: [{ state: 'frozen', ySplit: HEADER_ROW }] });
  sheet.columns = columns.map(([key, column]) => ({ key, width: column.width, style: { font: FONT, numFmt: formatOf(column), alignment: { vertical: 'middle' } } }));
  landscapeA4(sheet, { rows: `${HEADER_ROW}:${HEADER_ROW}`, onePageWide: true });
  Object.assign(sheet.getCell(1, 1), { value: spec.title, font: TITLE, numFmt: 'General' });
  Object.assign(sheet.getCell(2, 1), { value: note, font: { ...FONT, italic: true }, numFmt: 'General' });
  columns.forEach(([, column], index) => {
    Object.assign(sheet.getCell(HEADER_ROW, index + 1), {
      value: column.blank === 'error' ? `${column.label} (*)` : column.label,
      font: BOLD, fill: HEAD_FILL, border: BORDER, numFmt: 'General', alignment: { horizontal: 'center', vertical: 'middle', wrapText: true },
    });
  });
  sheet.getRow(HEADER_ROW).height = 34;
  for (let row = 1; row <= HEADER_ROW; row++) sheet.getRow(row).commit();
  let last = HEADER_ROW;
  for (const data of rows) {
    const row = sheet.getRow(++last);
    columns.forEach(([key, column], index) => {
      const cell = row.getCell(index + 1);
      cell.value = column.write(data[key]);
      cell.border = BORDER;
    });
    row.commit();
  }
  columns.forEach(([, column], index) => {
    if (column.choices === undefined) return;
    const letter = columnName(index);
    validateArea(sheet, `${letter}${HEADER_ROW + 1}:${letter}${last + SPARE_ROWS}`, [`"${column.choices.join(',')}"`], { title: column.label, error: `Chỉ nhận: ${column.choices.join('; ')}.` });
  });
  return sheet;
}

const formatOf = (column: Pick<TableColumn<unknown>, 'format'>): string =>
  ({ text: TEXT_FORMAT, date: DATE_FORMAT, general: 'General' })[column.format];
