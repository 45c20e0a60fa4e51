import type { Namespaces } from '../xml/canonicalization.js';
import { escapeAttribute } from '../xml/text.js';

/** The id of the batch root, which the transaction's Signature refers to (spec §2). */
export const BATCH_ID = 'dataDanhSach';
export const BATCH_OPEN = `<DANH_SACH_HOC_BA id="${BATCH_ID}">`;
export const BATCH_CLOSE = '</DANH_SACH_HOC_BA>';

/**
 * The unsigned batch: every card as it is stored, byte for byte. Own cards use no namespace of their surroundings and are exclusively
 * canonicalised, so their signatures verify here as they do alone; cards of other software need the context that they verified in.
 * @param context declared on the root: of all cards of other software that stand here the same
 */
export const packBatch = (cards: readonly Buffer[], context: Namespaces = NOTHING): Buffer =>
  Buffer.concat([Buffer.from(`${BATCH_OPEN.slice(0, -1)}${declarations(context)}>`), ...cards, Buffer.from(BATCH_CLOSE)]);

const NOTHING: Namespaces = new Map();
/** A card stands in no namespace, so a default one is never among those that verified it. */
const declarations = (context: Namespaces): string => [...context].filter(([prefix]) => prefix !== '' && prefix !== 'xml')
  .sort(([one], [other]) => (one < other ? -1 : 1)).map(([prefix, uri]) => ` xmlns:${prefix}="${escapeAttribute(uri)}"`).join('');

/** Cards of one key may share a packet. */
export const contextKey = declarations;

const CARD_OPEN = Buffer.from('<HOC_BA>');
const CARD_CLOSE = Buffer.from('</HOC_BA>');

/**
 * The cards of an unsigned batch of ours as a reader of its bytes finds them, and not as they were put in; null when it is not a mere
 * row of cards. Canonical text holds no `<` of its own, so an end tag is one wherever it stands; what lies between two is the
 * verifier's to judge.
 */
export function unpackBatch(batch: Buffer): Buffer[] | null {
  const end = batch.length - BATCH_CLOSE.length;
  if (!batch.subarray(0, BATCH_OPEN.length).equals(Buffer.from(BATCH_OPEN)) || !batch.subarray(end).equals(Buffer.from(BATCH_CLOSE))) return null;
  const cards: Buffer[] = [];
  for (let at = BATCH_OPEN.length; at < end;) {
    const close = batch.indexOf(CARD_CLOSE, at);
    if (close < 0 || close >= end || !batch.subarray(at, at + CARD_OPEN.length).equals(CARD_OPEN)) return null;
    cards.push(batch.subarray(at, close + CARD_CLOSE.length));
    at = close + CARD_CLOSE.length;
  }
  return cards;
}
