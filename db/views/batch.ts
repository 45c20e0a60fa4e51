import type { SigningBatch } from '../../domain/signingProgress.js';
import { row, type Db } from '../connect.js';
import { signingBatches } from './signing.js';

/** One signing with its school; undefined when there is none. */
export async function signingBatch(db: Db, input: { batchId: string }): Promise<{ batch: SigningBatch; schoolCode: string; schoolName: string; classId: string | null } | undefined> {
  const place = await row<{ schoolCode: string; schoolName: string; classId: string | null }>(db, `
    SELECT b.school_code AS "schoolCode", s.name AS "schoolName",
      (SELECT i.class_id FROM signature_item i WHERE i.batch_id = b.id LIMIT 1) AS "classId"
    FROM signature_batch b JOIN school s ON s.code = b.school_code WHERE b.id = :batchId`, input);
  if (place === undefined) return undefined;
  const [batch] = await signingBatches(db, { schoolCode: place.schoolCode, batchId: input.batchId, limit: 1 });
  return batch === undefined ? undefined : { batch, ...place };
}
