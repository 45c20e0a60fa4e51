import { effectiveAt } from '../../domain/effective.js';
import { writeAudit } from '../audit.js';
import { rows, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { endAuthorities, endRole, type Grant } from '../directory/ending.js';
import { inviteWithoutAccount } from '../mail/invite.js';
import { noticeRole } from '../mail/standing.js';
import { wakeSchools } from '../school/wake.js';
import type { ActContext } from './context.js';

/**
 * A new head from a day on. The former one's headship ends at that moment, with the assignments given in that head's name except those
 * the new head takes over; a deputy in charge is in charge no more. Both heads stay on record with their windows.
 */
export async function appointHead(db: Db, decision: DecisionRow<'appoint_head'>, context: ActContext): Promise<void> {
  const { schoolCode, personId, instrumentNumber, instrumentDate, signedBy, effectiveOn, kept } = decision.payload;
  const { id, actorId } = decision;
  const at = effectiveAt(effectiveOn, context.now);
  const ending = { at, now: context.now, reason: `Hiệu trưởng mới theo văn bản số ${instrumentNumber}` };
  const former = await rows<Grant>(db, `
    SELECT id, person_id AS "personId", role, office_code AS "officeCode", school_code AS "schoolCode" FROM role_grant
    WHERE school_code = :schoolCode AND (revoked_at IS NULL OR revoked_at > :at) AND (role = 'principal' AND person_id <> :personId OR role = 'deputy' AND person_id = :personId)
    ORDER BY role`, { schoolCode, personId, at });
  const ended: string[] = [];
  for (const grant of former) ended.push(...await endRole(db, grant, ending, kept));
  // Also where the post was vacant, or the former head's role was never written down.
  ended.push(...await endAuthorities(db, ending, `school_code = :schoolCode AND NOT id = ANY(:kept)`, { schoolCode, kept }));
  await touched(db, `
    INSERT INTO role_grant (person_id, role, school_code, valid_from) SELECT :personId, 'principal', :schoolCode, :at
    WHERE NOT EXISTS (SELECT FROM role_grant WHERE person_id = :personId AND role = 'principal' AND school_code = :schoolCode AND revoked_at IS NULL)`, { personId, schoolCode, at });
  await touched(db, `
    INSERT INTO authority (id, school_code, person_id, basis, instrument_number, instrument_date, signed_by, valid_from)
    VALUES (:id, :schoolCode, :personId, 'head', :instrumentNumber, :instrumentDate, :signedBy, :at)`, { id, schoolCode, personId, instrumentNumber, instrumentDate, signedBy, at });
  await inviteWithoutAccount(db, [personId], context, id);
  for (const grant of former.filter((one) => one.role === 'principal')) await noticeRole(db, { grant, notice: 'role-ended', from: at, round: id }, context);
  await noticeRole(db, { grant: { id, personId, role: 'principal', officeCode: null, schoolCode }, notice: 'role-granted', from: at, round: id }, context);
  await wakeSchools(db, { schoolCode, exceptWorkflowId: decision.workflowId });
  await writeAudit(db, [
    { actorId, act: decision.act, subjectKind: 'school', subjectId: schoolCode, decisionId: id, detail: { personId, former: former.map((one) => one.personId), instrumentNumber, instrumentDate, from: at, kept, ended } },
    { actorId, act: decision.act, subjectKind: 'person', subjectId: personId, decisionId: id, detail: { role: 'principal', schoolCode, from: at, instrumentNumber } },
    ...former.map((grant) => ({ actorId, act: 'revoke_role', subjectKind: 'person' as const, subjectId: grant.personId, decisionId: id, detail: { grantId: grant.id, role: grant.role, schoolCode, from: at, reason: ending.reason } })),
  ]);
}
