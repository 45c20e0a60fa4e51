import { COMPETENCES, SUBJECTS } from '../../domain/record.js';
import { subjectsOfGrade } from '../../domain/recordRules.js';
import { address, cellText, type Row, type Sheet } from '../workbook/cell.js';
import { commonWidth } from '../workbook/code.js';
import { headerAddress, isNumberingRow, type FoundHeader } from '../workbook/header.js';
import { classKey, cleanText, foldText } from '../workbook/text.js';
import { bad, fine, parseText, type Parsed } from '../workbook/value.js';
import { ALL_COLUMNS, columnTitle, type RosterColumn } from './columns.js';
import type { ReadHistory } from './history.js';
import { refuseFlood } from './flood.js';
import { faultAt, wholeFault, type ReadClass, type ReadPupil } from './place.js';
import type { ExpectedClass, ExpectedPupil, RosterFault } from './reading.js';
import { placeOfRow, readRow } from './row.js';
import { gradeOfName, readTitle } from './title.js';

export type SheetContext = {
  schoolYear: string;
  date1904: boolean;
  expectedClasses: readonly ExpectedClass[] | null;
  expected: ReadonlyMap<string, ExpectedPupil>;
  history: ReadHistory | null;
};

export type ClassSheet = { sheet: Sheet; header: FoundHeader<RosterColumn> };

/** Reads one class sheet, or a sheet of several classes told apart by a "Lớp" column. */
export function readClassSheet({ sheet, header }: ClassSheet, context: SheetContext): { classes: ReadClass[]; faults: RosterFault[] } {
  const faults: RosterFault[] = headerFaults(sheet, header);
  const title = readTitle(sheet, header.headerRow);
  const groups = new Map<string, { name: string; rows: Row[] }>();
  for (const row of dataRows(sheet, header)) {
    const named = classNameOf(row, sheet, header, title.className);
    if (!named.ok) {
      faults.push(faultAt(placeOfRow(sheet.name, row.number, header), 'className', null, named));
      continue;
    }
    const name = named.value;
    const group = groups.get(classKey(name)) ?? { name, rows: [] };
    group.rows.push(row);
    groups.set(classKey(name), group);
  }
  refuseFlood({ classes: groups.size, faults: faults.length });
  const codeColumn = header.columns.get('identity.pupilCode');
  const codeWidth = codeColumn === undefined ? null : commonWidth([...groups.values()].flatMap((group) => group.rows.map((row) => row.cells[codeColumn])));
  const classes: ReadClass[] = [];
  for (const { name, rows } of groups.values()) {
    const known = context.expectedClasses?.find((one) => classKey(one.name) === classKey(name));
    const grade = known?.grade ?? gradeOfName(name) ?? title.grade;
    if (grade === null) {
      faults.push(wholeFault(sheet.name, { rule: 'grade-unknown', message: `Không rõ lớp "${name}" thuộc khối nào; hãy đặt tên lớp bắt đầu bằng số khối, ví dụ 1A.` }));
      continue;
    }
    classes.push(readClassRows(known?.name ?? name, grade, rows, { sheet, header }, codeWidth, context));
  }
  return { classes, faults };
}

function readClassRows(name: string, grade: number, rows: readonly Row[], { sheet, header }: ClassSheet, codeWidth: number | null, context: SheetContext): ReadClass {
  const faults = columnFaults(sheet, header, grade);
  const codes = new Set(context.expected.keys());
  const pupils: ReadPupil[] = [];
  for (const row of rows) {
    const read = readRow(row, { sheet: sheet.name, header, grade, codes, codeWidth, ...context });
    pupils.push(read.pupil);
    faults.push(...read.faults);
    refuseFlood({ classes: 0, faults: faults.length });
    if (row.hidden) faults.push(faultAt(read.pupil.place, 'identity.pupilCode', read.pupil.pupilCode, { rule: 'hidden-row', message: 'Dòng này đang bị ẩn nhưng vẫn được đọc. Hãy xóa dòng nếu không dùng.', severity: 'warning' }));
  }
  return { name, grade, pupils, faults, place: placeOfRow(sheet.name, header.headerRow, header) };
}

function classNameOf(row: Row, sheet: Sheet, header: FoundHeader<RosterColumn>, titled: string | null): Parsed<string> {
  const column = header.columns.get('className');
  if (column !== undefined) {
    const text = parseText(row.cells[column]);
    if (!text.ok) return text;
    return text.value === '' ? bad('value-missing', 'Dòng này chưa ghi tên lớp.') : fine(text.value.replace(/^lớp /i, ''));
  }
  // A sheet's name cannot hold a slash: class 5/2 stands on sheet "5-2", and its title says "5/2".
  const own = cleanText(sheet.name).replace(/^lớp /i, '');
  return fine(titled !== null && (gradeOfName(own) === null || classKey(titled) === classKey(own)) ? titled : own);
}

const FOOTER = /^(nguoi lap|lap bang|giao vien chu nhiem|gvcn|hieu truong|pho hieu truong|kt hieu truong|thu truong|ky |ky ghi|tong|cong|ghi chu|luu y|xac nhan|duyet|ngay \d|.* ngay .*thang)/;

/** A sign-off row holds a few words; a pupil's row holds a code or dozens of cells. */
const SIGN_OFF_CELLS = 4;

/**
 * Rows that hold a pupil. Left out: numbering rows, repeated headers, and what people put below the list (totals, date and
 * sign-off). A row with a name but no code stays in, to be told that its code is missing.
 */
function* dataRows(sheet: Sheet, header: FoundHeader<RosterColumn>): Iterable<Row> {
  const textAt = (row: Row, key: RosterColumn) => cellText(row.cells[header.columns.get(key) ?? -1]);
  let ended = false;
  for (const row of sheet.rows) {
    if (row.number < header.firstDataRow || isNumberingRow(row)) continue;
    const texts = row.cells.filter((cell) => cell !== undefined).map((cell) => foldText(cellText(cell)));
    const coded = ['identity.pupilCode', 'identity.personalNumber'].some((key) => /\d/.test(textAt(row, key as RosterColumn)));
    const sparse = texts.length <= SIGN_OFF_CELLS;
    if (sparse && !coded && texts.some((text) => FOOTER.test(text))) {
      ended = true;
      continue;
    }
    // Below the sign-off stand the signers' names, in whatever column; a lone word elsewhere is a note.
    const filled = texts.length - (textAt(row, 'ordinal') === '' ? 0 : 1);
    if (!coded && sparse && (ended || filled <= 1)) continue;
    if (foldText(textAt(row, 'identity.fullName')) === 'ho va ten') continue;
    yield row;
  }
}

/** Columns that stand twice, and columns nobody knows. */
function headerFaults(sheet: Sheet, header: FoundHeader<RosterColumn>): RosterFault[] {
  const at = (column: number, rule: string, message: string, severity: RosterFault['severity']): RosterFault =>
    ({ sheet: sheet.name, cell: headerAddress(header, column), row: header.headerRow, column: header.labels.get(column) ?? '', pupilCode: null, rule, message, severity });
  return [
    ...header.duplicates.map(({ key, column, first }) =>
      at(column, 'column-duplicate', `Cột "${columnTitle(key)}" đứng hai lần (cột ${address(header.headerRow, first)} và ${address(header.headerRow, column)}); hãy giữ một cột.`, 'error')),
    ...header.unknown.filter((column) => sheet.rows.some((row) => row.number >= header.firstDataRow && row.cells[column] !== undefined))
      .map((column) => at(column, 'column-unknown', `Không nhận ra cột "${header.labels.get(column) ?? ''}" nên dữ liệu của cột không được đọc.`, 'warning')),
  ];
}

const OPTIONAL: ReadonlySet<RosterColumn> = new Set<RosterColumn>([
  'ordinal', 'className', 'identity.fatherName', 'identity.guardianName', 'summary.award', 'summary.suddenAward',
]);

/** Columns that a class of this grade must have; each is said once, at the end of the header. */
function columnFaults(sheet: Sheet, header: FoundHeader<RosterColumn>, grade: number): RosterFault[] {
  const taught: readonly string[] = subjectsOfGrade(grade);
  const needed = ALL_COLUMNS.filter(({ key }) => {
    const [area, code = ''] = key.split('.');
    if (area === 'subjects') return taught.includes(code) && (key.endsWith('.level') || SUBJECTS[code as keyof typeof SUBJECTS].tested);
    if (area === 'competences') return COMPETENCES[code as keyof typeof COMPETENCES].mandatory;
    return key === 'summary.primaryCompleted' ? grade === 5 : !OPTIONAL.has(key);
  });
  return needed.filter(({ key }) => !header.columns.has(key)).map(({ key }) => ({
    ...wholeFault(sheet.name, { rule: 'column-missing', message: `Thiếu cột "${columnTitle(key)}" mà khối ${grade} phải có; hãy dùng mẫu tải từ hệ thống.` }, address(header.headerRow, 0)),
    row: header.headerRow,
    column: columnTitle(key),
  }));
}
