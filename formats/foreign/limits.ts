import type { XmlLimits } from '../xml/element.js';

/** One HOC_BA of another vendor: indentation, chains and a signature per subject make it several times the size of our own. */
export const FOREIGN_CARD_LIMITS: XmlLimits = { maxBytes: 1_000_000, maxDepth: 24, maxAttributes: 24, maxElements: 8_000 };

/** A whole transaction: 10 MB by the annex, in either reading of MB, and room for escapes (spec §4). */
export const FOREIGN_BATCH_LIMITS: XmlLimits = { maxBytes: 10_485_760, maxDepth: 26, maxAttributes: 24, maxElements: 1_000_000 };

/** A lawful Signature has two to twenty References: data, time, keys, the blocks before it. */
export const MAX_REFERENCES = 64;
/** In all Signatures of one card; a card of fourteen subject teachers stays below. */
export const MAX_CARD_REFERENCES = 256;
/**
 * Bytes digested for one document at most, as a multiple of its length: References to the same region in ever other canonical forms
 * would otherwise turn a small file into hours of work.
 */
export const MAX_DIGESTED = 24;
/** The signer's and at most eight that lead from it to an anchor. */
export const MAX_CERTIFICATES = 9;
/** A signer's clock may be ahead of ours, or behind the one before it, by as much (spec §3.1). */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;
