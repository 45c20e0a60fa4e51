/**
 * Text of people in a cell. It is written as a string, never as a formula; one that begins like a formula also gets an apostrophe, so
 * that neither editing the cell nor saving the sheet as CSV and opening it again runs it. Control characters, which XML cannot hold,
 * go.
 */
export function plainText(text: string): string {
  const clean = text.replace(/[\u0000-\u001f\u007f\ufffe\uffff]+/g, ' ').trim();
  return /^[=+\-@＝＋－＠]/u.test(clean) ? `'${clean}` : clean;
}
