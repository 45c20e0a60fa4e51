import type { Instant } from '../../domain/brand.js';
import { effectiveAt } from '../../domain/effective.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { mayManage, ROLE_SCOPE, ROLES, type Role } from '../../domain/roles.js';
import { localDay } from '../../domain/vietnameseFormat.js';
import { row, rows, type Db } from '../connect.js';
import { grantsOf } from '../decision/grants.js';
import { askedAt, type DecisionRow } from '../decision/intake.js';

type StaffAct = 'revoke_role' | 'grant_role' | 'appoint_head' | 'disable_account' | 'enable_account';
type StaffDecision = { [A in StaffAct]: DecisionRow<A> }[StaffAct];

const tooShort = (text: string): boolean => text.trim().length < 5;

export async function judgeStaffAct(db: Db, decision: StaffDecision, now: Instant): Promise<RefusalCode | null> {
  switch (decision.act) {
    case 'revoke_role': return judgeRevoke(db, decision, now);
    case 'grant_role': return judgeGrantRole(db, decision);
    case 'appoint_head': return judgeHead(db, decision, now);
    case 'disable_account': case 'enable_account': return judgeAccount(db, decision);
  }
}

const rolesOfActor = async (db: Db, decision: StaffDecision): Promise<Role[]> => (await grantsOf(db, decision.actorId)).map((grant) => grant.role);

async function judgeRevoke(db: Db, decision: DecisionRow<'revoke_role'>, now: Instant): Promise<RefusalCode | null> {
  const { grantId, effectiveOn, reason } = decision.payload;
  const grant = await row<{ person_id: string; role: Role; revoked_at: Date | null }>(db, 'SELECT person_id, role, revoked_at FROM role_grant WHERE id = :grantId', { grantId });
  if (grant === undefined) return 'not-found';
  if (!mayManage(await rolesOfActor(db, decision), grant.role)) return 'colleague-of-department';
  if (tooShort(reason)) return 'reason-missing';
  if (effectiveOn < localDay(await askedAt(db, decision.id, now))) return 'effective-past';
  if (grant.revoked_at !== null && grant.revoked_at.getTime() <= Date.parse(effectiveAt(effectiveOn, now))) return 'role-ended';
  return grant.role === 'administrator' && await isLastAdministrator(db, grant.person_id) ? 'last-administrator' : null;
}

async function judgeGrantRole(db: Db, decision: DecisionRow<'grant_role'>): Promise<RefusalCode | null> {
  const { personId, role, officeCode, schoolCode, reason } = decision.payload;
  // A payload is what a form sent.
  if (!ROLES.includes(role)) return 'bad-input';
  if ((role as Role) === 'principal') return 'head-by-appointment';
  if (!mayManage(await rolesOfActor(db, decision), role)) return 'colleague-of-department';
  if (tooShort(reason)) return 'reason-missing';
  const scope = ROLE_SCOPE[role];
  if ((scope === 'office') !== (officeCode !== null) || (scope === 'school') !== (schoolCode !== null)) return 'bad-input';
  const found = await row<{ shut: boolean; unit: boolean; held: boolean }>(db, `
    SELECT p.disabled_at IS NOT NULL AS shut,
      (:officeCode::text IS NULL OR EXISTS (SELECT FROM office WHERE code = :officeCode)) AND (:schoolCode::text IS NULL OR EXISTS (SELECT FROM school WHERE code = :schoolCode)) AS unit,
      EXISTS (SELECT FROM role_grant g WHERE g.person_id = p.id AND g.role = :role AND g.office_code IS NOT DISTINCT FROM :officeCode::text
        AND g.school_code IS NOT DISTINCT FROM :schoolCode::text AND g.revoked_at IS NULL) AS held
    FROM person p WHERE p.id = :personId`, { personId, role, officeCode, schoolCode });
  if (found === undefined || !found.unit) return 'not-found';
  if (found.shut) return 'account-disabled';
  return found.held ? 'role-held' : null;
}

async function judgeHead(db: Db, decision: DecisionRow<'appoint_head'>, now: Instant): Promise<RefusalCode | null> {
  const { schoolCode, personId, effectiveOn, kept } = decision.payload;
  if (effectiveOn < localDay(await askedAt(db, decision.id, now))) return 'effective-past';
  const at = effectiveAt(effectiveOn, now);
  const person = await row<{ shut: boolean }>(db, `
    SELECT p.disabled_at IS NOT NULL AS shut FROM person p JOIN school s ON s.code = :schoolCode WHERE p.id = :personId`, { personId, schoolCode });
  if (person === undefined) return 'not-found';
  if (person.shut) return 'account-disabled';
  const heads = await rows<{ person_id: string; later: boolean; ends: boolean }>(db, `
    SELECT person_id, valid_from > :at AS later, least(valid_to, revoked_at) IS NOT NULL AS ends FROM authority
    WHERE school_code = :schoolCode AND basis = 'head' AND coalesce(least(valid_to, revoked_at), 'infinity') > greatest(valid_from, :at::timestamptz)`, { schoolCode, at });
  if (heads.some((head) => head.later)) return 'head-planned';
  // A head whose end is planned may be taken back: the appointment of a successor was a mistake, or fell through.
  if (heads.some((head) => head.person_id === personId && !head.ends)) return 'already-head';
  const keepable = await rows(db, `
    SELECT 1 FROM authority WHERE id = ANY(:kept) AND school_code = :schoolCode AND basis = 'deputy_assignment' AND person_id <> :personId AND revoked_at IS NULL`, { kept, schoolCode, personId });
  return keepable.length === new Set(kept).size ? null : 'not-found';
}

async function judgeAccount(db: Db, decision: DecisionRow<'disable_account'> | DecisionRow<'enable_account'>): Promise<RefusalCode | null> {
  const { personId, reason } = decision.payload;
  const person = await row<{ shut: boolean; roles: Role[] }>(db, `
    SELECT p.disabled_at IS NOT NULL AS shut, coalesce((SELECT array_agg(DISTINCT g.role) FROM role_grant g WHERE g.person_id = p.id AND (g.revoked_at IS NULL OR now() < g.revoked_at)), '{}') AS roles
    FROM person p WHERE p.id = :personId`, { personId });
  if (person === undefined) return 'not-found';
  const actor = await rolesOfActor(db, decision);
  if (!person.roles.every((role) => mayManage(actor, role))) return 'colleague-of-department';
  if (tooShort(reason)) return 'reason-missing';
  if (decision.act === 'enable_account') return person.shut ? null : 'account-open';
  if (personId === decision.actorId) return 'own-account';
  if (person.shut) return 'already-decided';
  return person.roles.includes('administrator') && await isLastAdministrator(db, personId) ? 'last-administrator' : null;
}

/** Nobody else could come in and administer: an invitation not taken up and a role that is about to end do not count. */
async function isLastAdministrator(db: Db, personId: string): Promise<boolean> {
  return await row(db, `
    SELECT 1 FROM role_grant g JOIN person p ON p.id = g.person_id JOIN account a ON a.person_id = p.id
    WHERE g.role = 'administrator' AND g.person_id <> :personId AND g.revoked_at IS NULL AND (g.valid_from IS NULL OR g.valid_from <= now()) AND p.disabled_at IS NULL LIMIT 1`, { personId }) === undefined;
}
