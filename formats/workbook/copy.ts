import ExcelJS from 'exceljs';
import { cellText, type Workbook } from './cell.js';
import { serialDate } from './value.js';
import { DATE_FORMAT, excelDay, sheetName, TEXT_FORMAT } from './style.js';

/** The values of a workbook in a new one, each at its own address; looks, formulas and drawings stay behind. */
export function copyValues({ sheets, date1904 }: Workbook): ExcelJS.Workbook {
  const copy = new ExcelJS.Workbook();
  const taken = new Set(['history']);
  for (const source of sheets) {
    const sheet = copy.addWorksheet(freeName(source.name, taken), { state: source.hidden ? 'hidden' : 'visible' });
    for (const row of source.rows) {
      row.cells.forEach((cell, column) => {
        if (cell === undefined) return;
        const target = sheet.getCell(row.number, column + 1);
        const day = cell.kind === 'number' && cell.format.date ? serialDate(cell.value, date1904) : null;
        if (day !== null) Object.assign(target, { value: excelDay(day), numFmt: DATE_FORMAT });
        else if (cell.kind === 'number') Object.assign(target, { value: cell.value, ...(cell.format.zeros > 0 ? { numFmt: '0'.repeat(cell.format.zeros) } : {}) });
        else if (cell.kind === 'boolean') target.value = cell.value;
        else Object.assign(target, { value: cellText(cell), numFmt: TEXT_FORMAT });
      });
    }
  }
  return copy;
}

/** Names that exceljs and Excel let stand side by side: told apart without regard to case, and "History" is Excel's own. */
function freeName(wanted: string, taken: Set<string>): string {
  const name = sheetName(wanted) || 'Trang';
  let free = name;
  for (let more = 2; taken.has(free.toLowerCase()); more += 1) free = `${name.slice(0, 26)} (${more})`;
  taken.add(free.toLowerCase());
  return free;
}
