import { createHash, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { CardState } from '../../domain/cardState.js';
import { heldByRecord } from '../../domain/pupilStatus.js';
import { DEFAULT_POLICY } from '../../domain/policy.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import type { Province, SchoolClass, Staff } from '../../sandbox/province/province.js';

/**
 * Writes a whole synthetic province with a running campaign as the owner, for tests of pages. Not the demo's way in, which goes through
 * the coordinator's uploads. Person ids follow from the staff's codes (`personOf`), class ids from school and name (`classOf`).
 */
export type Seeded = { province: Province; campaignId: string; personOf: (code: string) => string; classOf: (schoolCode: string, className: string) => string };

const uuidOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
export const personOf = (code: string): string => uuidOf(`person ${code}`);
export const classOf = (schoolCode: string, className: string): string => uuidOf(`class ${schoolCode} ${className}`);

export type SeedOptions = {
  size?: 'tiny' | 'small'; seed?: number; state?: 'draft' | 'running' | 'ended';
  /** The state of every card of a class; null: no data yet. Held pupils get no card. Default: everything drafted, once the campaign is launched. */
  cardState?: (schoolClass: SchoolClass, schoolIndex: number, pupilIndex: number) => CardState | null;
  /** Hours from now to each stage's deadline. */
  dueHours?: readonly [number, number, number, number];
};

export async function seedProvince(db: Knex, options: SeedOptions = {}): Promise<Seeded> {
  const { size = 'tiny', seed = 7, state = 'running', cardState = () => (state === 'draft' ? null : 'drafted'), dueHours = [24, 48, 72, 96] } = options;
  const province = generateProvince({ size, seed });
  const campaignId = uuidOf(`campaign ${seed}`);
  await db('province').insert({ code: province.code, name: province.provinceName, department_name: province.departmentName, place_of_issue: province.placeOfIssue });
  await db('office').insert(province.offices.map((office) => ({ code: office.code, name: office.name, kind: 'commune', phone: office.phone, email: office.email })));
  await db('school').insert(province.schools.map((school) => ({
    code: school.code, name: school.name, office_code: school.officeCode, commune_name: school.communeName, address: school.address, tax_code: school.seal.taxCode,
    phone: school.phone, email: school.email, seal_account: school.seal.account,
  })));
  await seedPeople(db, province.staff);
  await seedAuthorities(db, province);
  const due = dueHours.map((hours) => new Date(Date.now() + hours * 3_600_000));
  await db('campaign').insert({
    id: campaignId, province_code: province.code, school_year: province.schoolYear, level: 'primary', cycle: 'main', state, policy: JSON.stringify(DEFAULT_POLICY),
    collect_due: due[0], review_due: due[1], approve_due: due[2], seal_due: due[3], launched_at: state === 'draft' ? null : new Date(), ended_at: state === 'ended' ? new Date() : null,
  });
  if (state !== 'draft') {
    await db('campaign_school').insert(province.schools.map((school) => ({ campaign_id: campaignId, school_code: school.code, office_code: school.officeCode, state: state === 'ended' ? 'closed' : 'open' })));
  }
  for (const [schoolIndex, school] of province.schools.entries()) {
    for (const schoolClass of school.classes) await seedClass(db, { campaignId, schoolCode: school.code, schoolClass, stateOf: (index) => cardState(schoolClass, schoolIndex, index) });
  }
  return { province, campaignId, personOf, classOf };
}

async function seedPeople(db: Knex, staff: readonly Staff[]): Promise<void> {
  await db('person').insert(staff.map((one) => ({
    id: personOf(one.code), full_name: one.fullName, personal_number: one.personalNumber, email: one.email, phone: one.phone, signing_account: one.signing?.account ?? null,
  })));
  const grants = staff.flatMap((one) => one.roles.map((role) => ({
    person_id: personOf(one.code), role: role.kind, office_code: 'officeCode' in role ? role.officeCode : null, school_code: 'schoolCode' in role ? role.schoolCode : null,
  })));
  await db('role_grant').insert(grants).onConflict().ignore();
}

async function seedAuthorities(db: Knex, province: Province): Promise<void> {
  const heads = province.staff.flatMap((one) => one.roles.flatMap((role) => (role.kind === 'principal' ? [{ code: one.code, schoolCode: role.schoolCode }] : [])));
  await db('authority').insert(heads.map(({ code, schoolCode }) => ({ id: uuidOf(`head ${code}`), school_code: schoolCode, person_id: personOf(code), basis: 'head', valid_from: new Date('2025-08-01') })));
  if (province.assignments.length > 0) {
    await db('authority').insert(province.assignments.map((one) => ({
      id: uuidOf(`assignment ${one.deputy}`), school_code: one.schoolCode, person_id: personOf(one.deputy), basis: 'deputy_assignment',
      instrument_number: one.instrument.number, instrument_date: one.instrument.date, signed_by: 'Hiệu trưởng', valid_from: one.from, valid_to: new Date(Date.now() + 30 * 86_400_000),
    })));
  }
  if (province.roleExceptions.length > 0) {
    await db('role_exception').insert(province.roleExceptions.map((one) => ({
      id: uuidOf(`exception ${one.person} ${one.className}`), school_code: one.schoolCode, person_id: personOf(one.person), instrument_number: `${one.instrument.number} ${one.className}`,
      instrument_date: one.instrument.date, reason: one.reason, valid_from: one.from, valid_to: new Date(Date.now() + 30 * 86_400_000),
    })));
  }
}

type ClassSeed = { campaignId: string; schoolCode: string; schoolClass: SchoolClass; stateOf: (pupilIndex: number) => CardState | null };

async function seedClass(db: Knex, { campaignId, schoolCode, schoolClass, stateOf }: ClassSeed): Promise<void> {
  const classId = classOf(schoolCode, schoolClass.name);
  const states = schoolClass.pupils.map((record, index) => (heldByRecord(record) === null ? stateOf(index) : null));
  await db('class').insert({
    id: classId, campaign_id: campaignId, school_code: schoolCode, name: schoolClass.name, grade: schoolClass.grade, homeroom_person_id: personOf(schoolClass.homeroomTeacher),
    collect_state: states.some((state) => state !== null) ? 'accepted' : 'missing', collected_at: states.some((state) => state !== null) ? new Date() : null,
  });
  const pupils = schoolClass.pupils.map((record) => {
    const { identity } = record;
    const held = heldByRecord(record);
    return {
      id: uuidOf(`pupil ${identity.pupilCode}`), campaign_id: campaignId, class_id: classId, school_code: schoolCode, pupil_code: identity.pupilCode, full_name: identity.fullName,
      birth_date: identity.birthDate, sex: identity.sex, ethnicity: identity.ethnicity, nationality: identity.nationality, personal_number: identity.personalNumber,
      status: held === null ? 'expected' : 'held', reason: held,
    };
  });
  await db('expected_pupil').insert(pupils);
  const now = new Date();
  const cards = schoolClass.pupils.flatMap((record, index) => {
    const state = states[index] ?? null;
    if (state === null) return [];
    const document = state === 'drafted' ? null : Buffer.from(`<HOC_BA>${index}</HOC_BA>`);
    const order = ['drafted', 'teacher_signed', 'principal_signed', 'sealed', 'received', 'packed', 'sending', 'submitted', 'accepted'];
    const reached = (other: string): Date | null => (state === 'refused' || order.indexOf(state) >= order.indexOf(other) ? now : null);
    return [{
      id: randomUUID(), campaign_id: campaignId, expected_pupil_id: pupils[index]!.id, class_id: classId, school_code: schoolCode, state, record: JSON.stringify(record),
      document, document_sha256: document === null ? null : createHash('sha256').update(document).digest('hex'),
      teacher_signed_at: reached('teacher_signed'), principal_signed_at: reached('principal_signed'), sealed_at: reached('sealed'), received_at: reached('received'),
      accepted_at: state === 'accepted' ? now : null,
      ...(state === 'refused' ? { kho_error: 'E-DATA', kho_error_field: 'NOI_SINH', kho_error_description: 'Nơi sinh không có trong danh mục' } : {}),
    }];
  });
  if (cards.length > 0) await db('report_card').insert(cards);
}
