import type { PlainDate } from '../../domain/brand.js';
import { cellText, type Cell } from './cell.js';
import { cleanText, foldText } from './text.js';

/** What a cell means. `absent` is a blank cell; a `warning` came with a value that had to be restored or guessed safely. */
export type Parsed<T> =
  | { ok: true; value: T; warning?: { rule: string; message: string } }
  | { ok: false; rule: string; message: string };

export const fine = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const bad = (rule: string, message: string): { ok: false; rule: string; message: string } => ({ ok: false, rule, message });
export const quoted = (cell: Cell | undefined): string => {
  const day = cell !== undefined && isDay(cell) ? serialDate(cell.value, false) : null;
  const text = day === null ? cleanText(cellText(cell)) : day.split('-').reverse().join('/');
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
};

/** Error values are refused everywhere; the sentence says whether a formula lacks its result. */
export function errorOf(cell: Cell | undefined): { ok: false; rule: string; message: string } | null {
  if (cell?.kind !== 'error') return null;
  return cell.code === 'uncached'
    ? bad('formula-uncached', 'Ô chứa công thức chưa có kết quả. Hãy mở bằng Excel, lưu lại, hoặc dán giá trị thay cho công thức.')
    : bad('cell-error', `Ô báo lỗi ${cell.code}. Hãy sửa công thức hoặc gõ giá trị trực tiếp.`);
}

const isDay = (cell: Cell): cell is Extract<Cell, { kind: 'number' }> => cell.kind === 'number' && cell.format.date;

/** Excel turns "1/2", "12/2020" and, in a Vietnamese set-up, "25.5" into days; what was typed is gone. */
export function turnedIntoDay(cell: Cell | undefined): { ok: false; rule: string; message: string } | null {
  return cell !== undefined && isDay(cell)
    ? bad('turned-into-date', `Excel đã đổi nội dung ô thành ngày ${quoted(cell)}. Hãy định dạng ô là Văn bản (Text) rồi gõ lại.`)
    : null;
}

/** Clean text, `''` when blank. Numbers become their plain digits. */
export function parseText(cell: Cell | undefined): Parsed<string> {
  const error = errorOf(cell) ?? turnedIntoDay(cell);
  if (error !== null) return error;
  const text = cleanText(cellText(cell));
  if (text.length > 2000) return bad('text-too-long', `Nội dung dài ${text.length} ký tự, tối đa 2.000 ký tự.`);
  return fine(text);
}

/** Digits with comma or dot → `23.5`, at most 4 decimals; null when it is no number ≥ 0. */
export function decimalText(cell: Cell): string | null {
  if (cell.kind === 'number') return cell.value >= 0 ? String(Number(cell.value.toFixed(4))) : null;
  const text = cleanText(cellText(cell)).replace(',', '.').replace(/ ?(kg|cm)$/i, '');
  return /^\d{1,6}(\.\d{1,4})?$/.test(text) ? text : null;
}

/** A whole number as a number cell or as text; null when it is none. */
export function wholeNumber(cell: Cell): number | null {
  if (cell.kind === 'number') return Number.isInteger(cell.value) ? cell.value : null;
  const text = cleanText(cellText(cell)).replace(/[,.]0+$/, '');
  return /^-?\d{1,9}$/.test(text) ? Number(text) : null;
}

const plainWord = (text: string): string => cleanText(text).toLocaleLowerCase('vi').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** Words for coded values, found with their diacritics, or without any: "Đ", "đ" and "D" are one, but "Năm" is not "Nam". */
export class Words<T> {
  private readonly exact = new Map<string, T>();
  private readonly bare = new Map<string, T>();

  constructor(pairs: readonly (readonly [T, readonly string[]])[]) {
    for (const [value, list] of pairs) {
      for (const word of list) {
        this.exact.set(plainWord(word), value);
        this.bare.set(foldText(word), value);
      }
    }
  }

  find(text: string): T | undefined {
    const word = plainWord(text);
    return this.exact.get(word) ?? (/^[\x20-\x7e]*$/.test(word) ? this.bare.get(word) : undefined);
  }
}

/** One of a closed set of words. */
export function parseChoice<T>(cell: Cell | undefined, words: Words<T>, allowed: string): Parsed<T> {
  const error = errorOf(cell);
  if (error !== null) return error;
  const found = words.find(cellText(cell));
  return found === undefined ? bad('value-not-allowed', `Giá trị ${quoted(cell)} không dùng được; chỉ nhận: ${allowed}.`) : fine(found);
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const leap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** A real day between 1900 and 2199, or null. */
export function plainDate(year: number, month: number, day: number): PlainDate | null {
  if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1) return null;
  const days = month === 2 && leap(year) ? 29 : (MONTH_DAYS[month - 1] as number);
  return day > days ? null : (`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` as PlainDate);
}

/**
 * Excel serial number → day. 1900 system: day 1 is 1/1/1900 and day 60 a 29/2/1900 that never was, so the epoch is
 * 30/12/1899 for every later day. 1904 system (old Macs): day 0 is 1/1/1904. The time of day is dropped.
 */
export function serialDate(serial: number, date1904: boolean): PlainDate | null {
  const day = new Date(Date.UTC(date1904 ? 1904 : 1899, date1904 ? 0 : 11, date1904 ? 1 : 30) + Math.floor(serial) * 86_400_000);
  if (Number.isNaN(day.getTime()) || (!date1904 && serial < 61)) return null;
  return plainDate(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate());
}

const DAY_FIRST = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;
const YEAR_FIRST = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[T ]\d{2}:\d{2}.*)?$/;

/** A day written as a date cell, a bare serial number, `dd/mm/yyyy`, `d-m-yyyy` or `yyyy-mm-dd`. Day before month, always. */
export function parseDate(cell: Cell, date1904: boolean): Parsed<PlainDate> {
  const error = errorOf(cell);
  if (error !== null) return error;
  if (cell.kind === 'number') {
    const date = serialDate(cell.value, date1904);
    return date === null ? bad('date-invalid', `Giá trị ${quoted(cell)} không phải ngày. Hãy gõ theo dạng ngày/tháng/năm, ví dụ 05/09/2018.`) : fine(date);
  }
  const text = cleanText(cellText(cell)).replace(/ /g, '');
  const first = DAY_FIRST.exec(text);
  const parts = first !== null ? [first[3], first[2], first[1]] : YEAR_FIRST.exec(cleanText(cellText(cell)))?.slice(1, 4);
  if (parts === undefined) return bad('date-invalid', `Không hiểu ngày ${quoted(cell)}. Hãy gõ theo dạng ngày/tháng/năm với năm đủ bốn chữ số, ví dụ 05/09/2018.`);
  const [year, month, day] = parts.map(Number) as [number, number, number];
  const date = plainDate(year, month, day);
  if (date !== null) return fine(date);
  return bad('date-invalid', month > 12 && day <= 12
    ? `Ngày ${quoted(cell)} ghi tháng trước ngày. Hãy gõ ngày trước, tháng sau, ví dụ 13/05/2018.`
    : `Ngày ${quoted(cell)} không có trong lịch.`);
}
