import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { rows } from '../../db/connect.js';
import { storeCertificates } from '../../db/evidence/signatures.js';
import { useMaterial } from '../../db/evidence/stamp.js';
import type { Instant } from '../../domain/brand.js';
import type { Bundle } from '../../formats/bundle/bundle.js';
import { composeBundle, type BundleInput } from '../../formats/bundle/compose.js';
import { writeBundle, type EvidenceBundle } from '../../formats/evidence/bundle.js';
import { evidenceDigest } from '../../formats/evidence/digest.js';
import { HashTree } from '../../formats/evidence/tree.js';
import { writeTimestampQuery } from '../../formats/evidence/timestampQuery.js';
import { readTimestampReply, readTimestampToken } from '../../formats/evidence/timestampToken.js';
import { ca } from './cards.js';
import { organisation } from './certificates.js';
import { evidenceTools, type EvidenceTools } from './evidence.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Real tokens over a hash tree of these files, as at receipt, and over that again for each renewal, with the lists and certificates of the moment. */
export async function stamped(files: readonly Buffer[], index: number, { cardId = randomUUID() as string, renewals = 0 } = {}): Promise<EvidenceBundle> {
  const { sources, trust } = await evidenceTools(ca, 'CA thử nghiệm');
  const anchors = [ca.certificate.raw, ...(await trust.tsaAnchors()).map(({ raw }) => raw)];
  const links: Parameters<typeof writeBundle>[1][number][] = [];
  for (let round = 0; round <= renewals; round += 1) {
    const before = links.at(-1);
    const leaves = before === undefined ? files.map(sha256) : [evidenceDigest({ token: before.token, material: before.material.map(({ der }) => sha256(der)) }).toString('hex')];
    const { root } = new HashTree(leaves.map((leaf) => Buffer.from(leaf, 'hex')));
    const lists = (await sources.revocationLists()).flatMap((list) => ('der' in list ? [list.der] : []));
    const token = await stamp(sources, root);
    const material = [
      ...[...token.certificates, ...anchors].map((der) => ({ kind: 'certificate' as const, der, occasion: 'receipt' as const })),
      ...lists.map((der) => ({ kind: 'crl' as const, der, occasion: 'receipt' as const })),
    ];
    links.push({ kind: before === undefined ? 'receipt' : 'renewal', token: token.token, genTime: token.genTime, root, position: before === undefined ? index : 0, leaves, material });
  }
  return writeBundle(cardId, links);
}

async function stamp({ timestamp }: EvidenceTools['sources'], digest: Buffer): Promise<{ token: Buffer; genTime: Date; certificates: Buffer[] }> {
  const reply = readTimestampReply(await timestamp(writeTimestampQuery({ digest, nonce: randomBytes(8), policy: null })));
  if (reply === null || !reply.granted) throw new Error('no token');
  const token = readTimestampToken(reply.token);
  if (token === null) throw new Error('unreadable token');
  return { token: reply.token, genTime: token.genTime, certificates: token.certificates };
}

/** A bundle of `document` as the hub makes it. */
export function bundleOf(cardId: string, document: Buffer, evidence: BundleInput['evidence'], status: 'in-force' | 'recalled' = 'in-force'): Bundle {
  const { key, der } = organisation(ca, '0999999999', { commonName: 'Sở GD&ĐT Mô Phỏng' });
  return composeBundle({
    card: { cardId, document, departmentName: 'Sở GD&ĐT Mô Phỏng </script>', status, receivedAt: new Date('2026-06-03T00:00:00Z') },
    evidence, revoked: [], signer: { key, certificate: der }, madeAt: '2026-06-20T01:00:00Z' as Instant,
  });
}

/** Stores a time-stamp over all documents of a class as the receiving activity would. */
export async function storeEvidence(db: Knex, classId: string): Promise<void> {
  const cards = await rows<{ id: string; document: Buffer; sha256: string; campaignId: string; schoolCode: string }>(db, `
    SELECT id, document, document_sha256 AS sha256, campaign_id AS "campaignId", school_code AS "schoolCode" FROM report_card WHERE class_id = :classId AND document IS NOT NULL ORDER BY id`, { classId });
  const root = new HashTree(cards.map(({ sha256: digest }) => Buffer.from(digest, 'hex'))).root;
  const { token, genTime, certificates } = await stamp((await evidenceTools(ca, 'CA thử nghiệm')).sources, root);
  const id = randomUUID();
  await db('evidence').insert({
    id, kind: 'receipt', campaign_id: cards[0]!.campaignId, school_code: cards[0]!.schoolCode, state: 'stamped', root, leaves: cards.length, token, gen_time: genTime, stamped_at: genTime,
  });
  await db('evidence_leaf').insert(cards.map((card, position) => ({ evidence_id: id, position, sha256: card.sha256, card_id: card.id })));
  await storeCertificates(db, certificates.map((der) => ({ fingerprint: sha256(der), der })));
  await useMaterial(db, [id], certificates.map(sha256), 'receipt');
}
