import type { Role } from '../../domain/roles.js';
import { rows, touched, type Db } from '../connect.js';

/** Rows of the units-and-staff workbook, as read and free of errors; the shapes are the reader's. */
export type UnitsImport = {
  offices: readonly { code: string; name: string; kind: 'district' | 'commune'; phone: string | null; email: string | null }[];
  schools: readonly {
    code: string; name: string; officeCode: string; communeName: string; districtName: string | null; areasSince: string | null; address: string; taxCode: string; phone: string | null; email: string | null;
    exempt: { reason: string; roadmapDate: string } | null; sealAccount: string | null; sealFingerprint: string | null;
  }[];
  staff: readonly { fullName: string; personalNumber: string; email: string; phone: string | null; roles: readonly Exclude<Role, 'administrator'>[]; unitCode: string | null; classNames: readonly string[]; signingAccount: string | null; certificateFingerprint: string | null }[];
  authorities: readonly {
    schoolCode: string; personalNumber: string; basis: string; instrumentNumber: string; instrumentDate: string; signedBy: string; from: string; through: string; classNames: string[] | null;
  }[];
  exceptions: readonly { schoolCode: string; personalNumber: string; decisionNumber: string; decisionDate: string; from: string; through: string }[];
};

/** Whether the bound certificate is another than the workbook now states: then the right one is fetched. */
const isAnother = (bound: string, stated: string): string => `(${stated} IS NOT NULL AND EXISTS (SELECT FROM certificate c WHERE c.id = ${bound} AND c.fingerprint <> ${stated}))`;

const GRANT_ROWS = `jsonb_to_recordset(:rows) AS g("personalNumber" text, role text, "unitCode" text, "classNames" text[])`;
const json = (value: unknown) => ({ rows: JSON.stringify(value) });

/** Adds and updates the directory, set-based; a second import of the same workbook changes nothing. @returns ids of the people in it */
export async function importUnits(db: Db, units: UnitsImport): Promise<string[]> {
  await importPlaces(db, units);
  const people = await importPeople(db, units);
  await importAuthority(db, units);
  return people;
}

async function importPlaces(db: Db, { offices, schools }: UnitsImport): Promise<void> {
  await touched(db, `
    INSERT INTO office (code, name, kind, phone, email) SELECT code, name, kind, phone, email
    FROM jsonb_to_recordset(:rows) AS o(code text, name text, kind text, phone text, email text)
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind, phone = excluded.phone, email = excluded.email`, json(offices));
  // Communes merge on a day (1/7/2025): what changes, changes since the day stated, else since today; a day stated later corrects the last one.
  await touched(db, `
    UPDATE school s SET commune_name = n."communeName", district_name = n."districtName", areas_since = coalesce(n."areasSince", (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    FROM jsonb_to_recordset(:rows) AS n(code text, "communeName" text, "districtName" text, "areasSince" date)
    WHERE s.code = n.code AND (s.commune_name IS DISTINCT FROM n."communeName" OR s.district_name IS DISTINCT FROM n."districtName"
      OR s.areas_since > '-infinity' AND n."areasSince" IS NOT NULL AND s.areas_since <> n."areasSince")`, json(schools));
  await touched(db, `
    INSERT INTO school (code, name, office_code, commune_name, district_name, address, tax_code, phone, email, paper_reason, paper_until, seal_account, seal_fingerprint)
    SELECT code, name, "officeCode", "communeName", "districtName", address, "taxCode", phone, email, exempt->>'reason', (exempt->>'roadmapDate')::date, "sealAccount", "sealFingerprint"
    FROM jsonb_to_recordset(:rows) AS s(code text, name text, "officeCode" text, "communeName" text, "districtName" text, address text, "taxCode" text, phone text, email text,
      exempt jsonb, "sealAccount" text, "sealFingerprint" text)
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, office_code = excluded.office_code, commune_name = excluded.commune_name, district_name = excluded.district_name,
      address = excluded.address, tax_code = excluded.tax_code, phone = excluded.phone, email = excluded.email, paper_reason = excluded.paper_reason, paper_until = excluded.paper_until,
      seal_account = excluded.seal_account, seal_fingerprint = excluded.seal_fingerprint,
      seal_certificate_id = CASE WHEN school.seal_account IS DISTINCT FROM excluded.seal_account OR ${isAnother('school.seal_certificate_id', 'excluded.seal_fingerprint')} THEN NULL ELSE school.seal_certificate_id END`, json(schools));
}

async function importPeople(db: Db, { staff }: UnitsImport): Promise<string[]> {
  // One person may stand in several rows (two schools); the personal number says who is who.
  const people = await rows<{ id: string }>(db, `
    INSERT INTO person (id, full_name, personal_number, email, phone, signing_account, certificate_fingerprint)
    SELECT DISTINCT ON ("personalNumber") gen_random_uuid(), "fullName", "personalNumber", email, phone, "signingAccount", "certificateFingerprint"
    FROM jsonb_to_recordset(:rows) AS p("fullName" text, "personalNumber" text, email text, phone text, "signingAccount" text, "certificateFingerprint" text) ORDER BY "personalNumber", "signingAccount" NULLS LAST
    ON CONFLICT (personal_number) DO UPDATE SET full_name = excluded.full_name, email = excluded.email, phone = excluded.phone,
      certificate_id = CASE WHEN person.signing_account IS DISTINCT FROM coalesce(excluded.signing_account, person.signing_account) OR ${isAnother('person.certificate_id', 'excluded.certificate_fingerprint')} THEN NULL ELSE person.certificate_id END,
      certificate_fingerprint = coalesce(excluded.certificate_fingerprint, CASE WHEN excluded.signing_account IS NULL OR excluded.signing_account = person.signing_account THEN person.certificate_fingerprint END),
      signing_account = coalesce(excluded.signing_account, person.signing_account)
    RETURNING id`, json(staff));
  const grants = staff.flatMap((one) => one.roles.map((role) => ({ personalNumber: one.personalNumber, role, unitCode: one.unitCode, classNames: role === 'homeroom' ? one.classNames : null })));
  await touched(db, `
    UPDATE role_grant x SET class_names = g."classNames" FROM ${GRANT_ROWS} JOIN person p ON p.personal_number = g."personalNumber"
    WHERE g.role = 'homeroom' AND x.person_id = p.id AND x.role = g.role AND x.school_code = g."unitCode" AND x.revoked_at IS NULL`, json(grants));
  // Somebody whose role has a planned end keeps that; a school that has a head gets no second one (db/rules/staff appoints).
  await touched(db, `
    INSERT INTO role_grant (person_id, role, office_code, school_code, class_names)
    SELECT p.id, g.role, CASE WHEN g.role = 'office' THEN g."unitCode" END, CASE WHEN g.role IN ('principal', 'deputy', 'homeroom', 'clerk') THEN g."unitCode" END, g."classNames"
    FROM ${GRANT_ROWS} JOIN person p ON p.personal_number = g."personalNumber"
    WHERE NOT EXISTS (SELECT FROM role_grant x WHERE x.person_id = p.id AND x.role = g.role AND coalesce(x.office_code, x.school_code, '') = CASE WHEN g.role IN ('coordinator', 'official') THEN '' ELSE g."unitCode" END
        AND (x.revoked_at IS NULL OR x.revoked_at > now()))
      AND NOT (g.role = 'principal' AND EXISTS (SELECT FROM role_grant x WHERE x.role = 'principal' AND x.school_code = g."unitCode" AND (x.revoked_at IS NULL OR x.revoked_at > now())))
    ON CONFLICT DO NOTHING`, json(grants));
  return people.map((person) => person.id);
}

/** A head's authority follows from the role where the school has no head yet; a deputy's and an exception stand in the workbook with number, date and window. */
async function importAuthority(db: Db, { authorities, exceptions }: UnitsImport): Promise<void> {
  await touched(db, `
    INSERT INTO authority (id, school_code, person_id, basis, valid_from)
    SELECT gen_random_uuid(), school_code, person_id, 'head', now() FROM active_grant g WHERE role = 'principal'
      AND NOT EXISTS (SELECT FROM authority a WHERE a.school_code = g.school_code AND a.basis = 'head' AND coalesce(least(a.valid_to, a.revoked_at), 'infinity') > now())`);
  await touched(db, `
    INSERT INTO authority (id, school_code, person_id, basis, instrument_number, instrument_date, signed_by, valid_from, valid_to, classes)
    SELECT gen_random_uuid(), a."schoolCode", p.id, a.basis, a."instrumentNumber", a."instrumentDate", a."signedBy",
      a."from"::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh', (a.through + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh', a."classNames"
    FROM jsonb_to_recordset(:rows) AS a("schoolCode" text, "personalNumber" text, basis text, "instrumentNumber" text, "instrumentDate" date, "signedBy" text, "from" date, through date, "classNames" text[])
    JOIN person p ON p.personal_number = a."personalNumber"
    WHERE NOT EXISTS (SELECT 1 FROM authority x WHERE x.school_code = a."schoolCode" AND x.person_id = p.id AND x.instrument_number = a."instrumentNumber")`, json(authorities));
  await touched(db, `
    INSERT INTO role_exception (id, school_code, person_id, instrument_number, instrument_date, reason, valid_from, valid_to)
    SELECT gen_random_uuid(), e."schoolCode", p.id, e."decisionNumber", e."decisionDate", 'Theo quyết định của Sở ghi trong danh mục nhân sự',
      e."from"::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh', (e.through + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
    FROM jsonb_to_recordset(:rows) AS e("schoolCode" text, "personalNumber" text, "decisionNumber" text, "decisionDate" date, "from" date, through date)
    JOIN person p ON p.personal_number = e."personalNumber" ON CONFLICT DO NOTHING`, json(exceptions));
}
