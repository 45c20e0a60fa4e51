/** The id of the batch root, which the transaction's Signature refers to (spec §2). */
export const BATCH_ID = 'dataDanhSach';
export const BATCH_OPEN = `<DANH_SACH_HOC_BA id="${BATCH_ID}">`;
export const BATCH_CLOSE = '</DANH_SACH_HOC_BA>';

/**
 * The unsigned batch: every card as it is stored, byte for byte. Cards use no namespace of their surroundings and are exclusively
 * canonicalised, so their signatures verify here as they do alone.
 */
export const packBatch = (cards: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from(BATCH_OPEN), ...cards, Buffer.from(BATCH_CLOSE)]);
