import type { RefusalCode } from '../../domain/refusals.js';
import { row, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { approvedSeals } from '../vendor/cards.js';

type SealDecision = DecisionRow<'give_seal'> | DecisionRow<'withdraw_seal'>;
type StoredKey = { givenBy: string; used: boolean; ended: boolean; fingerprint: string; valid: boolean };

/** The head answers for the school's seal, or who is in charge while there is none; a deputy who signs for the head does not. The Sở may take it away. */
export async function judgeSealAct(db: Db, decision: SealDecision): Promise<RefusalCode | null> {
  const key = await row<StoredKey>(db, `
    SELECT k.given_by AS "givenBy", k.used_from IS NOT NULL AS used, k.ended_at IS NOT NULL AS ended, c.fingerprint, c.valid_from <= now() AND now() < c.valid_to AND c.revoked_at IS NULL AS valid
    FROM seal_key k JOIN certificate c ON c.id = k.certificate_id WHERE k.id = :keyId AND k.school_code = :schoolCode`, { keyId: decision.payload.keyId, schoolCode: decision.schoolCode });
  if (key === undefined) return 'not-found';
  return decision.act === 'give_seal' ? judgeGiving(db, decision, key) : judgeWithdrawing(db, decision, key);
}

async function judgeGiving(db: Db, decision: DecisionRow<'give_seal'>, key: StoredKey): Promise<RefusalCode | null> {
  if (!await mayKeepSeal(db, decision)) return 'seal-head-only';
  if (key.givenBy !== decision.actorId || key.fingerprint !== decision.payload.fingerprint) return 'not-found';
  if (key.used) return 'already-decided';
  if (!key.valid) return 'certificate-expired';
  return (await approvedSeals(db, decision.schoolCode ?? '')).has(key.fingerprint) ? null : 'seal-not-approved';
}

async function judgeWithdrawing(db: Db, decision: DecisionRow<'withdraw_seal'>, key: StoredKey): Promise<RefusalCode | null> {
  if (key.ended) return 'already-decided';
  if (!key.used) return 'not-found';
  if (decision.payload.reason.trim().length < 5) return 'reason-missing';
  const ofDepartment = await row(db, `SELECT 1 FROM active_grant WHERE person_id = :actorId AND role = 'coordinator'`, { actorId: decision.actorId }) !== undefined;
  return ofDepartment || await mayKeepSeal(db, decision) ? null : 'seal-head-only';
}

/** Whether somebody leads a school now: as its head, or in charge of it. */
export const mayKeepSeal = async (db: Db, { actorId, schoolCode }: { actorId: string; schoolCode: string | null }): Promise<boolean> => await row(db, `
  SELECT 1 FROM authority WHERE person_id = :actorId AND school_code = :schoolCode AND basis IN ('head', 'deputy_in_charge')
    AND valid_from <= now() AND (valid_to IS NULL OR now() < valid_to) AND (revoked_at IS NULL OR now() < revoked_at)`, { actorId, schoolCode }) !== undefined;
