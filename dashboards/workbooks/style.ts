import type { Alignment, Border, Borders, Fill, Font } from 'exceljs';

/** Fonts and borders of the administrative layout (nghị định 30/2020/NĐ-CP: Times New Roman, black). */
export const FONT_NAME = 'Times New Roman';
export const font = (size: number, rest: Partial<Font> = {}): Partial<Font> => ({ name: FONT_NAME, size, ...rest });

const thin: Partial<Border> = { style: 'thin' };
export const BOX: Partial<Borders> = { top: thin, left: thin, bottom: thin, right: thin };
export const CENTRE: Partial<Alignment> = { horizontal: 'center', vertical: 'middle', wrapText: true };
export const LEFT: Partial<Alignment> = { horizontal: 'left', vertical: 'middle', wrapText: true };
export const RIGHT: Partial<Alignment> = { horizontal: 'right', vertical: 'middle' };
export const fill = (argb: string): Fill => ({ type: 'pattern', pattern: 'solid', fgColor: { argb } });
export const HEAD_FILL = fill('FFE7EEF6');

/** 042A is Vietnamese: programs that honour it write 60.259 and 82,35 whatever the language of the machine. */
export const COUNT_FORMAT = '[$-42A]#,##0';
export const RATE_FORMAT = '[$-42A]0.00\\ %';
export const TEXT_FORMAT = '@';

export const PAPER_A4 = 9;
export const PAGE_FOOTER = '&C&"Times New Roman,Regular"&9Trang &P / &N';

const LINE_HEIGHT = 15;
/** Times New Roman at 11 points sets about this many letters on one unit of column width. */
const LETTERS_PER_UNIT = 1.15;

/** Height for wrapped text: programs do not grow rows on opening. Give each text with its column's width. */
export const heightFor = (...texts: readonly (readonly [text: string, width: number])[]): number =>
  LINE_HEIGHT * Math.max(1, ...texts.map(([text, width]) => Math.ceil(text.length / (width * LETTERS_PER_UNIT))));
