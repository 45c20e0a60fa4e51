import { personalNumberFaults } from '../../domain/recordRules.js';
import type { Sex } from '../../domain/record.js';
import { cellText, type Cell } from './cell.js';
import { bad, errorOf, fine, quoted, turnedIntoDay, type Parsed } from './value.js';
import { cleanText } from './text.js';

const SCIENTIFIC = /^\d+([.,]\d+)?\s*e\s*\+?\s*\d+$/i;
/** A code stands in every fault of its row. */
const LONGEST_CODE = 50;
const ASK_AS_TEXT = 'Hãy định dạng ô là Văn bản (Text) rồi gõ lại đủ chữ số.';

/** The digits of a number cell, padded as far as its own format shows them (`000000` keeps the zeros Excel dropped). */
function digitsOf(cell: Extract<Cell, { kind: 'number' }>): string | null {
  if (!Number.isSafeInteger(cell.value) || cell.value < 0) return null;
  return String(cell.value).padStart(cell.format.zeros, '0');
}

/**
 * A 12-digit personal number. A number cell holds all 12 digits whatever it shows (9.2201E+10 included); text in
 * scientific notation has lost them for good. A number cell short of 12 digits lost leading zeros, and they come back only
 * when that is sure: the expected list says so, or the digits then agree with sex and birth year.
 * @param known what the expected list and the same row say
 */
export function parsePersonalNumber(cell: Cell, known: { expected?: string | null; sex?: Sex; birthDate?: string }): Parsed<string> {
  const error = errorOf(cell) ?? turnedIntoDay(cell);
  if (error !== null) return error;
  if (cell.kind === 'number') {
    const digits = digitsOf(cell);
    if (digits === null) return bad('personal-number-shape', `Số định danh ${quoted(cell)} không phải số nguyên. ${ASK_AS_TEXT}`);
    return digits.length >= 12 ? fine(digits) : restoreZeros(digits, known);
  }
  const text = cleanText(cellText(cell)).replace(/^['’`]/, '').replace(/[ .-]/g, '');
  if (SCIENTIFIC.test(cleanText(cellText(cell)))) {
    return bad('scientific-notation', `Số định danh ${quoted(cell)} đã bị Excel rút gọn nên mất chữ số. ${ASK_AS_TEXT}`);
  }
  if (/^\d{9,11}$/.test(text) && known.expected === text.padStart(12, '0')) return restoreZeros(text, known);
  return fine(text);
}

function restoreZeros(digits: string, { expected, sex, birthDate }: Parameters<typeof parsePersonalNumber>[1]): Parsed<string> {
  const full = digits.padStart(12, '0');
  const agrees = typeof expected === 'string'
    ? expected === full
    : digits.length >= 10 && sex !== undefined && birthDate !== undefined && personalNumberFaults(full, sex, birthDate).length === 0;
  if (!agrees) return bad('leading-zero-lost', `Số định danh chỉ còn ${digits.length} chữ số, Excel có thể đã bỏ số 0 ở đầu. ${ASK_AS_TEXT}`);
  return { ok: true, value: full, warning: { rule: 'leading-zero-restored', message: `Đã thêm lại số 0 ở đầu số định danh thành đủ 12 chữ số. Hãy kiểm tra.` } };
}

/**
 * An opaque code (pupil, school, office). In a number cell leading zeros may be gone: they come back when exactly one
 * known code has these digits, or when all text codes of the column have one longer length; a bare number is refused
 * when neither tells.
 * @param known codes that may stand here, e.g. the expected list's; empty when there is none
 * @param width length common to all text codes of the column, or null
 */
export function parseCode(cell: Cell, known: ReadonlySet<string>, width: number | null): Parsed<string> {
  const error = errorOf(cell) ?? turnedIntoDay(cell);
  if (error !== null) return error;
  if (cell.kind !== 'number') {
    const text = cleanText(cellText(cell)).replace(/^['’`]/, '');
    if (text.length > LONGEST_CODE) return bad('code-too-long', `Mã dài ${text.length} ký tự, tối đa ${LONGEST_CODE} ký tự.`);
    if (SCIENTIFIC.test(text)) return bad('scientific-notation', `Mã ${quoted(cell)} đã bị Excel rút gọn nên mất chữ số. ${ASK_AS_TEXT}`);
    return fine(text);
  }
  const digits = digitsOf(cell);
  if (digits === null) return bad('code-numeric', `Mã ${quoted(cell)} không phải số nguyên. ${ASK_AS_TEXT}`);
  if (known.has(digits) || cell.format.zeros > 0) return fine(digits);
  const candidates = known.size > 0
    ? [...known].filter((code) => code.length > digits.length && code.padStart(32, '0') === digits.padStart(32, '0'))
    : width !== null && width >= digits.length ? [digits.padStart(width, '0')] : [];
  const [only] = candidates;
  if (candidates.length === 1 && only !== undefined) {
    if (only === digits) return fine(only);
    return { ok: true, value: only, warning: { rule: 'leading-zero-restored', message: `Ô là số nên mất số 0 ở đầu; đã hiểu là mã ${only}. Hãy kiểm tra.` } };
  }
  return bad('code-numeric', `Mã ${quoted(cell)} được lưu dạng số, có thể đã mất số 0 ở đầu. ${ASK_AS_TEXT}`);
}

/** Length shared by all text codes of a column, null when they differ or there is none. */
export function commonWidth(cells: Iterable<Cell | undefined>): number | null {
  let width: number | null = null;
  for (const cell of cells) {
    if (cell?.kind !== 'text') continue;
    const length = cleanText(cell.text).length;
    if (width !== null && width !== length) return null;
    width = length;
  }
  return width;
}
