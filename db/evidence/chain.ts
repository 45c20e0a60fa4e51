import { rows, type Db } from '../connect.js';

export type ChainMaterial = { kind: 'certificate' | 'crl' | 'ocsp'; sha256: string; der: Buffer; occasion: 'receipt' | 'later' };
export type ChainLink = {
  evidenceId: string; kind: 'receipt' | 'renewal'; token: Buffer; genTime: Date; root: Buffer;
  /** Where the file (or the older evidence) stands among the leaves, and all of them, lower-case hex. */
  position: number; leaves: string[]; material: ChainMaterial[];
};

/** The evidence of a card as it is now: the token of its receipt, then each renewal over the one before. Empty: there is none. */
export async function evidenceChain(db: Db, cardId: string): Promise<ChainLink[]> {
  const links = await rows<Omit<ChainLink, 'material'>>(db, `
    WITH RECURSIVE chain AS (
      SELECT l.evidence_id, l.position, 1 AS place FROM evidence_leaf l JOIN report_card c ON c.id = l.card_id AND c.document_sha256 = l.sha256
      JOIN evidence e ON e.id = l.evidence_id AND e.token IS NOT NULL WHERE l.card_id = :cardId
      UNION ALL
      SELECT l.evidence_id, l.position, chain.place + 1 FROM chain JOIN evidence_leaf l ON l.renews_id = chain.evidence_id JOIN evidence e ON e.id = l.evidence_id AND e.token IS NOT NULL)
    SELECT e.id AS "evidenceId", e.kind, e.token, e.gen_time AS "genTime", e.root, chain.position,
      (SELECT array_agg(l.sha256 ORDER BY l.position) FROM evidence_leaf l WHERE l.evidence_id = e.id) AS leaves
    FROM chain JOIN evidence e ON e.id = chain.evidence_id ORDER BY chain.place`, { cardId });
  const material = await rows<ChainMaterial & { evidenceId: string }>(db, `
    SELECT u.evidence_id AS "evidenceId", u.occasion, m.kind, m.sha256, m.der FROM evidence_use u JOIN evidence_material m ON m.sha256 = u.sha256
    WHERE u.evidence_id = ANY(:ids) ORDER BY m.kind, m.sha256`, { ids: links.map((link) => link.evidenceId) });
  return links.map((link) => ({ ...link, material: material.filter((one) => one.evidenceId === link.evidenceId).map(({ kind, sha256, der, occasion }) => ({ kind, sha256, der, occasion })) }));
}
