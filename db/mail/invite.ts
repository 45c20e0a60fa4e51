import type { Instant } from '../../domain/brand.js';
import type { Role } from '../../domain/roles.js';
import { rows, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { queueMails } from './queue.js';

const INVITATION_DAYS = 30;

/**
 * Invites those of `personIds` who have an address but neither an account nor an invitation yet.
 * @param again a decision's id: an earlier invitation has died with the role or did not arrive, so this one is new
 */
export async function inviteWithoutAccount(db: Db, personIds: readonly string[], context: ActContext, again?: string): Promise<number> {
  const people = await rows<{ id: string; full_name: string; email: string; roles: Role[]; unit_name: string | null; department_name: string }>(db, `
    SELECT p.id, p.full_name, p.email, array_agg(DISTINCT g.role ORDER BY g.role) AS roles, min(coalesce(s.name, o.name)) AS unit_name, v.department_name
    FROM person p JOIN role_grant g ON g.person_id = p.id AND (g.revoked_at IS NULL OR g.revoked_at > now()) CROSS JOIN province v
    LEFT JOIN school s ON s.code = g.school_code LEFT JOIN office o ON o.code = g.office_code
    WHERE p.id = ANY(:personIds) AND p.email IS NOT NULL AND p.disabled_at IS NULL AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id)
    GROUP BY p.id, v.department_name`, { personIds });
  const expiresAt = new Date(Date.parse(context.now) + INVITATION_DAYS * 86_400_000).toISOString() as Instant;
  return queueMails(db, people.map((person) => ({
    dedupeKey: again === undefined ? `invitation/${person.id}` : `invitation/${person.id}/${again}`, personId: person.id, to: person.email, campaignId: null, schoolCode: null,
    link: { purpose: 'set_password', expiresAt },
    model: {
      kind: 'invitation', recipientName: person.full_name, departmentName: person.department_name, userName: person.email,
      unitName: person.unit_name ?? person.department_name, roles: person.roles, expiresAt,
    },
  })), context);
}
