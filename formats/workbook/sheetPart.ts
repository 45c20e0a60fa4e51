import type { Readable } from 'node:stream';
import { areaCells, parseAddress, parseArea, type Cell, type NumberFormat, type Row, type Sheet } from './cell.js';
import type { WorkbookLimits } from './limits.js';
import { RefusedWorkbook, refusal } from './refusal.js';
import { readXmlPart, unescapeText } from './xmlPart.js';

/** Rows that SpreadsheetML can have. */
const LAST_ROW = 1_048_576;
/** Letters that one cell can have. */
const LONGEST_TEXT = 32_767;
const PLAIN: NumberFormat = { date: false, zeros: 0 };

type Context = { name: string; hidden: boolean; strings: readonly string[]; styles: readonly NumberFormat[]; limits: WorkbookLimits; used: Used };
/** What the workbook's sheets have used up of its limits so far. */
export type Used = { rows: number; cells: number; text: number };

/**
 * Reads one worksheet part, keeping only cells that hold a value: a clerk's sheet often carries a million formatted but
 * empty cells. Rows and cells may lack their address (`r`), then they follow the one before.
 */
export async function readSheetPart(stream: Readable, { name, hidden, strings, styles, limits, used }: Context): Promise<Sheet> {
  const sheet: Sheet = { name, hidden, rows: [], merges: [], validatedCells: 0, statedCells: 0 };
  let row: Row = { number: 0, hidden: false, cells: [] };
  let column = -1;
  let type = 'n';
  let style = 0;
  let value: string | null = null;
  let formula = false;
  let collecting = false;
  let phonetic = 0;

  const finishCell = () => {
    const cell = cellOf(type, value, formula, strings, styles[style] ?? PLAIN);
    if (cell === undefined) return;
    if (column >= limits.maxColumns) throw new RefusedWorkbook(refusal('too-many-columns', `trang "${name}", tối đa ${limits.maxColumns} cột`));
    used.cells += 1;
    if (used.cells > limits.maxCells) throw new RefusedWorkbook(refusal('too-many-rows', `tối đa ${limits.maxCells} ô có dữ liệu`));
    if (cell.kind === 'text') used.text += cell.text.length;
    if (used.text > limits.maxText || (cell.kind === 'text' && cell.text.length > LONGEST_TEXT)) throw new RefusedWorkbook(refusal('too-much-text', `trang "${name}"`));
    row.cells[column] = cell;
  };
  const finishRow = () => {
    if (row.cells.length === 0) return;
    used.rows += 1;
    if (used.rows > limits.maxRows) throw new RefusedWorkbook(refusal('too-many-rows', `trang "${name}", tối đa ${limits.maxRows} dòng trong cả tệp`));
    sheet.rows.push(row);
  };

  await readXmlPart(stream, {
    open(element, attributes) {
      switch (element) {
        case 'row':
          row = { number: Number(attributes['r'] ?? row.number + 1), hidden: attributes['hidden'] === '1' || attributes['hidden'] === 'true', cells: [] };
          if (!Number.isInteger(row.number) || row.number < 1 || row.number > LAST_ROW) throw new RefusedWorkbook(refusal('damaged'));
          column = -1;
          break;
        case 'c':
          sheet.statedCells += 1;
          column = parseAddress(attributes['r'] ?? '')?.column ?? column + 1;
          type = attributes['t'] ?? 'n';
          style = Number(attributes['s'] ?? 0);
          value = null;
          formula = false;
          break;
        case 'f': formula = true; break;
        case 'rPh': phonetic++; break;
        case 'v': case 't':
          collecting = phonetic === 0;
          value ??= '';
          break;
        case 'mergeCell': {
          const area = parseArea(attributes['ref'] ?? '');
          if (area !== null) sheet.merges.push(area);
          break;
        }
        case 'dataValidation':
          for (const piece of (attributes['sqref'] ?? '').split(/\s+/)) {
            const area = parseArea(piece);
            if (area !== null) sheet.validatedCells += areaCells(area);
          }
          break;
        default:
      }
    },
    text(text) { if (collecting) value += text; },
    close(element) {
      if (element === 'v' || element === 't') collecting = false;
      else if (element === 'rPh') phonetic--;
      else if (element === 'c') finishCell();
      else if (element === 'row') finishRow();
    },
  });
  return sheet;
}

function cellOf(type: string, value: string | null, formula: boolean, strings: readonly string[], format: NumberFormat): Cell | undefined {
  if (value === null || value === '') return formula && type !== 'str' ? { kind: 'error', code: 'uncached', formula } : undefined;
  switch (type) {
    case 's': return textCell(strings[Number(value)] ?? '', formula);
    case 'str': case 'inlineStr': return textCell(unescapeText(value), formula);
    case 'b': return { kind: 'boolean', value: value === '1' || value === 'true', formula };
    case 'e': return { kind: 'error', code: value.slice(0, 20), formula };
    case 'd': return textCell(value.slice(0, 10), formula);
    default: {
      const number = Number(value);
      return Number.isFinite(number) ? { kind: 'number', value: number, format, formula } : { kind: 'error', code: 'uncached', formula };
    }
  }
}

/** Cells of spaces only are blank to everyone who looks at them. */
const textCell = (text: string, formula: boolean): Cell | undefined =>
  text.trim() === '' ? undefined : { kind: 'text', text, formula };
