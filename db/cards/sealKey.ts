import { row, rows, type Db } from '../connect.js';

/** Whether a batch is signed by the hub with the school's own key. */
export const isSignedHere = async (db: Db, batchId: string): Promise<boolean> => await row(db, 'SELECT 1 FROM signature_batch WHERE id = :batchId AND seal_key_id IS NOT NULL', { batchId }) !== undefined;

/** The key as sealed at rest; undefined when it is not the one with which the school seals now. */
export const sealedKeyInUse = async (db: Db, keyId: string): Promise<Buffer | undefined> => (await row<{ sealed_key: Buffer }>(db, `
  SELECT k.sealed_key FROM seal_key k JOIN school_seal z ON z.key_id = k.id WHERE k.id = :keyId`, { keyId }))?.sealed_key;

/** The same question for the transaction that takes what the key has signed: until its end nobody withdraws the key. */
export async function holdsSealKey(trx: Db, keyId: string): Promise<boolean> {
  await row(trx, 'SELECT 1 FROM seal_key WHERE id = :keyId FOR SHARE', { keyId });
  return await row(trx, 'SELECT 1 FROM school_seal WHERE key_id = :keyId', { keyId }) !== undefined;
}

export type PreparedBlock = { cardId: string; block: Buffer; digest: Buffer };
export const preparedBlocks = (db: Db, batchId: string): Promise<PreparedBlock[]> => rows<PreparedBlock>(db, `
  SELECT card_id AS "cardId", block, digest FROM signature_item WHERE batch_id = :batchId AND state = 'prepared' ORDER BY card_id`, { batchId });
