import { cardEvidence } from '../../db/views/cardEvidence.js';
import { issuedCardById } from '../../db/views/lookUp.js';
import type { Instant } from '../../domain/brand.js';
import { composeBundle } from '../../formats/bundle/compose.js';
import { writeBundle } from '../../formats/bundle/html.js';
import { Refused } from '../http/refused.js';
import type { Services } from '../services.js';
import { departmentSigner } from './departmentSigner.js';

/**
 * A received card with its evidence as one HTML file that verifies itself offline.
 * @throws Refused `not-issued` before the Sở has received the card, `rendition-unsigned` without a usable certificate of the Sở
 */
export async function buildBundle({ db, settings }: Services, cardId: string): Promise<Buffer> {
  const card = await issuedCardById(db, { cardId });
  if (card === undefined) throw new Refused('not-issued');
  const [evidence, signer] = [await cardEvidence(db, { cardId }), await departmentSigner(db, settings.HUB_SECRET_KEY)];
  const status = card.state === 'recalled' || card.state === 'superseded' ? card.state : 'in-force';
  const bundle = composeBundle({ card: { ...card, status }, evidence: evidence ?? null, signer, madeAt: new Date().toISOString() as Instant });
  return writeBundle(bundle, { sandbox: settings.HUB_MODE === 'sandbox' });
}
