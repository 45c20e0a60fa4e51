import type { XmlLimits } from '../xml/element.js';

/** One HOC_BA: a full primary card is about 10 kB and each signature adds 4; a lawful one is far below every limit. */
export const CARD_LIMITS: XmlLimits = { maxBytes: 1_000_000, maxDepth: 24, maxAttributes: 16, maxElements: 4_000 };
