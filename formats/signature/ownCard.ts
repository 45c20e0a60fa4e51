import { SIGNATURE_ROLES, type Cover, type SignatureRole } from '../../domain/card.js';
import { CARD_LIMITS } from '../card/limits.js';
import { ROLE_TAGS, type Profile } from '../card/profile.js';
import { onlyChild, type XmlElement } from '../xml/element.js';
import { scanCanonical, type CanonicalElement } from '../xml/canonical.js';
import { escapeAttribute } from '../xml/text.js';
import { blockSignature, roleIds, writeRoleBlock, type RoleBlock } from './roleBlock.js';
import { digestBase64, type Reference } from './xmlSignature.js';

/** An own card taken apart by its bytes: the signed regions, and the role blocks in the order in which they stand. */
export type OwnCard = {
  profile: Profile;
  source: string;
  root: CanonicalElement;
  cardId: string;
  blocks: readonly { role: SignatureRole; element: CanonicalElement }[];
  /** Where each role's block goes. */
  insertAt: Record<SignatureRole, number>;
  /** What each role signs by the profile, hashed once however many roles sign it. */
  regions: Record<SignatureRole, Reference>;
  /** SO_CCCD of the named signers, from inside the signed data. */
  named: { teacher: string | null; principal: string | null };
};

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ROLE_OF_TAG = new Map<string, SignatureRole>(SIGNATURE_ROLES.map((role) => [ROLE_TAGS[role], role]));

/** @returns the fault when the bytes are not canonical, not laid out as we write, or their roles are not in the order of signing */
export function openOwnCard(bytes: Uint8Array, profile: Profile): OwnCard | 'not-canonical' | 'role-order' {
  const scan = scanCanonical(bytes, CARD_LIMITS);
  if (!scan.canonical) return 'not-canonical';
  const { source, root } = scan;
  const [data, ...holders] = root.children;
  if (data === undefined || holders.length !== profile.holders.length || holders.some(({ text }) => text !== '')) return 'not-canonical';
  // The frame around the data and the role blocks, to the byte: nothing may stand outside what the roles sign or what is written again.
  const frame = [data.start, data.end, ...holders.flatMap((holder) => [holder.innerStart, holder.innerEnd])];
  if (outside(source, frame) !== `<HOC_BA>${profile.holders.map(({ tag }) => `<${tag}></${tag}>`).join('')}</HOC_BA>`) return 'not-canonical';
  const content = profile.content === null ? data : data.children[0];
  const general = content && onlyChild(content, 'THONG_TIN_CHUNG');
  const named = (tag: string): string | null => (general && onlyChild(general, tag)?.text) ?? null;
  const cardId = named('MA_TRA_CUU_UUID') ?? '';
  if (content === undefined || !UUID_V4.test(cardId) || !framed(source, { data, content }, cardId, profile)) return 'not-canonical';

  const blocks = rolesIn(holders, profile);
  if (blocks === null) return 'role-order';
  const whole = { id: profile.dataId(cardId), digest: digestBase64(source.slice(data.start, data.end)) };
  const part = profile.content === null ? whole : { id: profile.content.id, digest: digestBase64(source.slice(content.start, content.end)) };
  const region = (role: SignatureRole): Reference => (profile.roles[role]?.region === 'content' ? part : whole);
  const insertAt = (role: SignatureRole): number => holders[profile.holders.findIndex(({ roles }) => roles.includes(role))]?.innerEnd ?? -1;
  return {
    profile, source, root, cardId, blocks,
    insertAt: { teacher: insertAt('teacher'), principal: insertAt('principal'), seal: insertAt('seal') },
    regions: { teacher: region('teacher'), principal: region('principal'), seal: region('seal') },
    named: { teacher: named('SO_CCCD_GIAO_VIEN_CHU_NHIEM'), principal: named('SO_CCCD_GIAM_HIEU_KY_HOC_BA') },
  };
}

/** What is left of a text when the spans between each two places are taken out. */
function outside(source: string, places: readonly number[]): string {
  const edges = [0, ...places, source.length];
  return edges.reduce((kept, from, place) => (place % 2 === 0 ? kept + source.slice(from, edges[place + 1]) : kept), '');
}

/** Whether the signed elements begin as we write them, and the one inside the other fills it. */
function framed(source: string, { data, content }: { data: CanonicalElement; content: CanonicalElement }, cardId: string, profile: Profile): boolean {
  const begins = (element: CanonicalElement, tag: string, id: string): boolean =>
    source.slice(element.start, element.innerStart) === `<${tag} ${profile.idAttribute}="${escapeAttribute(id)}">`;
  if (!begins(data, 'DU_LIEU_HOC_BA', profile.dataId(cardId)) || !content.children.every((child) => bare(child, profile))) return false;
  return profile.content === null || (begins(content, profile.content.tag, profile.content.id) && content.start === data.innerStart && content.end === data.innerEnd);
}

/** No attribute stands inside the content but the ids the layout gives to subjects' results: a second id would be somebody else's work. */
const bare = ({ name, attributes, children }: XmlElement, profile: Profile): boolean =>
  attributes.length === (name === profile.result?.tag ? 1 : 0) && children.every((child) => bare(child, profile));

/** The role blocks, or null when they are not the first ones of the order of signing, each in its holder. */
function rolesIn(holders: readonly CanonicalElement[], profile: Profile): OwnCard['blocks'] | null {
  const blocks = holders.flatMap((holder, place) => holder.children.map((element) => {
    const role = ROLE_OF_TAG.get(element.name);
    return role !== undefined && profile.holders[place]?.roles.includes(role) ? { role, element } : null;
  }));
  return blocks.every((block, place): block is OwnCard['blocks'][number] => block !== null && block.role === SIGNATURE_ROLES[place]) ? blocks : null;
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
