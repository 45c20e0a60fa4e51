import type { Sheet, Workbook } from './cell.js';
import { readBookParts, readSharedStrings, readStyles } from './bookParts.js';
import type { WorkbookLimits } from './limits.js';
import { openPackage } from './package.js';
import { RefusedWorkbook, refusal, type Refusal } from './refusal.js';
import { readSheetPart } from './sheetPart.js';

export type OpenedWorkbook = { ok: true; workbook: Workbook } | { ok: false; refusal: Refusal };

/**
 * Reads the cells of an uploaded .xlsx: bytes → sheets, rows, cells as stated, or a refusal. Formulas give their stored
 * result; nothing is calculated, executed or fetched.
 *
 * Why not exceljs here: it builds one object per cell of every validated, merged or named area, so each column that is
 * validated to its last row, as people often do, costs it a second and 150 MB (measured); it fails on overlapping merges
 * and on prefixed elements, and gives no say over sizes while it inflates. A test holds this reader against exceljs.
 */
export async function openWorkbook(bytes: Buffer, limits: WorkbookLimits): Promise<OpenedWorkbook> {
  try {
    const pack = await openPackage(bytes, limits);
    const book = await readBookParts(pack);
    if (book.sheets.length > limits.maxSheets) return { ok: false, refusal: refusal('too-many-sheets', `tối đa ${limits.maxSheets}`) };
    const strings = await readSharedStrings(pack, book.sharedStrings);
    const styles = await readStyles(pack, book.styles);
    const sheets: Sheet[] = [];
    const used = { rows: 0, cells: 0, text: 0 };
    for (const { name, hidden, part } of book.sheets) {
      const stream = await pack.open(part);
      if (stream === null) return { ok: false, refusal: refusal('damaged') };
      sheets.push(await readSheetPart(stream, { name, hidden, strings, styles, limits, used }));
    }
    await pack.proveRest();
    const externalLinks = pack.names.some((name) => name.startsWith('xl/externalLinks/'));
    return { ok: true, workbook: { sheets, date1904: book.date1904, definedCells: book.definedCells, externalLinks } };
  } catch (error) {
    if (error instanceof RefusedWorkbook) return { ok: false, refusal: error.refusal };
    throw error;
  }
}
