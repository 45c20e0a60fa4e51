import { createHash } from 'node:crypto';
import type { PathValidator } from '../trust/question.js';
import { proofOf, type EvidenceBundle } from './bundle.js';
import { evidenceDigest } from './digest.js';
import { rootOfProof } from './tree.js';
import { verifyTimestamp, type TimestampCode } from './verifyTimestamp.js';

export const EVIDENCE_CODES = {
  'valid': 'Bằng chứng thời gian hợp lệ: tệp đã có đúng như vậy vào thời điểm được chứng nhận.',
  'other-file': 'Bằng chứng này thuộc về tệp khác, hoặc tệp đã bị thay đổi sau khi Sở nhận.',
  'proof-broken': 'Đường dẫn từ tệp tới gốc cây băm không khớp; lấy lại bằng chứng từ Sở.',
  'chain-broken': 'Dấu thời gian gia hạn không nối với bằng chứng trước đó; lấy lại bằng chứng từ Sở.',
} as const;
export type EvidenceCode = keyof typeof EVIDENCE_CODES | TimestampCode;

export type EvidenceVerdict =
  | { verdict: 'valid'; code: 'valid'; /** The proven time: of the receipt's token. */ provenAt: Date; renewedAt: Date | null }
  | { verdict: 'invalid' | 'not-provable'; code: EvidenceCode; /** Which token, from 0; null: not one of them. */ link: number | null };

/**
 * Whether a bundle proves that these very bytes existed at the time of its first token. Every link is checked at its own time: the proof
 * leads to the root, the token stamps the root, and each renewal covers all that the link before consists of.
 * @param anchors roots of the accepted time-stamping authorities
 */
export async function verifyBundle(tools: { opensslPath: string; validator: PathValidator }, input: { file: Uint8Array; bundle: EvidenceBundle; anchors: readonly Uint8Array[] }): Promise<EvidenceVerdict> {
  const { links } = input.bundle;
  let expected: Buffer = createHash('sha256').update(input.file).digest();
  for (const [place, link] of links.entries()) {
    const fault = (code: EvidenceCode, verdict: 'invalid' | 'not-provable' = 'invalid'): EvidenceVerdict => ({ verdict, code, link: place });
    if (link.sha256 !== expected.toString('hex')) return place === 0 ? fault('other-file') : fault('chain-broken');
    if ((link.kind === 'receipt') !== (place === 0)) return fault('chain-broken');
    const root = rootOfProof(expected, proofOf(link));
    if (root === null || root.toString('hex') !== link.root) return fault('proof-broken');
    const token = Buffer.from(link.token, 'base64');
    const crls = link.crls.map(({ der }) => Buffer.from(der, 'base64'));
    const ocsps = link.ocsps.map(({ der }) => Buffer.from(der, 'base64'));
    const answer = await verifyTimestamp(tools, { token, digest: root, nonce: null, anchors: input.anchors, crls, ocsps });
    if (answer.verdict !== 'valid') return fault(answer.code, answer.verdict);
    if (answer.token.genTime.toISOString() !== link.genTime) return fault('chain-broken');
    expected = evidenceDigest({ token, material: [...link.certificates, ...[...link.crls, ...link.ocsps].map(({ der }) => der)].map((der) => createHash('sha256').update(Buffer.from(der, 'base64')).digest('hex')) });
  }
  const [first, ...renewals] = links.map(({ genTime }) => new Date(genTime));
  return { verdict: 'valid', code: 'valid', provenAt: first as Date, renewedAt: renewals.at(-1) ?? null };
}
