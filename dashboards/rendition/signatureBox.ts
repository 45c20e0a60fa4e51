import type { Instant } from '../../domain/brand.js';
import { formatInstant } from '../../domain/vietnameseFormat.js';
import { INK, QUIET, SIGNED_INK, write, type Sheet } from './sheet.js';

type Place = { x: number; y: number; width: number };
type Signature = { name: string; signedAt: Instant } | null;

/** Height a signature column takes. */
export const COLUMN_HEIGHT = 122;

/**
 * A signer's column as at the foot of a document: title lines, the mark of the digital signature with its time, the name.
 * @param titles e.g. `KT. HIỆU TRƯỞNG`, `PHÓ HIỆU TRƯỞNG`
 */
export function drawSigner(sheet: Sheet, { x, y, width }: Place, titles: readonly string[], signer: string | null, signature: Signature): void {
  let at = y;
  for (const title of titles) {
    write(sheet, 'bold', 11.5).text(title, x, at, { width, align: 'center' });
    at = sheet.y;
  }
  const boxTop = y + 36;
  if (signature === null) {
    write(sheet, 'italic', 10.5, QUIET).text('(chưa ký)', x, boxTop + 14, { width, align: 'center' });
  } else {
    const boxWidth = Math.min(width - 16, 178);
    drawBox(sheet, { x: x + (width - boxWidth) / 2, y: boxTop, width: boxWidth }, 'Đã ký số', signature.name, signature.signedAt);
  }
  write(sheet, 'bold', 11.5, INK).text(signer ?? '…………………………', x, boxTop + 66, { width, align: 'center' });
}

/** The school's digital seal: organisation and time in a frame that no one takes for the print of a stamp. */
export function drawSeal(sheet: Sheet, { x, y, width }: Place, signature: Signature): void {
  if (signature === null) {
    sheet.roundedRect(x, y, width, 56, 4).lineWidth(0.7).dash(3, { space: 3 }).stroke(QUIET).undash();
    write(sheet, 'italic', 10.5, QUIET).text('Chưa ký số phát hành', x, y + 21, { width, align: 'center' });
    return;
  }
  sheet.roundedRect(x - 2.5, y - 2.5, width + 5, 61, 6).lineWidth(0.6).stroke(SIGNED_INK);
  drawBox(sheet, { x, y, width }, 'KÝ SỐ PHÁT HÀNH', signature.name.toLocaleUpperCase('vi'), signature.signedAt);
}

function drawBox(sheet: Sheet, { x, y, width }: Place, heading: string, name: string, signedAt: Instant): void {
  sheet.roundedRect(x, y, width, 56, 4).lineWidth(1.1).stroke(SIGNED_INK);
  const inside = { width: width - 10, align: 'center' } as const;
  const nameHeight = Math.min(23, write(sheet, 'regular', 9.5, SIGNED_INK).heightOfString(name, inside));
  const top = y + (56 - nameHeight - 25) / 2;
  write(sheet, 'bold', 9.5, SIGNED_INK).text(heading, x + 5, top, { ...inside, lineBreak: false });
  write(sheet, 'regular', 9.5, SIGNED_INK).text(name, x + 5, top + 12.5, { ...inside, height: nameHeight, ellipsis: true });
  write(sheet, 'regular', 9.5, SIGNED_INK).text(`Thời gian: ${formatInstant(signedAt)}`, x + 5, top + 13.5 + nameHeight, { ...inside, lineBreak: false });
}

/** The title of the signed data, one line each: `KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG` stands on two. */
export const titleLines = (title: string): string[] => title.split('/').map((line) => line.trim().toLocaleUpperCase('vi')).filter((line) => line !== '');
