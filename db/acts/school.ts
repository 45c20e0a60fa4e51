import { writeAudit } from '../audit.js';
import { noticeExtended } from '../notices/extended.js';
import { wakeSchools } from '../school/wake.js';
import { rows, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import type { ActContext } from './context.js';

export async function extendDeadline(db: Db, decision: DecisionRow<'extend_deadline'>, context: ActContext): Promise<void> {
  const { stage, dueAt, reason } = decision.payload;
  const key = { campaignId: decision.campaignId, schoolCode: decision.schoolCode, stage, dueAt };
  await touched(db, `
    INSERT INTO deadline_extension (campaign_id, school_code, stage, due_at, reason, decision_id)
    VALUES (:campaignId, :schoolCode, :stage, :dueAt, :reason, :id)`, { ...key, reason, id: decision.id });
  const moved = await rows<{ id: string }>(db, `
    UPDATE task SET due_at = :dueAt, escalated_at = NULL WHERE campaign_id = :campaignId AND school_code = :schoolCode AND CASE kind WHEN 'correct' THEN 'seal' ELSE kind END = :stage AND state = 'open' RETURNING id`, key);
  await noticeExtended(db, { campaignId: decision.campaignId ?? '', schoolCode: decision.schoolCode ?? '', decisionId: decision.id, stage, dueAt, taskIds: moved.map((task) => task.id) }, context);
  await auditSchool(db, decision, { stage, dueAt, reason });
}

export async function exemptSchool(db: Db, decision: DecisionRow<'exempt_school'>): Promise<void> {
  const { reason, until } = decision.payload;
  await touched(db, `
    UPDATE campaign_school SET exempt_reason = :reason, exempt_until = :until::date
    WHERE campaign_id = :campaignId AND school_code = :schoolCode`, { reason, until, campaignId: decision.campaignId, schoolCode: decision.schoolCode });
  await auditSchool(db, decision, { reason, until });
}

export async function grantAuthority(db: Db, decision: DecisionRow<'grant_authority'>): Promise<void> {
  await touched(db, `
    INSERT INTO authority (id, school_code, person_id, basis, instrument_number, instrument_date, signed_by, valid_from, valid_to, classes)
    VALUES (:id, :schoolCode, :personId, :basis, :instrumentNumber, :instrumentDate, :signedBy, :validFrom, :validTo, :classes::text[]) ON CONFLICT (id) DO NOTHING`,
  { ...decision.payload, id: decision.id, schoolCode: decision.schoolCode });
  await wakeSchools(db, { schoolCode: decision.schoolCode, exceptWorkflowId: decision.workflowId });
  await auditSchool(db, decision, { authorityId: decision.id, personId: decision.payload.personId, instrumentNumber: decision.payload.instrumentNumber });
}

export async function revokeAuthority(db: Db, decision: DecisionRow<'revoke_authority'>, now: string): Promise<void> {
  const { authorityId, reason } = decision.payload;
  await touched(db, 'UPDATE authority SET revoked_at = :now, revoked_reason = :reason WHERE id = :authorityId AND revoked_at IS NULL', { authorityId, reason, now });
  await wakeSchools(db, { schoolCode: decision.schoolCode, exceptWorkflowId: decision.workflowId });
  await auditSchool(db, decision, { authorityId, reason });
}

export async function grantException(db: Db, decision: DecisionRow<'grant_exception'>): Promise<void> {
  await touched(db, `
    INSERT INTO role_exception (id, school_code, person_id, instrument_number, instrument_date, reason, valid_from, valid_to)
    VALUES (:id, :schoolCode, :personId, :instrumentNumber, :instrumentDate, :reason, :validFrom, :validTo) ON CONFLICT DO NOTHING`,
  { ...decision.payload, id: decision.id, schoolCode: decision.schoolCode });
  await wakeSchools(db, { schoolCode: decision.schoolCode, exceptWorkflowId: decision.workflowId });
  await auditSchool(db, decision, { exceptionId: decision.id, personId: decision.payload.personId, instrumentNumber: decision.payload.instrumentNumber });
}

const auditSchool = (db: Db, decision: { act: string; actorId: string; id: string; schoolCode: string | null }, detail: Record<string, unknown>): Promise<void> =>
  writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'school', subjectId: decision.schoolCode ?? '', decisionId: decision.id, detail }]);
