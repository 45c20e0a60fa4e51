import type { Cover, ProfileCode } from '../../domain/card.js';
import { profileOf } from '../card/profile.js';
import { blockFault, valueFault } from './blockFault.js';
import { roleOfTag, tagAt } from './blockPlaces.js';
import { refusal, type SignatureRefusal } from './codes.js';
import { openOwnCard, type OwnCard } from './ownCard.js';
import { earlierFault, placeFault, readBlocks, signerFault, timeFault } from './prepare.js';
import { readRoleBlock, writeRoleBlock, type RoleBlock } from './roleBlock.js';
import { toBytes } from './xmlSignature.js';

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
  const letters = blockBytes.toString('latin1');
  const role = roleOfTag(tagAt(letters, 0) ?? '');
  if (role === undefined) return refusal('block-unreadable');
  const place = placeFault(card, role);
  if (place !== null) return refusal(place);

  const block = readRoleBlock(letters, { role, cover, cardId: card.cardId, idAttribute: card.profile.idAttribute });
  const earlier = readBlocks(card, cover);
  if (block === null || block.signatureValue !== null || earlier === null) return refusal('block-unreadable');
  const stale = earlierFault(card, earlier);
  if (stale !== null) return refusal(stale);
  const fault = blockFault(card, letters, block, earlier);
  // Another card's block names other ids, an older state of this card other digests: prepared on something else, in both cases.
  if (fault !== null) return refusal('block-stale');
  const signer = signerFault(card, role, block.personalNumber, block.certificate) ?? timeFault(earlier, block.signingTime) ?? valueFault(block, signatureValue);
  if (signer !== null) return refusal(signer);

  return { ok: true, card: withBlock(card, { ...block, signatureValue }) };
}

/** The card with one more role block, in its place. The value is one that has been proven. */
export function withBlock(card: OwnCard, block: RoleBlock): Buffer {
  const at = card.insertAt[block.role];
  return Buffer.concat([card.bytes.subarray(0, at), toBytes(writeRoleBlock(block)), card.bytes.subarray(at)]);
}
