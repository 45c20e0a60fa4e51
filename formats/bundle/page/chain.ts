import type { EvidenceBundle } from '../../evidence/bundle.js';
import { digestOf } from './certificate.js';
import { fromBase64, fromHex, joined, toHex } from './der.js';
import { checkToken, rootOf } from './timestamp.js';

/** What one token of the evidence shows; `fault` where it does not. Nothing after the first fault is looked at. */
export type CheckedLink = { place: number; index: number; size: number; fault: string } | { place: number; index: number; size: number; fault: null; genTime: string; authority: string; certificate: Uint8Array };

/**
 * Follows the evidence from the card: the first token stamps a tree in which it is a leaf, each later one a tree in which all that the
 * token before consists of is a leaf.
 * @param digest SHA-256 of the card
 */
export async function checkChain({ links }: EvidenceBundle, digest: Uint8Array): Promise<CheckedLink[]> {
  const checked: CheckedLink[] = [];
  let expected = digest;
  for (const [place, link] of links.entries()) {
    const one = { place, index: link.proof.index, size: link.proof.size };
    const root = await rootOf(expected, link.proof);
    if (root === null || toHex(root) !== link.root || link.sha256 !== toHex(expected) || (link.kind === 'receipt') !== (place === 0)) {
      return [...checked, { ...one, fault: place === 0 ? 'Học bạ này không nằm trong lô đã được đóng dấu thời gian.' : 'Dấu thời gian gia hạn không nối với bằng chứng trước đó.' }];
    }
    const token = await checkToken(fromBase64(link.token), root, link.certificates.map(fromBase64));
    if ('fault' in token) return [...checked, { ...one, fault: token.fault }];
    checked.push({ ...one, fault: null, ...token });
    expected = await digestOfLink(link);
  }
  return checked;
}

/** What stands for an evidence in the next one's tree: its token and all that was collected with it (formats/evidence/digest.ts). */
async function digestOfLink({ token, certificates, crls, ocsps }: EvidenceBundle['links'][number]): Promise<Uint8Array> {
  const material = await Promise.all([...certificates, ...[...crls, ...ocsps].map(({ der }) => der)].map(async (der) => toHex(await digestOf(fromBase64(der)))));
  return digestOf(joined(new TextEncoder().encode('hoc-ba-so evidence 1\0'), await digestOf(fromBase64(token)), ...[...new Set(material)].sort().map(fromHex)));
}
