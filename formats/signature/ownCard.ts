import { isUtf8 } from 'node:buffer';
import type { Cover, SignatureRole } from '../../domain/card.js';
import type { CardFields } from '../card/compose.js';
import { CARD_LIMITS } from '../card/limits.js';
import { readOwnData } from '../card/ownData.js';
import type { Profile } from '../card/profile.js';
import { findBlocks, type BlockPlace } from './blockPlaces.js';
import { blockSignature, roleIds, writeRoleBlock, type RoleBlock } from './roleBlock.js';
import { digestBase64, type Reference } from './xmlSignature.js';

/** An own card taken apart by its bytes: the signed regions, and the role blocks in the order in which they stand. */
export type OwnCard = {
  profile: Profile;
  bytes: Buffer;
  /** Read from the same bytes that are signed. */
  fields: CardFields;
  cardId: string;
  /** Where the role blocks stand; what is in them is known only once they have been written again and compared. */
  blocks: readonly BlockPlace[];
  /** Where each role's block goes. */
  insertAt: Record<SignatureRole, number>;
  /** What each role signs by the profile, hashed once however many roles sign it. */
  regions: Record<SignatureRole, Reference>;
  /** SO_CCCD of the named signers, from inside the signed data. */
  named: { teacher: string | null; principal: string | null };
};

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ROOT = Buffer.from('<HOC_BA>');
const DATA_END = Buffer.from('</DU_LIEU_HOC_BA>');

/** @returns the fault when the bytes are not canonical, not laid out as we write, or their roles are not in the order of signing */
export function openOwnCard(input: Uint8Array, profile: Profile): OwnCard | 'not-canonical' | 'role-order' {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const dataEnd = bytes.indexOf(DATA_END) + DATA_END.length;
  if (bytes.length > CARD_LIMITS.maxBytes || dataEnd < DATA_END.length || !isUtf8(bytes) || !bytes.subarray(0, ROOT.length).equals(ROOT)) return 'not-canonical';
  const signed = bytes.subarray(ROOT.length, dataEnd);
  const data = readOwnData(signed, profile);
  if (data === null) return 'not-canonical';
  const { general } = data.fields;
  // Copied letter by letter: as a part of decoded text it would make every string it goes into twice as wide.
  const cardId = Buffer.from(general.get('MA_TRA_CUU_UUID') ?? '', 'latin1').toString('latin1');
  if (!UUID_V4.test(cardId)) return 'not-canonical';
  const found = findBlocks(bytes, dataEnd, profile);
  if (typeof found === 'string') return found;

  const whole = { id: profile.dataId(cardId), digest: digestBase64(signed) };
  const part = profile.content === null ? whole : { id: profile.content.id, digest: digestBase64(signed.subarray(data.content.start, data.content.end)) };
  const region = (role: SignatureRole): Reference => (profile.roles[role]?.region === 'content' ? part : whole);
  return {
    profile, bytes, cardId, fields: data.fields, ...found,
    regions: { teacher: region('teacher'), principal: region('principal'), seal: region('seal') },
    named: { teacher: general.get('SO_CCCD_GIAO_VIEN_CHU_NHIEM') ?? null, principal: general.get('SO_CCCD_GIAM_HIEU_KY_HOC_BA') ?? null },
  };
}

/** The regions a role signs under `cover` (spec §3.1): its own by the profile, and for later roles the earlier ones' Signature or block. */
export function coveredRegions(card: OwnCard, role: SignatureRole, cover: Cover, earlier: readonly RoleBlock[]): Reference[] {
  const own = card.regions[role];
  switch (cover) {
    case 'annex': return [own];
    case 'signature': return [own, ...earlier.map((block) => ({ id: roleIds(block.role, card.cardId).signature, digest: digestBase64(blockSignature(block)) }))];
    case 'block': return [own, ...earlier.map((block) => ({ id: roleIds(block.role, card.cardId).block, digest: digestBase64(writeRoleBlock(block)) }))];
  }
}
