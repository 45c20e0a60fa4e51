import { effectiveAt } from '../../domain/effective.js';
import { writeAudit } from '../audit.js';
import { row, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { endRole, grantById } from '../directory/ending.js';
import { inviteWithoutAccount } from '../mail/invite.js';
import { noticeRole } from '../mail/standing.js';
import { wakeSchools } from '../school/wake.js';
import type { ActContext } from './context.js';

/** Puts somebody out of a role, from a day on. Granting it again undoes it; signing authority that ended with it is given anew. */
export async function revokeRole(db: Db, decision: DecisionRow<'revoke_role'>, context: ActContext): Promise<void> {
  const { grantId, effectiveOn, reason } = decision.payload;
  const grant = await grantById(db, grantId);
  if (grant === undefined) throw new Error('a role was judged that does not exist');
  const at = effectiveAt(effectiveOn, context.now);
  const authorities = await endRole(db, grant, { at, now: context.now, reason });
  if (grant.schoolCode !== null) await wakeSchools(db, { schoolCode: grant.schoolCode, exceptWorkflowId: decision.workflowId });
  await noticeRole(db, { grant, notice: 'role-ended', from: at, round: decision.id }, context);
  await writeAudit(db, [{
    actorId: decision.actorId, act: decision.act, subjectKind: 'person', subjectId: grant.personId, decisionId: decision.id,
    detail: { grantId, role: grant.role, officeCode: grant.officeCode, schoolCode: grant.schoolCode, from: at, reason, authorities },
  }]);
}

/** Gives somebody of the directory a role; a planned end of the same role is taken back. */
export async function grantRole(db: Db, decision: DecisionRow<'grant_role'>, context: ActContext): Promise<void> {
  const { personId, role, officeCode, schoolCode, reason } = decision.payload;
  const place = { personId, role, officeCode, schoolCode };
  const kept = await row<{ id: string }>(db, `
    UPDATE role_grant SET revoked_at = NULL, revoked_reason = NULL
    WHERE person_id = :personId AND role = :role AND office_code IS NOT DISTINCT FROM :officeCode::text AND school_code IS NOT DISTINCT FROM :schoolCode::text AND revoked_at > :now
    RETURNING id`, { ...place, now: context.now });
  const grant = kept ?? await row<{ id: string }>(db, `
    INSERT INTO role_grant (person_id, role, office_code, school_code) VALUES (:personId, :role, :officeCode, :schoolCode) RETURNING id`, place);
  await inviteWithoutAccount(db, [personId], context, decision.id);
  await noticeRole(db, { grant: { id: grant!.id, ...place }, notice: 'role-granted', from: context.now, round: decision.id }, context);
  if (schoolCode !== null) await wakeSchools(db, { schoolCode, exceptWorkflowId: decision.workflowId });
  await writeAudit(db, [{
    actorId: decision.actorId, act: decision.act, subjectKind: 'person', subjectId: personId, decisionId: decision.id, detail: { grantId: grant!.id, role, officeCode, schoolCode, reason },
  }]);
}
