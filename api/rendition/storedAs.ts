import type { Vendor } from '../../db/vendor/cards.js';
import type { Cover, ProfileCode } from '../../domain/card.js';
import { contextKey, packBatch } from '../../formats/kho/batch.js';
import type { StoredAs } from '../../formats/rendition/printedCard.js';

/** How a stored card is verified again before anything of it is shown. */
export const storedAs = ({ profile, cover, vendor }: { profile: ProfileCode; cover: Cover; vendor: Vendor | null }): StoredAs =>
  (vendor === null ? { kind: 'own', profile, cover } : { kind: 'foreign', profile: vendor.profile, context: new Map(Object.entries(vendor.context)) });

/**
 * A card as a file that verifies by itself: its very bytes, and where they need the namespaces of the batch they were signed in, inside a
 * root that declares them.
 */
export function fileOfCard({ document, vendor }: { document: Buffer; vendor: Vendor | null }): Buffer {
  const context = new Map(Object.entries(vendor?.context ?? {}));
  return contextKey(context) === '' ? document : packBatch([document], context);
}
