import { writeAudit } from '../audit.js';
import { rows, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { wakeSchools } from '../school/wake.js';

/** From now on the hub seals with this key; one given earlier is deleted. */
export async function giveSeal(db: Db, decision: DecisionRow<'give_seal'>): Promise<void> {
  const { payload: { keyId, fingerprint }, schoolCode } = decision;
  const replaced = await endKeys(db, decision, 'school_code = :schoolCode AND id <> :keyId');
  await touched(db, 'UPDATE seal_key SET used_from = now() WHERE id = :keyId AND used_from IS NULL', { keyId });
  await wakeSchools(db, { schoolCode, exceptWorkflowId: decision.workflowId });
  await auditSeal(db, decision, { fingerprint, replaced });
}

/** The key is gone with this transaction; signings it has not given yet end with that reason when a worker comes to them. */
export async function withdrawSeal(db: Db, decision: DecisionRow<'withdraw_seal'>): Promise<void> {
  await endKeys(db, decision, 'school_code = :schoolCode AND id = :keyId');
  await wakeSchools(db, { schoolCode: decision.schoolCode, exceptWorkflowId: decision.workflowId });
  await auditSeal(db, decision, { reason: decision.payload.reason });
}

/** A key whose giving was refused when a worker judged it again: nothing of it stays. */
export async function forgetSeal(db: Db, decision: DecisionRow<'give_seal'>): Promise<void> {
  await touched(db, 'DELETE FROM seal_key WHERE id = :keyId AND given_by = :actorId AND used_from IS NULL', { keyId: decision.payload.keyId, actorId: decision.actorId });
}

const endKeys = async (db: Db, decision: DecisionRow<'give_seal'> | DecisionRow<'withdraw_seal'>, which: string): Promise<string[]> => (await rows<{ id: string }>(db, `
  UPDATE seal_key SET sealed_key = NULL, ended_at = now(), ended_by = :actorId WHERE used_from IS NOT NULL AND ended_at IS NULL AND ${which} RETURNING id`,
{ actorId: decision.actorId, schoolCode: decision.schoolCode, keyId: decision.payload.keyId })).map(({ id }) => id);

const auditSeal = (db: Db, decision: DecisionRow<'give_seal'> | DecisionRow<'withdraw_seal'>, detail: Record<string, unknown>): Promise<void> =>
  writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'school', subjectId: decision.schoolCode ?? '', decisionId: decision.id, detail: { keyId: decision.payload.keyId, ...detail } }]);
