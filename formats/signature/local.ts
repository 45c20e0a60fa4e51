import { createHash, sign, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { promisify } from 'node:util';
import type { Cover, ProfileCode } from '../../domain/card.js';
import { profileOf } from '../card/profile.js';
import { withBlock } from './attach.js';
import { valueFault } from './blockFault.js';
import { roleOfTag, tagAt } from './blockPlaces.js';
import { refusal, type SignatureRefusal } from './codes.js';
import { openOwnCard } from './ownCard.js';
import { prepareOn, type PrepareInput } from './prepare.js';
import { blockSignedInfo, readRoleBlock } from './roleBlock.js';
import { signedInfoBytes } from './xmlSignature.js';

/**
 * Both phases at once with a key that is at hand: an organisation's soft certificate, the only kind the hub may be given (design §2).
 * The card is taken apart once; the value is proven with the certificate's key as everybody's is.
 */
export function signWithKey({ card: bytes, profile, key, ...more }: PrepareInput & { key: KeyObject }): { ok: true; card: Buffer } | SignatureRefusal {
  const card = openOwnCard(bytes, profileOf(profile));
  if (typeof card === 'string') return refusal(card);
  const prepared = prepareOn(card, more);
  if (!prepared.ok) return prepared;
  const { block, toBeSigned } = prepared;
  const signatureValue = sign('sha256', toBeSigned, { key, dsaEncoding: 'ieee-p1363' });
  const fault = valueFault(block, signatureValue);
  return fault === null ? { ok: true, card: withBlock(card, { ...block, signatureValue }) } : refusal(fault);
}

const signInThread = promisify<string, Buffer, SignKeyObjectInput, Buffer>(sign);

/**
 * What a signing service answers, by a key at hand: the value of a block that was prepared before. RSA runs in one of Node's own threads.
 * @param block `PreparedSignature.block`
 * @returns the value, and the digest it was made over, for the caller to hold against the one that was authorised; null when the block is none of ours
 */
export async function signBlock({ block, cardId, profile, cover, key }: { block: Buffer; cardId: string; profile: ProfileCode; cover: Cover; key: KeyObject }): Promise<{ digest: Buffer; value: Buffer } | null> {
  const letters = block.toString('latin1');
  const role = roleOfTag(tagAt(letters, 0) ?? '');
  const read = role === undefined ? null : readRoleBlock(letters, { role, cover, cardId, idAttribute: profileOf(profile).idAttribute });
  if (read === null || read.signatureValue !== null) return null;
  const toBeSigned = signedInfoBytes(blockSignedInfo(read));
  return { digest: createHash('sha256').update(toBeSigned).digest(), value: await signInThread('sha256', toBeSigned, { key, dsaEncoding: 'ieee-p1363' }) };
}
