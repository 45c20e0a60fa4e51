import { row, rows, type Db } from '../connect.js';

export type StoredEvidence = {
  root: Buffer; token: Buffer; genTime: Date;
  /** Place of the card among the files that were stamped together, and their SHA-256 in order (lower-case hex). */
  index: number; files: string[];
  certificates: Buffer[]; crls: Buffer[];
};

/** The newest time-stamp over the card's bytes as they are now, with all that was collected with it; undefined when there is none. */
export async function cardEvidence(db: Db, input: { cardId: string }): Promise<StoredEvidence | undefined> {
  const found = await row<{ id: string; root: Buffer; token: Buffer; genTime: Date; index: number }>(db, `
    SELECT e.id, e.root, e.token, e.gen_time AS "genTime", l.position AS index FROM evidence_leaf l JOIN evidence e ON e.id = l.evidence_id JOIN report_card c ON c.id = l.card_id
    WHERE l.card_id = :cardId AND l.sha256 = c.document_sha256 AND e.kind = 'receipt' AND e.token IS NOT NULL ORDER BY e.gen_time DESC LIMIT 1`, input);
  if (found === undefined) return undefined;
  const { id, ...stamp } = found;
  const files = await rows<{ sha256: string }>(db, 'SELECT sha256 FROM evidence_leaf WHERE evidence_id = :id ORDER BY position', { id });
  const material = await rows<{ kind: 'certificate' | 'crl'; der: Buffer }>(db, 'SELECT m.kind, m.der FROM evidence_use u JOIN evidence_material m ON m.sha256 = u.sha256 WHERE u.evidence_id = :id ORDER BY m.sha256', { id });
  const of = (kind: 'certificate' | 'crl'): Buffer[] => material.filter((one) => one.kind === kind).map(({ der }) => der);
  return { ...stamp, files: files.map(({ sha256 }) => sha256), certificates: of('certificate'), crls: of('crl') };
}
