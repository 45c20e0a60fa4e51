import { encode } from 'uqr';
import type { Sheet } from './sheet.js';

/** Draws a QR code as one filled path; error correction M survives a folded corner. @param size side in points, quiet zone included */
export function drawQr(sheet: Sheet, text: string, x: number, y: number, size: number): void {
  const { data, size: modules } = encode(text, { ecc: 'M', border: 2 });
  const side = size / modules;
  for (const [row, line] of data.entries()) {
    for (let from = 0; from < line.length; from += 1) {
      if (line[from] !== true) continue;
      let to = from;
      while (line[to + 1] === true) to += 1;
      sheet.rect(x + from * side, y + row * side, (to - from + 1) * side, side);
      from = to;
    }
  }
  sheet.fill('#000000');
}
