import { touched, type Db } from './connect.js';

export type AuditSubject = 'card' | 'class' | 'school' | 'campaign' | 'person' | 'packet' | 'task' | 'upload' | 'directory' | 'report';
export type AuditEntry = {
  actorId: string | null; act: string; subjectKind: AuditSubject; subjectId: string; decisionId?: string | null; from?: string; to?: string; detail?: Record<string, unknown>;
};

/** Appends to the audit trail, in the transaction of what it tells about. `detail` holds ids, codes and the actor's own reason. */
export async function writeAudit(db: Db, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await touched(db, `
    INSERT INTO audit (actor_id, act, subject_kind, subject_id, from_state, to_state, decision_id, detail)
    SELECT "actorId", act, "subjectKind", "subjectId", "from", "to", "decisionId", detail
    FROM jsonb_to_recordset(:entries) AS e("actorId" uuid, act text, "subjectKind" text, "subjectId" text, "from" text, "to" text, "decisionId" uuid, detail jsonb)`,
  { entries: JSON.stringify(entries) });
}
