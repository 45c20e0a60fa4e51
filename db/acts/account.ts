import { writeAudit } from '../audit.js';
import { rows, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { killLinks } from '../directory/ending.js';
import { wakeSchools } from '../school/wake.js';
import type { ActContext } from './context.js';

/**
 * Nobody comes in as this person any more: sessions end, links die, also those made for parents (whoever had the account may have kept
 * them), mails are not sent. Roles and authority stay, since they are legal
 * facts; the schools show the open work as blocked.
 */
export async function disableAccount(db: Db, decision: DecisionRow<'disable_account'>, context: ActContext): Promise<void> {
  const { personId, reason } = decision.payload;
  await touched(db, 'UPDATE person SET disabled_at = :now, disabled_reason = :reason WHERE id = :personId AND disabled_at IS NULL', { personId, reason, now: context.now });
  await touched(db, 'DELETE FROM session WHERE person_id = :personId', { personId });
  await killLinks(db, { personId, purposes: ['task', 'set_password', 'share_card'], at: context.now });
  await settle(db, decision);
}

/** A session that began while the account was being shut is ended too. Somebody who never had a password gets a link from the administrator. */
export async function enableAccount(db: Db, decision: DecisionRow<'enable_account'>): Promise<void> {
  const { personId } = decision.payload;
  await touched(db, 'UPDATE person SET disabled_at = NULL, disabled_reason = NULL WHERE id = :personId', { personId });
  await touched(db, 'DELETE FROM session WHERE person_id = :personId', { personId });
  await settle(db, decision);
}

async function settle(db: Db, decision: DecisionRow<'disable_account'> | DecisionRow<'enable_account'>): Promise<void> {
  const { personId, reason } = decision.payload;
  const schools = await rows<{ code: string }>(db, `
    SELECT DISTINCT school_code AS code FROM role_grant WHERE person_id = :personId AND school_code IS NOT NULL AND (revoked_at IS NULL OR now() < revoked_at) ORDER BY 1`, { personId });
  for (const { code } of schools) await wakeSchools(db, { schoolCode: code, exceptWorkflowId: decision.workflowId });
  await writeAudit(db, [{ actorId: decision.actorId, act: decision.act, subjectKind: 'person', subjectId: personId, decisionId: decision.id, detail: { reason } }]);
}
