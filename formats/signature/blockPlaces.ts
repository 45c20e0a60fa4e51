import { SIGNATURE_ROLES, type SignatureRole } from '../../domain/card.js';
import { ROLE_TAGS, type Profile } from '../card/profile.js';

/** A role block by its place in the card's bytes. */
export type BlockPlace = { role: SignatureRole; start: number; end: number; /** Its bytes, one letter each. */ letters: string };
export type BlockPlaces = { blocks: BlockPlace[]; insertAt: Record<SignatureRole, number> };

const ROLE_OF_TAG = new Map<string, SignatureRole>(SIGNATURE_ROLES.map((role) => [ROLE_TAGS[role], role]));

export const roleOfTag = (tag: string): SignatureRole | undefined => ROLE_OF_TAG.get(tag);

/**
 * Cuts what follows the data into role blocks, every byte of it: what is left over must be the frame, to the byte. A block reaches to
 * the first end tag of its name; whoever uses one writes it again from what it states and compares, so where a forged one would end
 * makes no difference.
 * @param from where DU_LIEU_HOC_BA ends
 */
export function findBlocks(bytes: Buffer, from: number, profile: Profile): BlockPlaces | 'not-canonical' | 'role-order' {
  const source = bytes.toString('latin1', from);
  const blocks: BlockPlace[] = [];
  const insertAt: Record<SignatureRole, number> = { teacher: -1, principal: -1, seal: -1 };
  let inOrder = true;
  let at = 0;
  for (const { tag, roles } of profile.holders) {
    const [open, close] = [`<${tag}>`, `</${tag}>`];
    if (!source.startsWith(open, at)) return 'not-canonical';
    at += open.length;
    while (!source.startsWith(close, at)) {
      const name = tagAt(source, at);
      const end = name === null ? -1 : source.indexOf(`</${name}>`, at);
      if (name === null || end < 0) return 'not-canonical';
      const role = ROLE_OF_TAG.get(name);
      inOrder &&= role !== undefined && roles.includes(role) && role === SIGNATURE_ROLES[blocks.length];
      const start = at;
      at = end + name.length + 3;
      blocks.push({ role: role ?? 'seal', start: from + start, end: from + at, letters: source.slice(start, at) });
    }
    for (const role of SIGNATURE_ROLES) if (roles.includes(role)) insertAt[role] = from + at;
    at += close.length;
  }
  if (source.slice(at) !== '</HOC_BA>') return 'not-canonical';
  return inOrder ? { blocks, insertAt } : 'role-order';
}

const START_TAG = /<([A-Z_]+)[ >]/y;

/** The name of the element that starts at a place, null when none does. */
export function tagAt(source: string, at: number): string | null {
  START_TAG.lastIndex = at;
  return START_TAG.exec(source)?.[1] ?? null;
}
