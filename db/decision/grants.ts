import { ACTS, type Act } from '../../domain/acts.js';
import { ROLE_SCOPE, type Role, type RoleGrant } from '../../domain/roles.js';
import { row, rows, type Db } from '../connect.js';

/** Roles a person can use now: none while the account is shut. */
export async function grantsOf(db: Db, personId: string): Promise<RoleGrant[]> {
  const found = await rows<{ role: Role; office_code: string | null; school_code: string | null }>(db,
    'SELECT g.role, g.office_code, g.school_code FROM active_grant g JOIN person p ON p.id = g.person_id AND p.disabled_at IS NULL WHERE g.person_id = :personId', { personId });
  return found.map((grant) => ({ role: grant.role, officeCode: grant.office_code, schoolCode: grant.school_code }));
}

/**
 * Role first, then area: which of the actor's grants reaches this school, if the act is about one. In a campaign an office's area is the
 * one frozen at launch, as on its pages.
 */
export async function judgeGrant(db: Db, input: { act: Act; actorId: string; campaignId: string | null; schoolCode: string | null }): Promise<'not-allowed' | 'other-area' | null> {
  const allowed: readonly Role[] = ACTS[input.act].roles;
  const grants = (await grantsOf(db, input.actorId)).filter((grant) => allowed.includes(grant.role));
  if (grants.length === 0) return 'not-allowed';
  if (input.schoolCode === null) return grants.some((grant) => ROLE_SCOPE[grant.role] === 'province') ? null : 'not-allowed';
  const school = await row<{ office_code: string }>(db, `
    SELECT coalesce(x.office_code, s.office_code) AS office_code FROM school s LEFT JOIN campaign_school x ON x.school_code = s.code AND x.campaign_id = :campaignId
    WHERE s.code = :code`, { code: input.schoolCode, campaignId: input.campaignId });
  if (school === undefined) return 'other-area';
  const reaches = grants.some((grant) => {
    switch (ROLE_SCOPE[grant.role]) {
      case 'province': return true;
      case 'office': return grant.officeCode === school.office_code;
      case 'school': return grant.schoolCode === input.schoolCode;
    }
  });
  return reaches ? null : 'other-area';
}
