import { isVietnamDateTime } from '../card/dateTime.js';
import type { SignatureFaultCode } from './codes.js';
import { coveredRegions, type OwnCard } from './ownCard.js';
import { blockSignedInfo, writeRoleBlock, type RoleBlock } from './roleBlock.js';
import { signedBy, signedInfoBytes } from './xmlSignature.js';

/**
 * Whether a block is, to the byte, what we would have written from what it states, and covers what `cover` says. An own card is held
 * to the policy it was written under, so no id is ever looked up and no shape interpreted: the block is written again and compared.
 * @param letters the block's bytes as they stand, one letter each
 */
export function blockFault(card: OwnCard, letters: string, block: RoleBlock, earlier: readonly RoleBlock[]): SignatureFaultCode | null {
  const expected = coveredRegions(card, block.role, block.cover, earlier);
  if (block.references.length !== expected.length || block.references.some(({ id }, place) => id !== expected[place]?.id)) return 'signature-shape';
  if (!isVietnamDateTime(block.signingTime)) return 'signature-shape';
  const rewritten = writeRoleBlock(block);
  const asWritten = rewritten === letters;
  if (!asWritten && withoutTime(rewritten) !== withoutTime(letters)) return 'signature-shape';
  const changed = expected.findIndex(({ digest }, place) => block.references[place]?.digest !== digest);
  if (changed >= 0) return changed === 0 ? 'data-changed' : 'earlier-signature-changed';
  return asWritten ? null : 'signing-time-changed';
}

/** A block that differs only in the signing time or its digest tells a person more than "the block was changed". */
const withoutTime = (block: string): string => block
  .replace(/<DigestValue>[A-Za-z0-9+/]{43}=<\/DigestValue><\/Reference><\/SignedInfo>/, '')
  .replace(/<SigningTime>[^<]*</, '');

/** Whether the signer's key made the value: the only place where a card's signature is judged. */
export function valueFault(block: RoleBlock, value: Buffer): SignatureFaultCode | null {
  return signedBy(block.certificate, signedInfoBytes(blockSignedInfo(block)), value) ? null : 'signature-mismatch';
}
