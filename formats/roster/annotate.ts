import ExcelJS from 'exceljs';
import { areaCells, type Workbook } from '../workbook/cell.js';
import { ROSTER_LIMITS } from '../workbook/limits.js';
import { openWorkbook } from '../workbook/open.js';
import { RefusedWorkbook } from '../workbook/refusal.js';
import { copyValues } from '../workbook/copy.js';
import { foldText } from '../workbook/text.js';
import { ERROR_FILL, WARNING_FILL } from '../workbook/style.js';
import { addErrorsSheet } from './errorsSheet.js';
import type { RosterFault } from './reading.js';
import { ERRORS_SHEET } from './sheetNames.js';

/** Notes of an earlier round begin so, and go when the workbook comes back. */
const MARK = { error: 'Cần sửa: ', warning: 'Lưu ý: ' } as const satisfies Record<RosterFault['severity'], string>;
/** exceljs holds one object per cell of every validated, merged or named area; beyond this the values are copied instead. */
const MOST_EXPANDED_CELLS = 300_000;

/**
 * Gives the clerk's own workbook back: faulty cells coloured and with a note, and a first sheet "Lỗi cần sửa" that lists
 * and links them. Values stay as they are. A workbook that exceljs cannot carry is given back as a copy of its values,
 * which the first sheet says.
 * @throws RefusedWorkbook when the bytes are no readable workbook; read them with `readRoster` first
 */
export async function annotateRoster(bytes: Buffer, faults: readonly RosterFault[]): Promise<Buffer> {
  const opened = await openWorkbook(bytes, ROSTER_LIMITS);
  if (!opened.ok) throw new RefusedWorkbook(opened.refusal);
  const original = await loadOriginal(bytes, opened.workbook);
  const workbook = original ?? copyValues(opened.workbook);
  clearEarlierRound(workbook);
  for (const group of byCell(faults)) markCell(workbook, group);
  addErrorsSheet(workbook, faults, { copied: original === null });
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

async function loadOriginal(bytes: Buffer, model: Workbook): Promise<ExcelJS.Workbook | null> {
  const merged = model.sheets.flatMap((sheet) => sheet.merges.map(areaCells)).reduce((sum, cells) => sum + cells, 0);
  const validated = model.sheets.reduce((sum, sheet) => sum + sheet.validatedCells, 0);
  const stated = model.sheets.reduce((sum, sheet) => sum + sheet.statedCells, 0);
  if (merged + model.definedCells > MOST_EXPANDED_CELLS || stated > ROSTER_LIMITS.maxCells) return null;
  const workbook = new ExcelJS.Workbook();
  try {
    // Its types ask for an older Buffer; the value is the same.
    await workbook.xlsx.load(bytes as unknown as ExcelJS.Buffer, { ignoreNodes: validated > MOST_EXPANDED_CELLS ? ['dataValidations'] : [] });
  } catch {
    // exceljs gives up on some lawful workbooks (overlapping merges, prefixed elements); ours was read, so its values go back.
    return null;
  }
  const complete = model.sheets.every((sheet) => workbook.getWorksheet(sheet.name) !== undefined);
  return complete ? workbook : null;
}

function byCell(faults: readonly RosterFault[]): RosterFault[][] {
  const groups = new Map<string, RosterFault[]>();
  for (const fault of faults) {
    if (!/^[A-Z]{1,3}[1-9]\d{0,6}$/.test(fault.cell)) continue;
    const key = `${fault.sheet}!${fault.cell}`;
    groups.set(key, [...(groups.get(key) ?? []), fault]);
  }
  return [...groups.values()];
}

function markCell(workbook: ExcelJS.Workbook, faults: readonly RosterFault[]): void {
  const [first] = faults;
  const sheet = first === undefined ? undefined : workbook.getWorksheet(first.sheet);
  if (first === undefined || sheet === undefined) return;
  const cell = sheet.getCell(first.cell);
  // Loaded cells share one style object; a copy keeps the colour off the neighbours.
  cell.style = { ...cell.style, fill: faults.some((fault) => fault.severity === 'error') ? ERROR_FILL : WARNING_FILL };
  const own = noteText(cell);
  const lines = [...faults.map((fault) => `${MARK[fault.severity]}${fault.message}`), ...(own === '' ? [] : [own])];
  cell.note = { texts: [{ text: lines.join('\n'), font: { name: 'Tahoma', size: 9 } }] };
}

function noteText(cell: ExcelJS.Cell): string {
  const { note } = cell as { note?: string | ExcelJS.Comment };
  if (note === undefined) return '';
  return typeof note === 'string' ? note : (note.texts ?? []).map((piece) => piece.text).join('');
}

/** The clerk mends the annotated file and sends it again: what the last round coloured, noted and listed goes first. */
function clearEarlierRound(workbook: ExcelJS.Workbook): void {
  const earlier = workbook.worksheets.filter((sheet) => foldText(sheet.name) === foldText(ERRORS_SHEET));
  if (earlier.length === 0) return;
  for (const sheet of earlier) workbook.removeWorksheet(sheet.id);
  workbook.eachSheet((sheet) => sheet.eachRow((row) => row.eachCell({ includeEmpty: true }, (cell) => {
    const note = noteText(cell);
    if (!note.startsWith(MARK.error) && !note.startsWith(MARK.warning)) return;
    const { fill: _, ...style } = cell.style;
    cell.style = style;
    // There is no public way to take a note off: it stands on the cell and once more in its model.
    (cell as unknown as { _comment: unknown })._comment = undefined;
    delete (cell.model as { comment?: unknown }).comment;
  })));
}
