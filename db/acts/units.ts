import type { Instant } from '../../domain/brand.js';
import { writeAudit } from '../audit.js';
import { row, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { applyUnits } from '../directory/apply.js';
import { endRole, grantById } from '../directory/ending.js';
import type { UnitsImport } from '../directory/import.js';
import { noticeRole } from '../mail/standing.js';
import type { ActContext } from './context.js';

const REASON = 'Không còn trong danh mục nhân sự mới nạp';

/** Applies a workbook whose differences the coordinator has seen; only the roles that were ticked end, by the same road as one by one. */
export async function applyWaitingUnits(db: Db, decision: DecisionRow<'apply_units'>, context: ActContext): Promise<void> {
  const { uploadId, putOut } = decision.payload;
  const reading = await row<{ content: UnitsImport; summary: Record<string, unknown> }>(db, `
    SELECT content, summary FROM upload_reading WHERE upload_id = :uploadId AND state = 'waiting' FOR UPDATE`, { uploadId });
  if (reading === undefined) throw new Error('a workbook was judged to wait and does not');
  // The transaction's own time: what is ended here must count as ended for the import below.
  const at = (await row<{ now: Date }>(db, 'SELECT now() AS now'))!.now.toISOString() as Instant;
  for (const grantId of new Set(putOut)) {
    const grant = await grantById(db, grantId);
    if (grant === undefined) continue;
    await endRole(db, grant, { at, now: at, reason: REASON });
    await noticeRole(db, { grant, notice: 'role-ended', from: at, round: decision.id }, context);
    await writeAudit(db, [{
      actorId: decision.actorId, act: 'revoke_role', subjectKind: 'person', subjectId: grant.personId, decisionId: decision.id,
      detail: { grantId, role: grant.role, officeCode: grant.officeCode, schoolCode: grant.schoolCode, from: at, reason: REASON, uploadId },
    }]);
  }
  await touched(db, `UPDATE upload_reading SET state = 'applied', applied_at = now(), content = NULL WHERE upload_id = :uploadId`, { uploadId });
  await applyUnits(db, { units: reading.content, uploadId, actorId: decision.actorId, decisionId: decision.id, summary: { ...reading.summary, putOut: putOut.length } }, context);
}

export async function discardUnits(db: Db, decision: DecisionRow<'discard_units'>): Promise<void> {
  const { uploadId } = decision.payload;
  await touched(db, `UPDATE upload_reading SET state = 'discarded', content = NULL WHERE upload_id = :uploadId AND state = 'waiting'`, { uploadId });
  await writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'upload', subjectId: uploadId, decisionId: decision.id, from: 'waiting', to: 'discarded' }]);
}
