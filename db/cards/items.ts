import { byteArrays, rows, touched, type Db } from '../connect.js';

/** SQL on `signature_item i`: its batch is still at work on the card, so that no other may take it. */
export const AT_WORK = `i.state IN ('new', 'prepared', 'collected')`;
/** SQL: whether a batch holds a card, or a card of a class. @param id SQL of its id */
export const cardInBatch = (id: string): string => `EXISTS (SELECT FROM signature_item i WHERE i.card_id = ${id} AND ${AT_WORK})`;
export const classInBatch = (id: string): string => `EXISTS (SELECT FROM signature_item i WHERE i.class_id = ${id} AND ${AT_WORK})`;
/** SQL: whether this batch (`:batchId`) holds the card `c`. */
export const IN_THIS_BATCH = `EXISTS (SELECT FROM signature_item i WHERE i.batch_id = :batchId AND i.card_id = c.id AND ${AT_WORK})`;

export type PreparedItem = { cardId: string; block: Buffer; digest: Buffer };
export type WrittenCard = { cardId: string; document: Buffer; sha256: string; context: unknown; approverId: string };
export type DroppedItem = { cardId: string; code: string };

/** Stores freshly written, still unsigned documents of drafted cards. */
export async function storeDocuments(db: Db, batchId: string, cards: readonly WrittenCard[]): Promise<void> {
  if (cards.length === 0) return;
  await touched(db, `
    UPDATE report_card c SET document = d.document, document_sha256 = d.sha256, context = d.context::jsonb, approver_person_id = d.approver_id
    FROM unnest(:ids::uuid[], :documents::bytea[], :digests::text[], :contexts::text[], :approvers::uuid[]) AS d(id, document, sha256, context, approver_id)
    WHERE c.id = d.id AND c.state = 'drafted' AND ${IN_THIS_BATCH}`,
  {
    batchId, ids: cards.map((card) => card.cardId), documents: byteArrays(cards.map((card) => card.document)), digests: cards.map((card) => card.sha256),
    contexts: cards.map((card) => JSON.stringify(card.context)), approvers: cards.map((card) => card.approverId),
  });
}

export async function storePrepared(db: Db, batchId: string, items: readonly PreparedItem[]): Promise<void> {
  if (items.length === 0) return;
  await touched(db, `
    UPDATE signature_item i SET block = p.block, digest = p.digest, state = 'prepared'
    FROM unnest(:ids::uuid[], :blocks::bytea[], :digests::bytea[]) AS p(id, block, digest) WHERE i.batch_id = :batchId AND i.card_id = p.id AND i.state = 'new'`,
  { batchId, ids: items.map((item) => item.cardId), blocks: byteArrays(items.map((item) => item.block)), digests: byteArrays(items.map((item) => item.digest)) });
}

/** Takes cards out of a batch with a reason; they go back to their task. */
export async function dropItems(db: Db, batchId: string, dropped: readonly DroppedItem[]): Promise<void> {
  if (dropped.length === 0) return;
  const ids = dropped.map((item) => item.cardId);
  await touched(db, `
    WITH freed AS (
      UPDATE signature_item i SET state = 'dropped', failure_code = d.code FROM unnest(:ids::uuid[], :codes::text[]) AS d(id, code)
      WHERE i.batch_id = :batchId AND i.card_id = d.id AND ${AT_WORK} RETURNING i.class_id)
    UPDATE task SET version = version + 1 WHERE state = 'open' AND class_id IN (SELECT class_id FROM freed)`, { batchId, ids, codes: dropped.map((item) => item.code) });
}

/** Ends a batch whose certificate may not be used: what is not attached yet goes back to its task. @returns false when a later attempt has taken over */
export async function refuseBatch(db: Db, { batchId, fence, code }: { batchId: string; fence: number; code: string }): Promise<boolean> {
  if (!await holdsFence(db, batchId, fence)) return false;
  const open = await rows<{ cardId: string }>(db, `SELECT card_id AS "cardId" FROM signature_item WHERE batch_id = :batchId AND state NOT IN ('attached', 'dropped')`, { batchId });
  await dropItems(db, batchId, open.map(({ cardId }) => ({ cardId, code })));
  // Some may have been attached before an attempt was cut off: they were good then, and stay.
  return await touched(db, `
    UPDATE signature_batch b SET failure_code = :code, state = CASE WHEN s.some THEN 'attached' ELSE 'failed' END, attached_at = CASE WHEN s.some THEN now() END
    FROM (SELECT EXISTS (SELECT FROM signature_item WHERE batch_id = :batchId AND state = 'attached') AS some) s
    WHERE b.id = :batchId AND b.fence = :fence AND b.state IN ('new', 'prepared', 'collected')`, { batchId, fence, code }) === 1;
}

export type ItemDocument = { cardId: string; document: Buffer };
/** Documents of a batch's items that are still to be prepared (principal, seal). */
export const documentsToPrepare = (db: Db, batchId: string, limit: number): Promise<ItemDocument[]> => rows(db, `
  SELECT c.id AS "cardId", c.document FROM signature_item i JOIN report_card c ON c.id = i.card_id
  WHERE i.batch_id = :batchId AND i.state = 'new' ORDER BY c.id LIMIT :limit`, { batchId, limit });

export type SignedItem = ItemDocument & { block: Buffer; signature: Buffer };
/** Items whose signature value has arrived and is not attached yet. */
export const itemsToAttach = (db: Db, batchId: string, limit: number): Promise<SignedItem[]> => rows(db, `
  SELECT c.id AS "cardId", c.document, i.block, i.signature FROM signature_item i JOIN report_card c ON c.id = i.card_id
  WHERE i.batch_id = :batchId AND i.state = 'collected' ORDER BY c.id LIMIT :limit`, { batchId, limit });

/** Moves a batch on, if this attempt still holds it. @returns false when a later attempt has taken over */
export async function moveBatch(db: Db, input: { batchId: string; fence: number; from: string; to: string; set?: string; bindings?: Record<string, unknown> }): Promise<boolean> {
  return await touched(db, `
    UPDATE signature_batch SET state = :to ${input.set === undefined ? '' : `, ${input.set}`} WHERE id = :batchId AND fence = :fence AND state = :from`,
  { ...input.bindings, batchId: input.batchId, fence: input.fence, from: input.from, to: input.to }) === 1;
}

/** Throws away this attempt's chance to write when a later one has taken the batch. */
export const holdsFence = async (db: Db, batchId: string, fence: number): Promise<boolean> =>
  (await rows(db, 'SELECT 1 FROM signature_batch WHERE id = :batchId AND fence = :fence FOR UPDATE', { batchId, fence })).length === 1;
