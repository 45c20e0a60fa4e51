import { row, rows, type Db } from '../connect.js';

export type DirectoryCounts = { offices: number; schools: number; people: number; withoutAccount: number; signersWithoutCertificate: number; schoolsWithoutSeal: number; paperSchools: number };

/** How complete the directory is; a signer is somebody whose role signs cards. */
export async function directoryCounts(db: Db): Promise<DirectoryCounts> {
  const found = await row<DirectoryCounts>(db, `
    WITH staff AS (SELECT person_id, bool_or(role IN ('homeroom', 'principal', 'deputy')) AS signs FROM active_grant GROUP BY person_id)
    SELECT (SELECT count(*)::int FROM office) AS offices, (SELECT count(*)::int FROM school) AS schools,
      (SELECT count(*)::int FROM staff) AS people,
      (SELECT count(*)::int FROM staff WHERE NOT EXISTS (SELECT FROM account a WHERE a.person_id = staff.person_id)) AS "withoutAccount",
      (SELECT count(*)::int FROM staff JOIN person p ON p.id = staff.person_id WHERE staff.signs AND (p.signing_account IS NULL OR p.certificate_id IS NULL)) AS "signersWithoutCertificate",
      (SELECT count(*)::int FROM school WHERE code NOT IN (SELECT school_code FROM school_seal)) AS "schoolsWithoutSeal",
      (SELECT count(*)::int FROM school WHERE paper_reason IS NOT NULL) AS "paperSchools"`);
  return found!;
}

export type SchoolLine = {
  officeCode: string; officeName: string; schoolCode: string; schoolName: string; phone: string | null; paperReason: string | null; hasSeal: boolean;
  staff: number; withoutAccount: number; withoutCertificate: number; hasHead: boolean;
};

/** Every school with what its staff lacks, by area. */
export const schoolLines = (db: Db): Promise<SchoolLine[]> => rows<SchoolLine>(db, `
  WITH staff AS (
    SELECT school_code, person_id, bool_or(role <> 'clerk') AS signs, bool_or(role = 'principal') AS heads FROM active_grant WHERE school_code IS NOT NULL GROUP BY school_code, person_id),
  counted AS (
    SELECT t.school_code, count(*)::int AS staff, count(*) FILTER (WHERE a.person_id IS NULL)::int AS without_account, bool_or(t.heads) AS has_head,
      count(*) FILTER (WHERE t.signs AND (p.signing_account IS NULL OR p.certificate_id IS NULL))::int AS without_certificate
    FROM staff t JOIN person p ON p.id = t.person_id LEFT JOIN account a ON a.person_id = t.person_id GROUP BY t.school_code)
  SELECT o.code AS "officeCode", o.name AS "officeName", s.code AS "schoolCode", s.name AS "schoolName", s.phone, s.paper_reason AS "paperReason",
    s.code IN (SELECT school_code FROM school_seal) AS "hasSeal",
    coalesce(n.staff, 0) AS staff, coalesce(n.without_account, 0) AS "withoutAccount", coalesce(n.without_certificate, 0) AS "withoutCertificate", coalesce(n.has_head, false) AS "hasHead"
  FROM school s JOIN office o ON o.code = s.office_code LEFT JOIN counted n ON n.school_code = s.code ORDER BY o.name, o.code, s.name, s.code`);

export type StaffLine = { id: string; fullName: string; roles: string[]; email: string | null; phone: string | null; hasAccount: boolean; disabled: boolean; hasCertificate: boolean; invitedAt: Date | null };

export const staffOfSchool = (db: Db, input: { schoolCode: string }): Promise<StaffLine[]> => rows<StaffLine>(db, `
  SELECT p.id, p.full_name AS "fullName", array_agg(DISTINCT g.role ORDER BY g.role) AS roles, p.email, p.phone,
    EXISTS (SELECT FROM account a WHERE a.person_id = p.id) AS "hasAccount", p.disabled_at IS NOT NULL AS disabled, p.signing_account IS NOT NULL AND p.certificate_id IS NOT NULL AS "hasCertificate",
    (SELECT max(m.sent_at) FROM mail_outbox m WHERE m.person_id = p.id AND m.kind = 'invitation') AS "invitedAt"
  FROM active_grant g JOIN person p ON p.id = g.person_id WHERE g.school_code = :schoolCode
  GROUP BY p.id ORDER BY min(CASE g.role WHEN 'principal' THEN 0 WHEN 'deputy' THEN 1 WHEN 'clerk' THEN 2 ELSE 3 END), p.full_name`, input);

export type FormerStaff = { id: string; fullName: string; roles: string[]; until: Date };
/** People who held a role at the school and hold none now: whom one may take back. */
export const formerStaff = (db: Db, input: { schoolCode: string }): Promise<FormerStaff[]> => rows<FormerStaff>(db, `
  SELECT p.id, p.full_name AS "fullName", array_agg(DISTINCT g.role ORDER BY g.role) AS roles, max(g.revoked_at) AS until
  FROM role_grant g JOIN person p ON p.id = g.person_id WHERE g.school_code = :schoolCode AND g.revoked_at <= now()
    AND NOT EXISTS (SELECT FROM active_grant x WHERE x.person_id = p.id AND x.school_code = g.school_code)
  GROUP BY p.id ORDER BY max(g.revoked_at) DESC LIMIT 50`, input);
