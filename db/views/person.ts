import type { AuthorityBasis } from '../../domain/authority.js';
import type { Role } from '../../domain/roles.js';
import { row, rows, type Db } from '../connect.js';

export type PersonFacts = {
  id: string; fullName: string; email: string | null; phone: string | null; hasAccount: boolean; hasCertificate: boolean; disabledAt: Date | null; disabledReason: string | null;
};
export type PersonGrant = {
  id: string; role: Role; unitName: string | null; officeCode: string | null; schoolCode: string | null; validFrom: Date | null; revokedAt: Date | null; revokedReason: string | null;
  state: 'planned' | 'held' | 'ended';
};
export type PersonAuthority = { id: string; schoolCode: string; schoolName: string; basis: AuthorityBasis; instrumentNumber: string | null; validFrom: Date; endsAt: Date | null };
export type PersonEvent = { at: Date; act: string; actorName: string | null; role: Role | null; reason: string | null };
export type PersonSheet = { person: PersonFacts; grants: PersonGrant[]; authorities: PersonAuthority[]; history: PersonEvent[] };

/** Somebody of the directory: roles with their windows, signing authority that holds or will, and what was decided about the person. */
export async function personSheet(db: Db, input: { personId: string }): Promise<PersonSheet | undefined> {
  const person = await row<PersonFacts>(db, `
    SELECT p.id, p.full_name AS "fullName", p.email, p.phone, p.disabled_at AS "disabledAt", p.disabled_reason AS "disabledReason",
      EXISTS (SELECT FROM account a WHERE a.person_id = p.id) AS "hasAccount", p.signing_account IS NOT NULL AND p.certificate_id IS NOT NULL AS "hasCertificate"
    FROM person p WHERE p.id = :personId`, input);
  if (person === undefined) return undefined;
  return {
    person,
    grants: await rows<PersonGrant>(db, `
      SELECT g.id, g.role, coalesce(s.name, o.name) AS "unitName", g.office_code AS "officeCode", g.school_code AS "schoolCode", g.valid_from AS "validFrom", g.revoked_at AS "revokedAt",
        g.revoked_reason AS "revokedReason", CASE WHEN g.revoked_at <= now() THEN 'ended' WHEN g.valid_from > now() THEN 'planned' ELSE 'held' END AS state
      FROM role_grant g LEFT JOIN school s ON s.code = g.school_code LEFT JOIN office o ON o.code = g.office_code
      WHERE g.person_id = :personId ORDER BY g.revoked_at NULLS FIRST, g.role, g.id`, input),
    authorities: await rows<PersonAuthority>(db, `
      SELECT a.id, a.school_code AS "schoolCode", s.name AS "schoolName", a.basis, a.instrument_number AS "instrumentNumber", a.valid_from AS "validFrom", least(a.valid_to, a.revoked_at) AS "endsAt"
      FROM authority a JOIN school s ON s.code = a.school_code
      WHERE a.person_id = :personId AND coalesce(least(a.valid_to, a.revoked_at), 'infinity') > now() ORDER BY a.valid_from`, input),
    history: await rows<PersonEvent>(db, `
      SELECT a.at, a.act, p.full_name AS "actorName", a.detail->>'role' AS role, a.detail->>'reason' AS reason
      FROM audit a LEFT JOIN person p ON p.id = a.actor_id WHERE a.subject_kind = 'person' AND a.subject_id = :personId ORDER BY a.id DESC LIMIT 50`, input),
  };
}

export type SchoolHeadship = {
  id: string; personId: string; fullName: string; instrumentNumber: string | null; validFrom: Date; endsAt: Date | null; state: 'planned' | 'held' | 'ended';
};
/** Heads of a school with their windows, the coming one first. */
export const headsOfSchool = (db: Db, input: { schoolCode: string }): Promise<SchoolHeadship[]> => rows<SchoolHeadship>(db, `
  SELECT a.id, a.person_id AS "personId", p.full_name AS "fullName", a.instrument_number AS "instrumentNumber", a.valid_from AS "validFrom", least(a.valid_to, a.revoked_at) AS "endsAt",
    CASE WHEN least(a.valid_to, a.revoked_at) <= now() THEN 'ended' WHEN a.valid_from > now() THEN 'planned' ELSE 'held' END AS state
  FROM authority a JOIN person p ON p.id = a.person_id WHERE a.school_code = :schoolCode AND a.basis = 'head' ORDER BY a.valid_from DESC LIMIT 20`, input);

export type KeepableAssignment = { id: string; fullName: string; instrumentNumber: string | null; validTo: Date | null };
/** Assignments that end with the head unless the next one takes them over. */
export const assignmentsOfSchool = (db: Db, input: { schoolCode: string }): Promise<KeepableAssignment[]> => rows<KeepableAssignment>(db, `
  SELECT a.id, p.full_name AS "fullName", a.instrument_number AS "instrumentNumber", a.valid_to AS "validTo" FROM authority a JOIN person p ON p.id = a.person_id
  WHERE a.school_code = :schoolCode AND a.basis = 'deputy_assignment' AND a.revoked_at IS NULL AND coalesce(a.valid_to, 'infinity') > now() ORDER BY a.valid_from`, input);

/** Somebody by the twelve digits, wherever that person works. */
export const personByNumber = (db: Db, input: { personalNumber: string }): Promise<{ id: string } | undefined> =>
  row(db, 'SELECT id FROM person WHERE personal_number = :personalNumber', input);
