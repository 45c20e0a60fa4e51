import type { PlainDate } from '../../domain/brand.js';
import type { PupilRecord } from '../../domain/record.js';
import type { ExpectedRow } from '../../formats/intake/expected.js';
import { writeExpectedTemplate } from '../../formats/intake/expectedTemplate.js';
import type { StaffRow, UnitsData } from '../../formats/intake/units.js';
import { writeUnitsTemplate } from '../../formats/intake/unitsTemplate.js';
import { writeRosterTemplate, type RosterTemplate } from '../../formats/roster/template.js';
import type { SigningAccount } from './accounts.js';
import type { Province, School, Staff, StaffCode } from './province.js';

/** Certificates by signing account, as `createSigningAccounts` gives them; an account that is missing leaves its cell blank. */
export type Certificates = ReadonlyMap<string, Pick<SigningAccount, 'fingerprint'>>;

/** The units-and-staff workbook that the Sở's coordinator uploads. */
export const unitsWorkbook = (province: Province, certificates: Certificates): Promise<Buffer> =>
  writeUnitsTemplate({ rows: unitsRows(province, certificates) });

/** The expected-pupils workbook: the list that launching freezes, or its part of some schools. */
export const expectedWorkbook = (province: Province, schools: readonly School[] = province.schools): Promise<Buffer> => writeExpectedTemplate({ rows: expectedRows(province, schools) });

/** The schools in turns of at most so many pupils, for lists that one workbook cannot hold. */
export function schoolsByParts({ schools }: Province, mostPupils: number): School[][] {
  const parts: { schools: School[]; pupils: number }[] = [];
  for (const school of schools) {
    const pupils = school.classes.reduce((sum, one) => sum + one.size, 0);
    const last = parts.at(-1);
    if (last === undefined || last.pupils + pupils > mostPupils) parts.push({ schools: [school], pupils });
    else {
      last.schools.push(school);
      last.pupils += pupils;
    }
  }
  return parts.map((part) => part.schools);
}

/**
 * One school's roster, filled in: what its clerk uploads.
 * @param faulty classes in which the clerk mistyped two pupils
 */
export const rosterWorkbook = (province: Province, schoolCode: string, faulty: ReadonlySet<string> = new Set()): Promise<Buffer> => {
  const roster = rosterOf(province, schoolCode);
  return writeRosterTemplate({ ...roster, classes: roster.classes.map((one) => (faulty.has(one.name) ? { ...one, records: (one.records ?? []).map(mistyped) } : one)) });
};

/** A test score of 11 for the first pupil of a class, no mother's name for the second: each one cell and one rule. */
const mistyped = (record: PupilRecord, index: number): PupilRecord =>
  index === 0 ? { ...record, subjects: record.subjects.map((one) => (one.subject === 'TOAN' ? { ...one, test: 11 } : one)) }
    : index === 1 ? { ...record, identity: { ...record.identity, motherName: '' } } : record;

export function rosterOf(province: Province, schoolCode: string): RosterTemplate {
  const school = schoolOf(province, schoolCode);
  return {
    schoolName: school.name,
    schoolCode: school.code,
    schoolYear: province.schoolYear,
    classes: school.classes.map((one) => {
      const records = one.pupils;
      return { name: one.name, grade: one.grade, homeroomTeacher: person(province, one.homeroomTeacher).fullName, pupils: records.map((record) => record.identity), records };
    }),
  };
}

export function unitsRows(province: Province, certificates: Certificates): UnitsData {
  const fingerprint = (account: string | undefined): string | null => (account === undefined ? null : certificates.get(account)?.fingerprint ?? null);
  return {
    offices: province.offices.map(({ code, kind, name, phone, email }) => ({ code, name, kind, phone, email })),
    schools: province.schools.map((school) => ({
      code: school.code, name: school.name, officeCode: school.officeCode, communeName: school.communeName, districtName: school.districtName, areasSince: null, address: school.address,
      taxCode: school.seal.taxCode, phone: school.phone, email: school.email, exempt: school.paper,
      sealAccount: school.seal.account, sealFingerprint: fingerprint(school.seal.account),
    })),
    staff: province.staff.map((one): StaffRow => ({
      fullName: one.fullName, personalNumber: one.personalNumber, email: one.email, phone: one.phone, ...postOf(one),
      signingAccount: one.signing?.account ?? null, certificateFingerprint: fingerprint(one.signing?.account),
    })),
    authorities: province.assignments.map(({ schoolCode, deputy, instrument, from, to }) => ({
      schoolCode, personalNumber: person(province, deputy).personalNumber, basis: 'deputy_assignment', instrumentNumber: instrument.number, instrumentDate: instrument.date,
      signedBy: person(province, instrument.signedBy).fullName, from, through: dayBefore(to), classNames: null,
    })),
    exceptions: province.roleExceptions.map(({ schoolCode, person: code, instrument, from, to }) => ({
      schoolCode, personalNumber: person(province, code).personalNumber, decisionNumber: instrument.number, decisionDate: instrument.date, from, through: dayBefore(to),
    })),
  };
}

/** Class by class, so that nobody holds a province's pupils at once. */
export function* expectedRows(province: Province, schools: readonly School[] = province.schools): Generator<ExpectedRow> {
  const numbers = new Map(province.staff.map((one) => [one.code, one.personalNumber]));
  for (const school of schools) {
    for (const one of school.classes) {
      for (const { identity } of one.pupils) {
        yield {
          schoolCode: school.code, className: one.name, grade: one.grade, teacherNumber: numbers.get(one.homeroomTeacher) ?? '',
          pupilCode: identity.pupilCode, fullName: identity.fullName, birthDate: identity.birthDate, sex: identity.sex, ethnicity: identity.ethnicity,
          nationality: identity.nationality, personalNumber: identity.personalNumber, note: null,
        };
      }
    }
  }
}

/** A post's roles lie at one unit: the Sở, an office or a school. */
function postOf({ roles }: Staff): Pick<StaffRow, 'roles' | 'unitCode' | 'classNames'> {
  const unit = roles.map((role) => ('schoolCode' in role ? role.schoolCode : 'officeCode' in role ? role.officeCode : null));
  return { roles: roles.map((role) => role.kind), unitCode: unit[0] ?? null, classNames: roles.flatMap((role) => ('className' in role ? [role.className] : [])) };
}

export function schoolOf(province: Province, code: string): School {
  const school = province.schools.find((one) => one.code === code);
  if (school === undefined) throw new RangeError(`the province has no school ${code}`);
  return school;
}

function person(province: Province, code: StaffCode): Staff {
  const found = province.staff.find((one) => one.code === code);
  if (found === undefined) throw new RangeError(`the province has no staff ${code}`);
  return found;
}

/** Windows here are half-open; the workbook names the last day on which one holds, as people write it. */
const dayBefore = (date: PlainDate): PlainDate => new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10) as PlainDate;
