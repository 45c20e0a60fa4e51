import type { PlainDate } from '../../domain/brand.js';
import { parseCode, parsePersonalNumber } from './code.js';
import { excelDay } from './style.js';
import type { TableColumn } from './table.js';
import { cleanText } from './text.js';
import { cellText } from './cell.js';
import { bad, errorOf, fine, parseChoice, parseDate, parseText, quoted, wholeNumber, Words, type Parsed } from './value.js';

/** The kinds of columns that flat tables are made of. A name ending in `OrNull` lets the cell be blank. */
type Look = { label: string; synonyms?: readonly string[]; width: number };

export const textColumn = (look: Look): TableColumn<string> => ({ ...look, blank: 'error', format: 'text', parse: parseText, write: (value) => value });

export function orNull<T>(column: TableColumn<T>): TableColumn<T | null> {
  return { ...column, blank: { value: null }, write: (value) => (value === null ? null : column.write(value)) };
}

/** Opaque codes; a number cell is refused unless its format shows the zeros, since nothing here could restore them. */
export const codeColumn = (look: Look): TableColumn<string> =>
  ({ ...look, blank: 'error', format: 'text', parse: (cell) => parseCode(cell, new Set(), null), write: (value) => value });

export const dateColumn = (look: Look): TableColumn<PlainDate> =>
  ({ ...look, blank: 'error', format: 'date', parse: (cell, { date1904 }) => parseDate(cell, date1904), write: excelDay });

export const wholeColumn = (look: Look, least: number, most: number): TableColumn<number> => ({
  ...look, blank: 'error', format: 'general', write: (value) => value,
  parse: (cell) => {
    const value = wholeNumber(cell);
    return errorOf(cell) ?? (value !== null && value >= least && value <= most ? fine(value) : bad('value-not-allowed', `${look.label} ${quoted(cell)} phải là số nguyên từ ${least} đến ${most}.`));
  },
});

/** One of a closed set, shown by its Vietnamese name. */
export function choiceColumn<K extends string>(look: Look, names: Readonly<Record<K, string>>, extra: readonly (readonly [string, K])[] = []): TableColumn<K> {
  const words = new Words<K>([...(Object.entries(names) as [K, string][]), ...extra.map(([word, key]) => [key, word] as const)].map(([key, word]) => [key, [word]] as const));
  const choices = Object.values<string>(names);
  return { ...look, blank: 'error', format: 'general', choices, parse: (cell) => parseChoice(cell, words, choices.join('; ')), write: (key) => names[key] };
}

/** Several values in one cell, separated by `;` or a line break (and `,` where the words hold none). */
export function listColumn<T>(look: Look, separator: RegExp, one: (text: string) => Parsed<T>, show: (value: T) => string): TableColumn<T[]> {
  return {
    ...look, blank: 'error', format: 'text', write: (values) => (values.length === 0 ? null : values.map(show).join('; ')),
    parse: (cell) => {
      const error = errorOf(cell);
      if (error !== null) return error;
      const values: T[] = [];
      for (const piece of cellText(cell).split(separator).map(cleanText).filter((text) => text !== '')) {
        const parsed = one(piece);
        if (!parsed.ok) return parsed;
        if (!values.includes(parsed.value)) values.push(parsed.value);
      }
      return fine(values);
    },
  };
}

/** 12 digits; a number cell that lost zeros is only restored when the row proves it, which flat tables leave to the person. */
export const personalNumberColumn = (look: Look): TableColumn<string> => ({
  ...look, blank: 'error', format: 'text', write: (value) => value,
  parse: (cell) => {
    const parsed = parsePersonalNumber(cell, {});
    return parsed.ok && !/^\d{12}$/.test(parsed.value) ? bad('personal-number-shape', `Số định danh phải có đúng 12 chữ số; ô này có ${parsed.value.length} ký tự.`) : parsed;
  },
});

/** A shape that text must have, with the sentence that says which. */
export const shapedColumn = (look: Look, rule: string, shape: RegExp, message: string, tidy: (text: string) => string = (text) => text): TableColumn<string> => ({
  ...textColumn(look),
  parse: (cell) => {
    const parsed = parseText(cell);
    if (!parsed.ok) return parsed;
    const value = tidy(parsed.value);
    return shape.test(value) ? fine(value) : bad(rule, `${message} Ô này ghi ${quoted(cell)}.`);
  },
});

export const emailColumn = (look: Look): TableColumn<string> =>
  shapedColumn(look, 'email-shape', /^[^\s@<>",;:]+@[^\s@<>",;:]+\.[^\s@<>",;:]{2,}$/, 'Địa chỉ thư điện tử không đúng dạng.', (text) => text.toLowerCase());

/** Phones are kept as written; Excel drops their leading zero, which is always there in Vietnam. */
export const phoneColumn = (look: Look): TableColumn<string> => ({
  ...textColumn(look),
  parse: (cell) => {
    const error = errorOf(cell);
    if (error !== null) return error;
    const text = cleanText(cellText(cell));
    const digits = text.replace(/[\s().-]/g, '');
    if (cell.kind === 'number' && /^[1-9]\d{8,9}$/.test(digits)) return fine(`0${digits}`);
    return /^\+?\d{3,15}$/.test(digits) ? fine(text) : bad('phone-shape', `Số điện thoại ${quoted(cell)} không đúng dạng.`);
  },
});
