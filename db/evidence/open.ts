import { randomUUID } from 'node:crypto';
import type { WaitCode } from '../../domain/evidence.js';
import { rows, touched, row, type Db } from '../connect.js';
import type { SchoolKey } from '../school/tasks.js';

/** Most files under one token: a proof is then 12 hashes long, and an attempt takes seconds. */
const MOST_LEAVES = 4_000;

/** Cards that are sealed and not yet under a token that is being fetched; a seal batch that is still attaching joins when it is whole. */
const SEALED = `
  c.campaign_id = :campaignId AND c.school_code = :schoolCode AND c.state = 'sealed'
  AND EXISTS (SELECT FROM card_signature s WHERE s.card_id = c.id AND s.role = 'seal')
  AND NOT EXISTS (SELECT FROM signature_item i JOIN signature_batch b ON b.id = i.batch_id WHERE i.card_id = c.id AND i.state = 'attached' AND b.role = 'seal' AND b.state = 'collected')`;

/** Whether any card of a school waits for its evidence. */
export const evidenceDue = async (db: Db, key: SchoolKey): Promise<boolean> => await row(db, `SELECT 1 FROM report_card c WHERE ${SEALED} LIMIT 1`, key) !== undefined;

export type SealedFile = { cardId: string; sha256: string };

/**
 * Puts every sealed card that is under no open evidence into a new one. What an open one holds stays as it is: a repeated attempt asks
 * for a token over the same root.
 * @param root of the hash tree over the files, in the order given
 * @returns ids of the school's open evidence, oldest first
 */
export async function openEvidence(db: Db, key: SchoolKey, root: (files: readonly SealedFile[]) => Buffer): Promise<string[]> {
  for (;;) {
    const files = await rows<SealedFile>(db, `
      SELECT c.id AS "cardId", c.document_sha256 AS sha256 FROM report_card c WHERE ${SEALED}
        AND NOT EXISTS (SELECT FROM evidence_leaf l JOIN evidence e ON e.id = l.evidence_id WHERE l.card_id = c.id AND l.sha256 = c.document_sha256 AND e.state = 'open')
      ORDER BY c.class_id, c.id LIMIT ${MOST_LEAVES}`, key);
    if (files.length === 0) break;
    await openReceipt(db, key, files, root);
  }
  return (await rows<{ id: string }>(db, `
    SELECT e.id FROM evidence e WHERE e.campaign_id = :campaignId AND e.school_code = :schoolCode AND e.state = 'open' ORDER BY e.created_at, e.id`, key)).map((one) => one.id);
}

async function openReceipt(db: Db, { campaignId, schoolCode }: SchoolKey, files: readonly SealedFile[], root: (files: readonly SealedFile[]) => Buffer): Promise<string> {
  const id = randomUUID();
  await touched(db, `INSERT INTO evidence (id, kind, campaign_id, school_code, state, root, leaves) VALUES (:id, 'receipt', :campaignId, :schoolCode, 'open', :root, :leaves)`,
    { id, campaignId, schoolCode, root: root(files), leaves: files.length });
  await touched(db, `
    INSERT INTO evidence_leaf (evidence_id, position, sha256, card_id)
    SELECT :id, f.place - 1, f.sha256, f.card_id FROM unnest(:cardIds::uuid[], :digests::text[]) WITH ORDINALITY AS f(card_id, sha256, place)`,
  { id, cardIds: files.map((file) => file.cardId), digests: files.map((file) => file.sha256) });
  return id;
}

/**
 * Parts an open evidence, so that what can go on does not wait for what cannot. It is withdrawn, never stamped; its files stand in the new ones.
 * @param lotOf to which lot a card belongs
 * @returns ids of the new ones; empty when a later attempt has taken over
 */
export async function partEvidence(db: Db, input: { key: SchoolKey; id: string; fence: number; lotOf: (cardId: string) => string; root: (files: readonly SealedFile[]) => Buffer }): Promise<string[]> {
  const { key, id, fence, lotOf, root } = input;
  if (await touched(db, `UPDATE evidence SET state = 'withdrawn', wait_code = NULL, wait_since = NULL WHERE id = :id AND fence = :fence AND state = 'open'`, { id, fence }) !== 1) return [];
  const lots = new Map<string, SealedFile[]>();
  for (const file of await rows<SealedFile>(db, 'SELECT card_id AS "cardId", sha256 FROM evidence_leaf WHERE evidence_id = :id ORDER BY position', { id })) {
    lots.set(lotOf(file.cardId), [...lots.get(lotOf(file.cardId)) ?? [], file]);
  }
  const ids: string[] = [];
  for (const files of lots.values()) ids.push(await openReceipt(db, key, files, root));
  return ids;
}

export type OpenEvidence = { id: string; fence: number; root: Buffer; leaves: number };

/** Takes an open evidence for one attempt; undefined when it is no longer open. */
export const takeEvidence = (db: Db, id: string): Promise<OpenEvidence | undefined> => row<OpenEvidence>(db, `
  UPDATE evidence SET fence = fence + 1 WHERE id = :id AND state = 'open' RETURNING id, fence, root, leaves`, { id });

/** Says why no evidence could be had; the first of such attempts gives the time since when. */
export async function evidenceWaits(db: Db, { id, fence, code }: { id: string; fence: number; code: WaitCode }): Promise<void> {
  await touched(db, `
    UPDATE evidence SET wait_since = CASE WHEN wait_code = :code THEN wait_since ELSE coalesce(wait_since, now()) END, wait_code = :code
    WHERE id = :id AND fence = :fence AND state = 'open'`, { id, fence, code });
}
