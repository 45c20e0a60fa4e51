import type { Role } from '../../domain/roles.js';
import { row, rows, type Db } from '../connect.js';
import { byGivenName, nameHolds, nameSought } from '../names.js';

export type ProvincePerson = {
  id: string; fullName: string; email: string | null; phone: string | null; roles: Role[]; unitName: string | null;
  hasAccount: boolean; disabledAt: Date | null; invitedAt: Date | null; invitationSentAt: Date | null;
  /** The last invitation could not be delivered, or is still waiting. */
  invitationFailed: boolean; invitationWaiting: boolean;
};

const PEOPLE = `
  SELECT p.id, p.full_name AS "fullName", p.email, p.phone, coalesce(array_agg(DISTINCT g.role ORDER BY g.role) FILTER (WHERE g.role IS NOT NULL), '{}') AS roles, min(coalesce(s.name, o.name)) AS "unitName",
    EXISTS (SELECT FROM account a WHERE a.person_id = p.id) AS "hasAccount", p.disabled_at AS "disabledAt",
    (SELECT max(m.created_at) FROM mail_outbox m WHERE m.person_id = p.id AND m.kind = 'invitation') AS "invitedAt",
    (SELECT max(m.sent_at) FROM mail_outbox m WHERE m.person_id = p.id AND m.kind = 'invitation') AS "invitationSentAt",
    coalesce((SELECT m.given_up_at IS NOT NULL FROM mail_outbox m WHERE m.person_id = p.id AND m.kind = 'invitation' ORDER BY m.created_at DESC, m.id LIMIT 1), false) AS "invitationFailed",
    EXISTS (SELECT FROM mail_outbox m WHERE m.person_id = p.id AND m.kind = 'invitation' AND m.sent_at IS NULL AND m.given_up_at IS NULL) AS "invitationWaiting"
  FROM person p LEFT JOIN active_grant g ON g.person_id = p.id
  LEFT JOIN school s ON s.code = g.school_code LEFT JOIN office o ON o.code = g.office_code`;

/** People of the Sở itself: administrators, coordinators, officials. */
export const provincePeople = (db: Db): Promise<ProvincePerson[]> =>
  rows<ProvincePerson>(db, `${PEOPLE} WHERE g.role IN ('administrator', 'coordinator', 'official') GROUP BY p.id ORDER BY ${byGivenName('p.full_name')}, p.id`);

/** People whose name, e-mail or 12-digit number fits, those without a role too: whom one may take back; at most 50. */
export const findPeople = (db: Db, input: { text: string }): Promise<ProvincePerson[]> =>
  rows<ProvincePerson>(db, `${PEOPLE} WHERE ${nameHolds('p.full_name')} OR lower(p.email) = lower(:text) OR p.personal_number = :text GROUP BY p.id ORDER BY ${byGivenName('p.full_name')}, p.id LIMIT 50`,
    { text: input.text, ...nameSought(input.text) });

export const personById = (db: Db, input: { personId: string }): Promise<ProvincePerson | undefined> =>
  row<ProvincePerson>(db, `${PEOPLE} WHERE p.id = :personId GROUP BY p.id`, input);
