import { cellText, type Sheet } from '../workbook/cell.js';
import { cleanText, foldText } from '../workbook/text.js';

/** What the rows above a sheet's header tell. */
export type SheetTitle = { schoolYear: string | null; schoolCode: string | null; className: string | null; grade: number | null };

export function readTitle(sheet: Sheet, beforeRow: number): SheetTitle {
  const text = sheet.rows
    .filter((row) => row.number < beforeRow)
    .flatMap((row) => row.cells.map((cell) => cleanText(cellText(cell))))
    .join(' | ');
  const year = /năm học\s*:?\s*(\d{4})\s*[-–—]\s*(\d{4})/i.exec(text);
  return {
    schoolYear: year === null ? null : `${year[1]}-${year[2]}`,
    schoolCode: /mã trường\s*:?\s*([0-9A-Za-z.-]+)/i.exec(text)?.[1] ?? null,
    className: /(?<!khối\s*)(?:^|[\s|–-])lớp\s*:?\s*([1-5][^\s|,;]*)/i.exec(text)?.[1] ?? null,
    grade: gradeIn(/khối(?:\s+lớp)?\s*:?\s*([1-5])\b/i.exec(text)?.[1]),
  };
}

/** `1A`, `Lớp 3 B`, `5/2` → the leading digit, when it is a primary grade. */
export const gradeOfName = (name: string): number | null => gradeIn(/^(?:lop )?([1-5])(?!\d)/.exec(foldText(name))?.[1]);

const gradeIn = (digit: string | undefined): number | null => (digit === undefined ? null : Number(digit));
