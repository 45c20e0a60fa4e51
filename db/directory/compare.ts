import { ROLE_SCOPE } from '../../domain/roles.js';
import { unitsDifferences, type UnitsDifferences, type UnitsNamed, type UnitsNow } from '../../domain/unitsDifferences.js';
import { row, rows, type Db } from '../connect.js';
import type { UnitsImport } from './import.js';

/** What a workbook would change; null when no unit's people are known yet, so that there is nothing to compare. */
export async function compareUnits(db: Db, units: UnitsImport): Promise<UnitsDifferences | null> {
  if (await row(db, 'SELECT 1 FROM role_grant WHERE office_code IS NOT NULL OR school_code IS NOT NULL LIMIT 1') === undefined) return null;
  return unitsDifferences(await directoryNow(db, units), namedBy(units));
}

async function directoryNow(db: Db, { staff }: UnitsImport): Promise<UnitsNow> {
  return {
    offices: await rows(db, 'SELECT code, name, kind, phone, email FROM office'),
    schools: await rows(db, `
      SELECT code, name, office_code AS "officeCode", commune_name AS "communeName", district_name AS "districtName", address, tax_code AS "taxCode", phone, email,
        seal_account AS "sealAccount", seal_fingerprint AS "sealFingerprint", paper_reason AS "paperReason", paper_until AS "paperUntil" FROM school`),
    people: await rows(db, `
      SELECT personal_number AS "personalNumber", full_name AS "fullName", email, phone, signing_account AS "signingAccount", certificate_fingerprint AS "certificateFingerprint"
      FROM person WHERE personal_number = ANY(:numbers)`, { numbers: staff.map((one) => one.personalNumber) }),
    grants: await rows(db, `
      SELECT g.id AS "grantId", p.id AS "personId", p.personal_number AS "personalNumber", p.full_name AS "fullName", g.role, coalesce(g.school_code, g.office_code) AS "unitCode",
        coalesce(s.name, o.name, '') AS "unitName", g.class_names AS "classNames", CASE WHEN g.revoked_at <= now() THEN 'ended' WHEN g.revoked_at IS NOT NULL THEN 'ending' ELSE 'held' END AS state
      FROM role_grant g JOIN person p ON p.id = g.person_id LEFT JOIN school s ON s.code = g.school_code LEFT JOIN office o ON o.code = g.office_code
      ORDER BY s.name, o.name, p.full_name, g.role, g.id`),
  };
}

function namedBy({ offices, schools, staff }: UnitsImport): UnitsNamed {
  // One person may stand in several rows; the signing account may stand in any of them.
  const people = new Map<string, UnitsNamed['people'][number]>();
  for (const one of staff) if (!people.has(one.personalNumber) || one.signingAccount !== null) people.set(one.personalNumber, one);
  return {
    offices, people: [...people.values()],
    schools: schools.map(({ exempt, ...school }) => ({ ...school, paperReason: exempt?.reason ?? null, paperUntil: exempt?.roadmapDate ?? null })),
    roles: staff.flatMap((one) => one.roles.map((role) => ({
      personalNumber: one.personalNumber, role, unitCode: ROLE_SCOPE[role] === 'province' ? null : one.unitCode, classNames: role === 'homeroom' ? one.classNames : [],
    }))),
  };
}
