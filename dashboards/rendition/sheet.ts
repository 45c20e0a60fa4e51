import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import type { Instant } from '../../domain/brand.js';
import type { PrintMark } from '../../domain/sheets/printedCard.js';

/** A4 in points; margins as nghị định 30/2020/NĐ-CP, phụ lục I wants them: left 30 mm would waste a table, its least is 20 mm elsewhere. */
export const PAGE = { width: 595.28, height: 841.89, left: 62, right: 48, top: 52, bottom: 66 } as const;
export const TEXT_WIDTH = PAGE.width - PAGE.left - PAGE.right;
export const FLOOR = PAGE.height - PAGE.bottom;

export type Sheet = PDFKit.PDFDocument;
export type Face = 'regular' | 'bold' | 'italic' | 'boldItalic';

const FACES = {
  regular: '400Regular/Tinos_400Regular.ttf', bold: '700Bold/Tinos_700Bold.ttf',
  italic: '400Regular_Italic/Tinos_400Regular_Italic.ttf', boldItalic: '700Bold_Italic/Tinos_700Bold_Italic.ttf',
} as const satisfies Record<Face, string>;

export const INK = '#111111';
export const QUIET = '#555555';
export const LINE = '#333333';
/** Signature boxes are blue, not red: nobody shall take them for the print of a stamp. */
export const SIGNED_INK = '#1f3f7a';

/**
 * An empty document whose pages are kept until `closeCard` has written their furniture. Only the letters used are embedded.
 * @param madeAt goes into the file's metadata, so that one input gives one file
 */
export function openSheet(title: string, author: string, madeAt: Instant): Sheet {
  const made = new Date(madeAt);
  const sheet = new PDFDocument({
    size: 'A4', autoFirstPage: false, bufferPages: true, lang: 'vi-VN', displayTitle: true, pdfVersion: '1.7',
    margins: { top: PAGE.top, bottom: PAGE.bottom, left: PAGE.left, right: PAGE.right },
    info: { Title: title, Author: author, Creator: 'Học Bạ Số Hub', Producer: 'Học Bạ Số Hub', CreationDate: made, ModDate: made },
  });
  const require = createRequire(import.meta.url);
  for (const [face, file] of Object.entries(FACES)) sheet.registerFont(face, require.resolve(`@expo-google-fonts/tinos/${file}`));
  return sheet;
}

export const write = (sheet: Sheet, face: Face, size: number, color: string = INK): Sheet => sheet.font(face).fontSize(size).fillColor(color);

/** Begins a new page when less than `height` is left on this one. */
export function makeRoom(sheet: Sheet, height: number): void {
  if (sheet.y + height > FLOOR) sheet.addPage();
}

const MARKS = { draft: 'BẢN NHÁP', 'not-received': 'SỞ CHƯA TIẾP NHẬN', recalled: 'ĐÃ THU HỒI', superseded: 'ĐÃ THAY BẰNG BẢN KHÁC' } as const satisfies Record<PrintMark, string>;

export type Furniture = { running: string; foot: string; mark: PrintMark | null; sandbox: boolean };

/**
 * Writes head, foot, page numbers and watermark on the pages since the last card, and lets them go.
 * @param count pages of the card; an empty back side after them stays empty
 */
export function closeCard(sheet: Sheet, count: number, furniture: Furniture): void {
  const { start } = sheet.bufferedPageRange();
  for (let place = 0; place < count; place += 1) {
    sheet.switchToPage(start + place);
    // Furniture stands in the margins: without them pdfkit would begin a new page for it.
    const { margins } = sheet.page;
    sheet.page.margins = { top: 0, bottom: 0, left: 0, right: 0 };
    if (furniture.mark !== null) watermark(sheet, MARKS[furniture.mark]);
    if (furniture.sandbox) sandboxBand(sheet);
    if (place > 0) head(sheet, furniture.running);
    foot(sheet, furniture.foot, `Trang ${place + 1}/${count}`);
    sheet.page.margins = margins;
  }
  sheet.flushPages();
}

function watermark(sheet: Sheet, text: string): void {
  const size = text.length > 12 ? 52 : 92;
  sheet.save();
  sheet.rotate(-52, { origin: [PAGE.width / 2, PAGE.height / 2] });
  write(sheet, 'bold', size, '#8a8a8a').fillOpacity(0.2);
  sheet.text(text, -100, PAGE.height / 2 - size / 2, { width: PAGE.width + 200, align: 'center', lineBreak: false });
  sheet.restore().fillOpacity(1);
}

function sandboxBand(sheet: Sheet): void {
  const width = 190;
  sheet.roundedRect((PAGE.width - width) / 2, 12, width, 16, 3).lineWidth(0.7).stroke('#9a5b00');
  write(sheet, 'bold', 9, '#9a5b00').text('DỮ LIỆU MÔ PHỎNG', (PAGE.width - width) / 2, 15.5, { width, align: 'center', lineBreak: false });
}

function head(sheet: Sheet, running: string): void {
  write(sheet, 'italic', 9, QUIET).text(running, PAGE.left, 34, { width: TEXT_WIDTH, height: 11, align: 'right', ellipsis: true });
}

function foot(sheet: Sheet, text: string, page: string): void {
  const top = PAGE.height - 46;
  sheet.moveTo(PAGE.left, top).lineTo(PAGE.width - PAGE.right, top).lineWidth(0.5).stroke(QUIET);
  write(sheet, 'regular', 8.5, QUIET).text(text, PAGE.left, top + 5, { width: TEXT_WIDTH - 60, lineGap: 1 });
  sheet.text(page, PAGE.width - PAGE.right - 60, top + 5, { width: 60, align: 'right', lineBreak: false });
}
