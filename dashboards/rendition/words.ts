import { makeRoom, PAGE, TEXT_WIDTH, write, type Sheet } from './sheet.js';

export const orDash = (text: string | null): string => (text === null || text.trim() === '' ? '–' : text);

/** `24.5` → `24,5`, as Vietnamese readers write decimals. */
export const measure = (value: string): string => orDash(value).replace('.', ',');

export const yesNo = (value: boolean): string => (value ? 'Có' : 'Không');

/** A section's title; it never stands alone at the foot of a page. */
export function heading(sheet: Sheet, text: string, keep = 60): void {
  makeRoom(sheet, keep);
  write(sheet, 'bold', 12).text(text, PAGE.left, sheet.y + 9, { width: TEXT_WIDTH });
  sheet.y += 3;
}
