import type { HistoryEntry } from '../../domain/record.js';
import { address, type Cell, type Sheet } from '../workbook/cell.js';
import { parseCode } from '../workbook/code.js';
import { findHeader, isNumberingRow, type HeaderRule } from '../workbook/header.js';
import { foldText } from '../workbook/text.js';
import { bad, parseDate, parseText, type Parsed } from '../workbook/value.js';
import type { RosterFault } from './reading.js';
import { wholeFault } from './place.js';
import { HISTORY_SHEET } from './sheetNames.js';

type HistoryColumn = 'pupilCode' | 'fullName' | 'schoolYear' | 'className' | 'schoolName' | 'enteredOn';

/** Label, synonyms and width in the template's order. */
export const HISTORY_COLUMNS: readonly { key: HistoryColumn; label: string; synonyms: readonly string[]; width: number }[] = [
  { key: 'pupilCode', label: 'Mã học sinh', synonyms: ['Mã HS', 'Mã định danh'], width: 16 },
  { key: 'fullName', label: 'Họ và tên', synonyms: ['Họ tên', 'Họ và tên học sinh'], width: 28 },
  { key: 'schoolYear', label: 'Năm học', synonyms: [], width: 13 },
  { key: 'className', label: 'Lớp', synonyms: ['Tên lớp'], width: 10 },
  { key: 'schoolName', label: 'Tên trường', synonyms: ['Trường'], width: 36 },
  { key: 'enteredOn', label: 'Ngày chuyển đến', synonyms: ['Ngày nhập học / chuyển đến', 'Ngày nhập học', 'Ngày đến'], width: 17 },
];
const RULES: readonly HeaderRule<HistoryColumn>[] = HISTORY_COLUMNS.map(({ key, label, synonyms }) => ({ key, names: [label, ...synonyms].map(foldText) }));

export const isHistorySheet = (sheet: Sheet): boolean => foldText(sheet.name) === foldText(HISTORY_SHEET);

/** Entries by pupil code, in the sheet's order; faults name the pupil, and the caller puts them with the pupil's class. */
export type ReadHistory = { entries: Map<string, HistoryEntry[]>; faults: RosterFault[]; broken: Set<string> };

/**
 * Reads the sheet that holds the pupils' earlier years: as many rows per pupil as years, since a card repeats them.
 * @param codes codes that may stand here, to restore leading zeros
 */
export function readHistory(sheet: Sheet, codes: ReadonlySet<string>, date1904: boolean): ReadHistory {
  const result: ReadHistory = { entries: new Map(), faults: [], broken: new Set() };
  const header = findHeader(sheet, RULES, 4);
  if (header === null) {
    result.faults.push(wholeFault(sheet.name, { rule: 'header-missing', message: `Trang "${sheet.name}" không có dòng tiêu đề cột; hãy dùng mẫu tải từ hệ thống.` }));
    return result;
  }
  for (const row of sheet.rows) {
    if (row.number < header.firstDataRow || isNumberingRow(row)) continue;
    const cell = (key: HistoryColumn): Cell | undefined => row.cells[header.columns.get(key) ?? -1];
    const filled = HISTORY_COLUMNS.filter(({ key }) => cell(key) !== undefined).length;
    // A row without code and with fewer than three values is a sign-off or a note.
    if (cell('pupilCode') === undefined && filled < 3) continue;
    const faults: RosterFault[] = [];
    const code = cell('pupilCode');
    const parsedCode = code === undefined ? bad('value-missing', 'Dòng này thiếu mã học sinh.') : parseCode(code, codes, null);
    const take = <T>(key: HistoryColumn, parsed: Parsed<T>): T | undefined => {
      if (parsed.ok && parsed.warning === undefined) return parsed.value;
      const column = header.columns.get(key) ?? 0;
      const { rule, message } = parsed.ok && parsed.warning !== undefined ? parsed.warning : (parsed as { rule: string; message: string });
      faults.push({
        sheet: sheet.name, cell: address(row.number, column), row: row.number, column: header.labels.get(column) ?? '',
        pupilCode: parsedCode.ok ? parsedCode.value : null, rule, message, severity: parsed.ok ? 'warning' : 'error',
      });
      return parsed.ok ? parsed.value : undefined;
    };
    const need = (key: HistoryColumn): Parsed<string> => {
      const text = parseText(cell(key));
      return text.ok && text.value === '' ? bad('value-missing', `Ô "${labelOf(key)}" còn trống, cần được điền.`) : text;
    };
    const day = cell('enteredOn');
    const pupilCode = take('pupilCode', parsedCode);
    const className = take('className', need('className'));
    const schoolName = take('schoolName', need('schoolName'));
    const schoolYear = take('schoolYear', parseText(cell('schoolYear')));
    const enteredOn = take('enteredOn', day === undefined ? bad('value-missing', `Ô "${labelOf('enteredOn')}" còn trống, cần được điền.`) : parseDate(day, date1904));
    result.faults.push(...faults);
    if (pupilCode === undefined) continue;
    if (className === undefined || schoolName === undefined || schoolYear === undefined || enteredOn === undefined) {
      result.broken.add(pupilCode);
      continue;
    }
    const list = result.entries.get(pupilCode) ?? [];
    list.push({ schoolYear: schoolYear === '' ? null : schoolYear.replace(/\s*[–-]\s*/, '-'), className, schoolName, enteredOn });
    result.entries.set(pupilCode, list);
  }
  return result;
}

const labelOf = (key: HistoryColumn): string => HISTORY_COLUMNS.find((column) => column.key === key)?.label ?? key;
