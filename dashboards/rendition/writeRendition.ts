import type { Instant } from '../../domain/brand.js';
import type { PrintedCard } from '../../domain/sheets/printedCard.js';
import { drawCover } from './cover.js';
import { drawIdentity } from './identity.js';
import { drawResults } from './results.js';
import { closeCard, openSheet, type Sheet } from './sheet.js';
import { addSignatureField, type SignatureField } from './signatureField.js';

export type RenditionOptions = {
  /** What the reader's window calls the file. */
  title: string;
  /** The hub's address; the QR leads to its look-up page. */
  baseUrl: string;
  /** Every page then says that its data are simulated. */
  sandbox: boolean;
  madeAt: Instant;
  /** Leaves room for the Sở's signature; null for a draft. */
  signature: SignatureField | null;
};

/**
 * Cards as one PDF by the form of spec §6, A4, in the given order; each begins on a front side when printed on both.
 * @returns the readable stream of the file; pages are let go card by card
 */
export function writeRendition(cards: readonly PrintedCard[], options: RenditionOptions): Sheet {
  const [first] = cards;
  if (first === undefined) throw new TypeError('a rendition needs a card');
  const sheet = openSheet(options.title, first.schoolName, options.madeAt);
  for (const [place, card] of cards.entries()) {
    const pages = drawCard(sheet, card, options);
    const last = place === cards.length - 1;
    if (last && options.signature !== null) addSignatureField(sheet, options.signature);
    if (!last && pages % 2 === 1) sheet.addPage();
    closeCard(sheet, pages, {
      running: `${card.record.identity.fullName} · Lớp ${card.className} · Năm học ${card.schoolYear.replace('-', '–')}`,
      foot: `Mã tra cứu ${card.cardId}\nBản thể hiện; bản gốc là văn bản XML đã ký số do ${card.departmentName} lưu giữ.`,
      mark: card.mark, sandbox: options.sandbox,
    });
  }
  sheet.end();
  return sheet;
}

function drawCard(sheet: Sheet, card: PrintedCard, { baseUrl }: RenditionOptions): number {
  const before = sheet.bufferedPageRange().count;
  drawCover(sheet, card);
  // The id alone opens nothing: the page asks for the date of birth besides.
  drawIdentity(sheet, card, { address: `${baseUrl}/tra-cuu?ma=${card.cardId}`, shown: `${new URL(baseUrl).host}/tra-cuu` });
  drawResults(sheet, card);
  return sheet.bufferedPageRange().count - before;
}
