import { evidenceChain } from '../../db/evidence/chain.js';
import type { Db } from '../../db/connect.js';
import { writeBundle, type EvidenceBundle } from '../../formats/evidence/bundle.js';

/** All that proves when a card was received as it is now; null while it is not, or waits for its evidence. */
export async function evidenceOf(db: Db, cardId: string): Promise<EvidenceBundle | null> {
  const links = await evidenceChain(db, cardId);
  return links.length === 0 ? null : writeBundle(cardId, links);
}
