import { sign, type KeyObject } from 'node:crypto';
import { profileOf } from '../card/profile.js';
import { withBlock } from './attach.js';
import { valueFault } from './blockFault.js';
import { refusal, type SignatureRefusal } from './codes.js';
import { openOwnCard } from './ownCard.js';
import { prepareOn, type PrepareInput } from './prepare.js';

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
