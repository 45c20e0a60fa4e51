import { SIGNATURE_ROLES, type ProfileCode, type SignatureRole } from '../../domain/card.js';
import { profileOf } from '../card/profile.js';
import { openOwnCard } from './ownCard.js';

/**
 * An own card without the blocks of `from` and of those who signed after, to the byte as it was before `from` signed: nothing an earlier
 * role signed lies in a later role's block (spec §3.1), so the earlier signatures stay good.
 * @returns null when the bytes are no own card
 */
export function withoutRoles({ card, profile, from }: { card: Uint8Array; profile: ProfileCode; from: SignatureRole }): Buffer | null {
  const open = openOwnCard(card, profileOf(profile));
  if (typeof open === 'string') return null;
  const first = SIGNATURE_ROLES.indexOf(from);
  const gone = open.blocks.filter(({ role }) => SIGNATURE_ROLES.indexOf(role) >= first).sort((a, b) => b.start - a.start);
  return gone.reduce((bytes, { start, end }) => Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]), open.bytes);
}
