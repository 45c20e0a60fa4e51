import { SIGNATURE_ROLES, type Cover, type SignatureRole } from '../../domain/card.js';
import { ROLE_TAGS } from '../card/profile.js';
import { CARD_LIMITS } from '../card/limits.js';
import { attributeOf, onlyChild } from '../xml/element.js';
import { scanCanonical, type CanonicalElement } from '../xml/canonical.js';
import { blockSignature, roleIds, writeRoleBlock, type RoleBlock } from './roleBlock.js';
import { digestBase64, type Reference } from './xmlSignature.js';

/** An own card taken apart by its bytes: the signed region, and the role blocks in the order in which they stand. */
export type OwnCard = {
  source: string;
  root: CanonicalElement;
  cardId: string;
  dataId: string;
  /** Base64 SHA-256 of DU_LIEU_HOC_BA, computed once for all roles. */
  dataDigest: string;
  /** Where the next role block goes. */
  insertAt: number;
  blocks: readonly { role: SignatureRole; element: CanonicalElement }[];
  /** SO_CCCD of the named signers, from inside the signed data. */
  named: { teacher: string | null; principal: string | null };
};

const DATA_ID = /^data-([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/;
const ROLE_OF_TAG = new Map<string, SignatureRole>(SIGNATURE_ROLES.map((role) => [ROLE_TAGS[role], role]));

/** @returns the fault when the bytes are not canonical, not laid out as we write, or their roles are not in the order of signing */
export function openOwnCard(bytes: Uint8Array): OwnCard | 'not-canonical' | 'role-order' {
  const scan = scanCanonical(bytes, CARD_LIMITS);
  if (!scan.canonical) return 'not-canonical';
  const { source, root } = scan;
  const [data, signatures] = root.children;
  const cardId = data && DATA_ID.exec(attributeOf(data, 'id') ?? '')?.[1];
  if (!data || !signatures || cardId === undefined || root.children.length !== 2) return 'not-canonical';
  // The frame around the two parts, to the byte: nothing may stand outside what the roles sign or what is written again.
  const frame = source.slice(0, data.start) + source.slice(data.end, signatures.innerStart) + source.slice(signatures.innerEnd);
  if (frame !== '<HOC_BA><DANH_SACH_THONG_TIN_KY></DANH_SACH_THONG_TIN_KY></HOC_BA>') return 'not-canonical';
  if (source.slice(data.start, data.innerStart) !== `<DU_LIEU_HOC_BA id="data-${cardId}">` || signatures.text !== '') return 'not-canonical';

  const blocks = signatures.children.map((element) => ({ role: ROLE_OF_TAG.get(element.name), element }));
  if (!blocks.every((block, place): block is OwnCard['blocks'][number] => block.role === SIGNATURE_ROLES[place])) return 'role-order';
  const general = onlyChild(data, 'THONG_TIN_CHUNG');
  const named = (tag: string): string | null => (general && onlyChild(general, tag)?.text) ?? null;
  return {
    source, root, cardId, blocks,
    dataId: `data-${cardId}`,
    dataDigest: digestBase64(source.slice(data.start, data.end)),
    insertAt: signatures.innerEnd,
    named: { teacher: named('SO_CCCD_GIAO_VIEN_CHU_NHIEM'), principal: named('SO_CCCD_GIAM_HIEU_KY_HOC_BA') },
  };
}

/** The regions a role signs under `cover` (spec §3.1): the data, and for later roles the earlier ones' Signature or block. */
export function coveredRegions(card: OwnCard, cover: Cover, earlier: readonly RoleBlock[]): Reference[] {
  const data = { id: card.dataId, digest: card.dataDigest };
  switch (cover) {
    case 'annex': return [data];
    case 'signature': return [data, ...earlier.map((block) => ({ id: roleIds(block.role, card.cardId).signature, digest: digestBase64(blockSignature(block)) }))];
    case 'block': return [data, ...earlier.map((block) => ({ id: roleIds(block.role, card.cardId).block, digest: digestBase64(writeRoleBlock(block)) }))];
  }
}
