import { SIGNATURE_ROLES, type Cover, type ProfileCode } from '../../domain/card.js';
import { CARD_LIMITS } from '../card/limits.js';
import { profileOf, ROLE_TAGS } from '../card/profile.js';
import { scanCanonical } from '../xml/canonical.js';
import { blockFault, valueFault } from './blockFault.js';
import { refusal, type SignatureRefusal } from './codes.js';
import { openOwnCard } from './ownCard.js';
import { placeFault, readBlocks, signerFault, timeFault } from './prepare.js';
import { readRoleBlock, writeRoleBlock } from './roleBlock.js';

export type AttachInput = {
  /** The card as it is now; it must still be what the block was prepared on. */
  card: Buffer;
  /** `PreparedSignature.block`. */
  block: Buffer;
  /** As the card was prepared under. */
  profile: ProfileCode;
  cover: Cover;
  /** The signing service's answer: PKCS#1 v1.5 for RSA, raw r‖s for ECDSA. */
  signatureValue: Buffer;
};

/**
 * Second phase of a signature: proves the value with the certificate's key and only then puts the block into the card. The result is
 * canonical again and would pass `verifyCard` for the roles it has; a card is never made that its own verifier refuses.
 */
export function attachSignature({ card: bytes, block: blockBytes, profile, cover, signatureValue }: AttachInput): { ok: true; card: Buffer } | SignatureRefusal {
  const card = openOwnCard(bytes, profileOf(profile));
  if (typeof card === 'string') return refusal(card);
  const scan = scanCanonical(blockBytes, CARD_LIMITS);
  const role = scan.canonical ? SIGNATURE_ROLES.find((one) => ROLE_TAGS[one] === scan.root.name) : undefined;
  if (!scan.canonical || role === undefined) return refusal('block-unreadable');
  const place = placeFault(card, role);
  if (place !== null) return refusal(place);

  const block = readRoleBlock(scan.root, { role, cover, cardId: card.cardId, idAttribute: card.profile.idAttribute });
  const earlier = readBlocks(card, cover);
  if (block === null || block.signatureValue !== null || earlier === null) return refusal('block-unreadable');
  const fault = blockFault(card, scan.source, block, earlier);
  // Another card's block names other ids, an older state of this card other digests: prepared on something else, in both cases.
  if (fault !== null) return refusal('block-stale');
  const signer = signerFault(card, role, block.personalNumber, block.certificate) ?? timeFault(earlier, block.signingTime) ?? valueFault(block, signatureValue);
  if (signer !== null) return refusal(signer);

  const signed = writeRoleBlock({ ...block, signatureValue });
  const at = card.insertAt[role];
  return { ok: true, card: Buffer.from(card.source.slice(0, at) + signed + card.source.slice(at), 'utf8') };
}
