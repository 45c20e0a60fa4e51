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
  const gone = open.blocks.filter(({ role }) => SIGNATURE_ROLES.indexOf(role) >= first).map(({ element }) => element).sort((a, b) => b.start - a.start);
  return Buffer.from(gone.reduce((source, { start, end }) => source.slice(0, start) + source.slice(end), open.source), 'utf8');
}
