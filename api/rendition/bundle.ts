import { createHash } from 'node:crypto';
import { revokedBy } from '../../db/evidence/revocations.js';
import { signerFingerprints } from '../../db/vendor/cards.js';
import { issuedCardById, type IssuedCard } from '../../db/views/lookUp.js';
import type { Instant } from '../../domain/brand.js';
import { composeBundle, signersIn } from '../../formats/bundle/compose.js';
import { writeBundle } from '../../formats/bundle/html.js';
import type { EvidenceBundle } from '../../formats/evidence/bundle.js';
import { CardNotPrintable, printedCard } from '../../formats/rendition/printedCard.js';
import { evidenceOf } from '../evidence/evidenceOf.js';
import { Refused } from '../http/refused.js';
import type { Services } from '../services.js';
import { departmentSigner } from './departmentSigner.js';
import { storedAs } from './storedAs.js';

/**
 * A received card with its evidence as one HTML file that verifies itself offline.
 * @throws Refused `not-issued` before the Sở has received the card, `card-broken` when the stored bytes are not those that were received,
 * `rendition-unsigned` without a usable certificate of the Sở
 */
export async function buildBundle({ db, settings }: Services, cardId: string): Promise<Buffer> {
  const card = await issuedCardById(db, { cardId });
  if (card === undefined) throw new Refused('not-issued');
  const [evidence, signer] = [await evidenceOf(db, cardId), await departmentSigner(db, settings.HUB_SECRET_KEY)];
  assertReceived(card, evidence);
  const signers = card.vendor === null ? signersIn(card.document) : await signerFingerprints(db, { cardId });
  const provenAt = evidence?.links[0]?.genTime;
  const revoked = await revokedBy(db, { fingerprints: signers, at: provenAt === undefined ? card.receivedAt : new Date(provenAt) });
  const status = card.state === 'recalled' || card.state === 'superseded' ? card.state : 'in-force';
  const bundle = composeBundle({ card: { ...card, status }, signers, evidence, revoked, signer, madeAt: new Date().toISOString() as Instant });
  return writeBundle(bundle, { sandbox: settings.HUB_MODE === 'sandbox' });
}

/** The Sở's signature would lend itself to a forgery: its statement is about what was received, and about nothing else that stands there. */
function assertReceived(card: IssuedCard, evidence: EvidenceBundle | null): void {
  if (evidence !== null && evidence.links[0]?.sha256 !== createHash('sha256').update(card.document).digest('hex')) throw new Refused('card-broken');
  try {
    if (printedCard(card.document, storedAs(card), null).cardId !== card.cardId) throw new Refused('card-broken');
  } catch (fault) {
    throw fault instanceof CardNotPrintable ? new Refused('card-broken') : fault;
  }
}
