/** Letters that one cell can have; with more Excel calls the file damaged. */
const LONGEST = 32_767;

/**
 * Text of people in a cell. It is written as a string, never as a formula; one that begins like a formula also gets an apostrophe, so
 * that neither editing the cell nor saving the sheet as CSV and opening it again runs it. Control characters, which XML cannot hold,
 * go. What reads like a workbook's own escape (`_x003D_` is "=") is escaped itself (ECMA-376 part 1, 22.9.2.19): else whoever opens the
 * file would see another text than was given, and a formula where none was guarded.
 */
export function plainText(text: string): string {
  const clean = text.replace(/[\u0000-\u001f\u007f\ufffe\uffff]+/g, ' ').trim();
  const guarded = /^[=+\-@＝＋－＠]/u.test(clean) ? `'${clean}` : clean;
  return guarded.slice(0, LONGEST).replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_');
}
