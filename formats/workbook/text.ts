/** Neither XML nor PostgreSQL holds these: control characters, and halves of a letter pair. */
const UNFIT = /[\u0000-\u0008\u000E-\u001F\u007F\uFFFE\uFFFF]|\p{Surrogate}/gu;

/** Whatever `tidied` would change: nearly every cell of a workbook has none of it. */
const UNTIDY = /[\u0000-\u001F\u007F\u00A0\u00AD\u00D0\u1680\u2000-\u200F\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF\uFFFE\uFFFF\uD800-\uDFFF]|^ | $| {2}/;

/**
 * Text as people mean it: NFC, no invisible characters, line breaks and runs of blanks as one blank. Workbooks bring NFD
 * from Macs, no-break blanks from web pages and Ð (Icelandic eth) where Đ is meant.
 */
export const cleanText = (text: string): string => {
  const composed = text.normalize('NFC');
  return UNTIDY.test(composed) ? tidied(composed) : composed;
};

const tidied = (text: string): string =>
  text.replace(UNFIT, '').normalize('NFC').replace(/\u00D0/g, 'Đ').replace(/[\u200B-\u200F\u2060\uFEFF\u00AD]/g, '').replace(/[\s\u00A0]+/g, ' ').trim();

/**
 * Text for comparing headers and sheet names only: without diacritics, case, punctuation and blanks at the ends, so that
 * "Mĩ  thuật:" and "MI THUAT" meet. Never used on data that is kept.
 */
export const foldText = (text: string): string =>
  cleanText(text).normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim();

/** A name for comparison: diacritics count, case and blanks do not. */
export const sameName = (left: string, right: string): boolean =>
  cleanText(left).toLocaleLowerCase('vi') === cleanText(right).toLocaleLowerCase('vi');

/** `Lớp 1A`, `lop 1a`, `1 A` → `1A`, as class names are compared. */
export const classKey = (name: string): string => foldText(name).replace(/^lop /, '').replace(/ /g, '').toUpperCase();
