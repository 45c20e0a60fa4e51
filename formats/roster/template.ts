import ExcelJS from 'exceljs';
import { COMPETENCES, type CompetenceCode, type PupilRecord, type SubjectCode } from '../../domain/record.js';
import { subjectsOfGrade } from '../../domain/recordRules.js';
import { columnName } from '../workbook/cell.js';
import {
  BOLD, BORDER, DATE_FORMAT, excelDay, FONT, HEAD_FILL, landscapeA4, sheetName, TEXT_FORMAT, TITLE, validateArea,
} from '../workbook/style.js';
import { identityValue, recordValue, type TemplatePupil } from './cellValue.js';
import { ALL_COLUMNS, type ColumnSpec } from './columns.js';
import { addHelpSheet } from './help.js';
import { HISTORY_COLUMNS } from './history.js';
import { HISTORY_SHEET } from './sheetNames.js';

export type TemplateClass = {
  name: string;
  grade: number;
  homeroomTeacher?: string;
  /** Pupils to pre-fill; those who also have a record are filled from it. */
  pupils: readonly TemplatePupil[];
  records?: readonly PupilRecord[];
};
export type RosterTemplate = { schoolName: string; schoolCode: string; schoolYear: string; classes: readonly TemplateClass[] };

/** Rows 1–4 are titles, 5–7 the header: group, field, sub-field. */
const HEAD = { first: 5, last: 7 } as const;
const FIRST_ROW = HEAD.last + 1;
/** Room for pupils who came after the list was made; already formatted and validated. */
const SPARE_ROWS = 5;
/** STT, code, number and name stay in sight. */
const FROZEN_COLUMNS = 4;

/**
 * Writes a school's roster workbook, pre-filled with its pupils. One sheet per class, because a homeroom teacher fills one
 * class, a class is reviewed and signed on its own, and the columns differ by grade; a single sheet with a "Lớp" column is
 * read as well.
 */
export async function writeRosterTemplate(template: RosterTemplate): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  addHelpSheet(workbook, template);
  for (const one of template.classes) addClassSheet(workbook, template, one);
  addHistorySheet(workbook, template);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** Columns of one class: the grade's subjects, and optional ones only where some pupil has them. */
export function columnsOf({ grade, records = [] }: TemplateClass): ColumnSpec[] {
  const taught = new Set<string>(subjectsOfGrade(grade));
  const used = (key: ColumnSpec['key']) => records.some((record) => recordValue(record, key) !== null);
  return ALL_COLUMNS.filter(({ key }) => {
    const [area, code = ''] = key.split('.');
    if (key === 'className') return false;
    if (key === 'summary.primaryCompleted') return grade === 5;
    if (area === 'subjects') return taught.has(code as SubjectCode) || used(`subjects.${code as SubjectCode}.level`);
    // Informatics and technology are subjects from grade 3 on, and so are their competences.
    if (area === 'competences') return COMPETENCES[code as CompetenceCode].mandatory || grade >= 3 || used(key);
    return true;
  });
}

function addClassSheet(workbook: ExcelJS.Workbook, template: RosterTemplate, one: TemplateClass): void {
  const columns = columnsOf(one);
  const sheet = workbook.addWorksheet(sheetName(one.name), { views: [{ state: 'frozen', xSplit: FROZEN_COLUMNS, ySplit: HEAD.last, zoomScale: 90 }] });
  columns.forEach((column, index) => { sheet.getColumn(index + 1).width = column.width; });
  addTitles(sheet, template, one);
  addHeader(sheet, columns);
  const records = new Map(one.records?.map((record) => [record.identity.pupilCode, record]));
  const people = [...one.pupils, ...(one.records ?? []).map((record) => record.identity).filter((identity) => !one.pupils.some((pupil) => pupil.pupilCode === identity.pupilCode))];
  const lastRow = FIRST_ROW + people.length + SPARE_ROWS - 1;
  for (let row = FIRST_ROW; row <= lastRow; row++) {
    const pupil = people[row - FIRST_ROW];
    const record = pupil === undefined ? undefined : records.get(pupil.pupilCode);
    columns.forEach((column, index) => {
      const cell = sheet.getCell(row, index + 1);
      formatCell(cell, column);
      if (pupil === undefined) return;
      if (column.key === 'ordinal') cell.value = row - FIRST_ROW + 1;
      else cell.value = record === undefined ? identityValue(pupil, column.key) : recordValue(record, column.key);
    });
  }
  addLists(sheet, columns, lastRow);
  addSignOff(sheet, lastRow + 2, one.homeroomTeacher);
  landscapeA4(sheet, { rows: `${HEAD.first}:${HEAD.last}`, columns: `A:${columnName(FROZEN_COLUMNS - 1)}`, onePageWide: false });
}

function addTitles(sheet: ExcelJS.Worksheet, { schoolName, schoolCode, schoolYear }: RosterTemplate, one: TemplateClass): void {
  const lines: [string, Partial<ExcelJS.Font>][] = [
    [`${schoolName.toLocaleUpperCase('vi')} – Mã trường: ${schoolCode}`, BOLD],
    [`BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC LỚP ${one.name}`, TITLE],
    [`Năm học ${schoolYear} – Khối: ${one.grade}${one.homeroomTeacher === undefined ? '' : ` – GVCN: ${one.homeroomTeacher}`}`, FONT],
    ['Mức môn học: T, H, C. Phẩm chất, năng lực: T, Đ, C. Xem trang "Hướng dẫn".', { ...FONT, italic: true }],
  ];
  lines.forEach(([text, font], index) => {
    sheet.mergeCells(index + 1, 1, index + 1, 10);
    Object.assign(sheet.getCell(index + 1, 1), { value: text, font });
  });
}

/** Three rows: equal neighbours are merged sideways, and a label without sub-label is merged down. */
function addHeader(sheet: ExcelJS.Worksheet, columns: readonly ColumnSpec[]): void {
  const span = (at: number, same: (column: ColumnSpec) => string) => {
    let end = at;
    while (end + 1 < columns.length && same(columns[end + 1] as ColumnSpec) === same(columns[at] as ColumnSpec)) end++;
    return end;
  };
  const put = (row: number, column: number, text: string, bottom: number, right: number) => {
    for (let r = row; r <= bottom; r++) for (let c = column; c <= right; c++) decorateHead(sheet.getCell(r, c));
    if (bottom > row || right > column) sheet.mergeCells(row, column, bottom, right);
    sheet.getCell(row, column).value = text;
  };
  for (let at = 0; at < columns.length; at = span(at, (column) => column.group) + 1) {
    put(HEAD.first, at + 1, (columns[at] as ColumnSpec).group, HEAD.first, span(at, (column) => column.group) + 1);
  }
  for (let at = 0; at < columns.length;) {
    const column = columns[at] as ColumnSpec;
    const end = column.sub === undefined ? at : span(at, (other) => `${other.group}|${other.label}`);
    put(HEAD.first + 1, at + 1, column.label, column.sub === undefined ? HEAD.last : HEAD.last - 1, end + 1);
    for (let c = at; c <= end; c++) if (column.sub !== undefined) put(HEAD.last, c + 1, columns[c]?.sub ?? '', HEAD.last, c + 1);
    at = end + 1;
  }
  sheet.getRow(HEAD.first).height = 20;
  sheet.getRow(HEAD.first + 1).height = 48;
  sheet.getRow(HEAD.last).height = 34;
}

function decorateHead(cell: ExcelJS.Cell): void {
  Object.assign(cell, { font: BOLD, fill: HEAD_FILL, border: BORDER, alignment: { horizontal: 'center', vertical: 'middle', wrapText: true } });
}

function formatCell(cell: ExcelJS.Cell, { kind }: ColumnSpec): void {
  cell.font = FONT;
  cell.border = BORDER;
  const centred = !['text', 'long', 'code'].includes(kind);
  cell.alignment = { vertical: 'middle', wrapText: kind === 'long' || kind === 'text', ...(centred ? { horizontal: 'center' } : {}) };
  // Text format keeps leading zeros and long numbers as typed.
  if (kind === 'code') cell.numFmt = TEXT_FORMAT;
  if (kind === 'date') cell.numFmt = DATE_FORMAT;
}

const LISTS: Partial<Record<ColumnSpec['kind'], { list: string; words: string }>> = {
  level: { list: '"T,H,C"', words: 'T, H hoặc C' },
  trait: { list: '"T,Đ,C"', words: 'T, Đ hoặc C' },
  result: { list: '"HTXS,HTT,HT,CHT"', words: 'HTXS, HTT, HT hoặc CHT' },
  yesNo: { list: '"Có,Không"', words: 'Có hoặc Không' },
  sex: { list: '"Nam,Nữ"', words: 'Nam hoặc Nữ' },
};

function addLists(sheet: ExcelJS.Worksheet, columns: readonly ColumnSpec[], lastRow: number): void {
  columns.forEach((column, index) => {
    const choice = LISTS[column.kind];
    if (choice === undefined) return;
    const letter = columnName(index);
    validateArea(sheet, `${letter}${FIRST_ROW}:${letter}${lastRow}`, [choice.list], { title: column.label, error: `Chỉ nhận ${choice.words}.` });
  });
}

function addSignOff(sheet: ExcelJS.Worksheet, row: number, teacher: string | undefined): void {
  const put = (at: number, column: number, text: string, font: Partial<ExcelJS.Font>) => {
    sheet.mergeCells(at, column, at, column + 2);
    Object.assign(sheet.getCell(at, column), { value: text, font, alignment: { horizontal: 'center' } });
  };
  put(row, 8, '……, ngày …… tháng …… năm ……', { ...FONT, italic: true });
  put(row + 1, 3, 'GIÁO VIÊN CHỦ NHIỆM', BOLD);
  put(row + 1, 8, 'HIỆU TRƯỞNG', BOLD);
  put(row + 2, 3, '(Ký, ghi rõ họ tên)', { ...FONT, italic: true });
  put(row + 2, 8, '(Ký tên, đóng dấu)', { ...FONT, italic: true });
  if (teacher !== undefined) put(row + 6, 3, teacher, BOLD);
}

/** The years behind a pupil: as many rows as years. Pupils without a record get this year's row, its date left to the school. */
function addHistorySheet(workbook: ExcelJS.Workbook, { classes, schoolName, schoolYear }: RosterTemplate): void {
  const sheet = workbook.addWorksheet(HISTORY_SHEET, { views: [{ state: 'frozen', xSplit: 2, ySplit: 2 }] });
  HISTORY_COLUMNS.forEach((column, index) => { sheet.getColumn(index + 1).width = column.width; });
  sheet.mergeCells(1, 1, 1, HISTORY_COLUMNS.length);
  Object.assign(sheet.getCell(1, 1), { value: 'QUÁ TRÌNH HỌC TẬP – mỗi năm học của học sinh một dòng', font: TITLE });
  HISTORY_COLUMNS.forEach((column, index) => {
    const cell = sheet.getCell(2, index + 1);
    cell.value = column.label;
    decorateHead(cell);
  });
  const rows = classes.flatMap(({ name, pupils, records = [] }) => [
    ...records.flatMap(({ identity, history }) => history.map((entry) =>
      [identity.pupilCode, identity.fullName, entry.schoolYear, entry.className, entry.schoolName, excelDay(entry.enteredOn)])),
    ...pupils.filter((pupil) => !records.some((record) => record.identity.pupilCode === pupil.pupilCode))
      .map((pupil) => [pupil.pupilCode, pupil.fullName, schoolYear, name, schoolName, null]),
  ]);
  for (const values of rows) {
    const row = sheet.addRow(values);
    HISTORY_COLUMNS.forEach((column, index) => {
      const cell = row.getCell(index + 1);
      Object.assign(cell, { font: FONT, border: BORDER, numFmt: column.key === 'enteredOn' ? DATE_FORMAT : TEXT_FORMAT });
    });
  }
  landscapeA4(sheet, { rows: '1:2', onePageWide: true });
}
