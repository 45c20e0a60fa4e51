import type { RefusalCode } from '../../domain/refusals.js';
import { writeAudit } from '../audit.js';
import { rows, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { applyRecords } from '../cards/draft.js';

type UploadDecision = DecisionRow<'import_units'> | DecisionRow<'import_expected'> | DecisionRow<'upload_roster'>;

/** The file waits for a batch worker to read it. */
export async function queueUpload(db: Db, decision: UploadDecision): Promise<void> {
  const { uploadId } = decision.payload;
  await touched(db, `INSERT INTO upload_reading (upload_id, state) VALUES (:uploadId, 'queued') ON CONFLICT DO NOTHING`, { uploadId });
  await writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'upload', subjectId: uploadId, decisionId: decision.id, to: 'queued' }]);
}

/** Applies the classes whose differences the clerk has seen; a class that moved on since then is left as it is. */
export async function confirmUpload(db: Db, decision: DecisionRow<'confirm_upload'>): Promise<RefusalCode | null> {
  const { uploadId } = decision.payload;
  const differing = await rows<{ class_id: string; class_version: number }>(db, `
    SELECT class_id, class_version FROM upload_class WHERE upload_id = :uploadId AND outcome = 'differs'`, { uploadId });
  const applied = await applyRecords(db, { uploadId, outcome: 'differs', actorId: decision.actorId, decisionId: decision.id });
  await touched(db, `UPDATE upload_reading SET state = 'applied', applied_at = now() WHERE upload_id = :uploadId AND state = 'waiting'`, { uploadId });
  return applied.length < differing.length ? 'class-changed' : null;
}

export async function discardUpload(db: Db, decision: DecisionRow<'discard_upload'>): Promise<void> {
  const { uploadId } = decision.payload;
  if (await touched(db, `UPDATE upload_reading SET state = 'discarded' WHERE upload_id = :uploadId AND state = 'waiting'`, { uploadId }) === 0) return;
  await writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'upload', subjectId: uploadId, decisionId: decision.id, from: 'waiting', to: 'discarded' }]);
}
