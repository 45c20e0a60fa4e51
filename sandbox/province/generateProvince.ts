import type { OfficeCode, PlainDate, SchoolCode, SchoolYear } from '../../domain/brand.js';
import type { ForeignCountry } from './names.js';
import { NumberRegister, UNALLOCATED_PROVINCE } from './numbers.js';
import { PROVINCE_PLANS, type ProvincePlan, type ProvinceSize, type SchoolPlan } from './plan.js';
import type { Assignment, Office, Province, RoleException, School, SchoolClass, Staff } from './province.js';
import { drawPupil, type Seat } from './pupil.js';
import { randomFor } from './random.js';
import { departmentPosts, drawOrganisation, drawStaff, MAIL_DOMAIN, officePosts, schoolPosts } from './staff.js';

export type ProvinceInput = {
  size: ProvinceSize;
  seed: number;
  /** The day the campaign is played; instruments are dated around it. Default 2026-05-25, in the season. */
  asOf?: PlainDate;
};

const SCHOOL_YEAR = '2025-2026' as SchoolYear;
const PROVINCE_NAME = 'Tỉnh Mô Phỏng';

/** The synthetic province of a seed: the same input gives the same province, to the last digit. Pure. */
export function generateProvince({ size, seed, asOf = '2026-05-25' as PlainDate }: ProvinceInput): Province {
  const plan: ProvincePlan = PROVINCE_PLANS[size];
  const numbers = new NumberRegister();
  const organisation = drawOrganisation(seed, 'SO', 'Sở Giáo dục và Đào tạo tỉnh Mô Phỏng', numbers);
  const offices = plan.communes.map((communeName, index) => office(communeName, index, numbers));
  const staff = [...departmentPosts(), ...officePosts(offices)].map((post) => drawStaff(seed, post, numbers));
  const kinds = specialPupils(seed, plan);
  const schools = plan.schools.map((schoolPlan, index) => {
    const built = buildSchool({ seed, plan: schoolPlan, index, office: offices[schoolPlan.commune] as Office, numbers, kinds });
    staff.push(...built.staff);
    return built.school;
  });
  return {
    seed,
    schoolYear: SCHOOL_YEAR,
    code: UNALLOCATED_PROVINCE,
    provinceName: PROVINCE_NAME,
    departmentName: organisation.name,
    placeOfIssue: PROVINCE_NAME,
    organisation,
    offices,
    schools,
    staff,
    assignments: assignments(plan, schools, asOf),
    roleExceptions: roleExceptions(plan, schools, asOf),
  };
}

const office = (communeName: string, index: number, numbers: NumberRegister): Office => ({
  code: `${UNALLOCATED_PROVINCE}${String(index + 1).padStart(3, '0')}` as OfficeCode,
  name: `Phòng Văn hóa – Xã hội ${communeName}`,
  communeName,
  email: `vanhoaxahoi@p${String(index + 1).padStart(2, '0')}.${MAIL_DOMAIN}`,
  phone: numbers.phone(),
});

type SchoolInput = { seed: number; plan: SchoolPlan; index: number; office: Office; numbers: NumberRegister; kinds: ReadonlyMap<string, Seat['kind']> };

function buildSchool({ seed, plan, index, office, numbers, kinds }: SchoolInput): { school: School; staff: Staff[] } {
  const key = schoolKey(index);
  const code = `0${UNALLOCATED_PROVINCE}${office.code.slice(-3)}${String(index + 1).padStart(2, '0')}` as SchoolCode;
  const seats = classSeats(seed, plan, key);
  const staff = schoolPosts(plan, key, code, seats.map((seat) => seat.name)).map((post) => drawStaff(seed, post, numbers));
  const classes = seats.map((seat): SchoolClass => ({
    name: seat.name,
    grade: seat.grade,
    homeroomTeacher: teacherOf(staff, seat.name).code,
    pupils: Array.from({ length: seat.size }, (_, position) => drawPupil(seed, {
      schoolYear: SCHOOL_YEAR,
      provinceName: PROVINCE_NAME,
      school: { key, name: plan.name, communeName: office.communeName, peoples: plan.peoples },
      className: seat.name,
      grade: seat.grade,
      position: position + 1,
      kind: kinds.get(`${key}/${seat.name}/${position}`) ?? 'usual',
    }, numbers)),
  }));
  const school: School = {
    code,
    name: plan.name,
    officeCode: office.code,
    communeName: office.communeName,
    address: `${office.communeName}, ${PROVINCE_NAME}`,
    email: `vanphong@${key.toLowerCase()}.${MAIL_DOMAIN}`,
    phone: numbers.phone(),
    seal: drawOrganisation(seed, key, plan.name, numbers),
    classes,
  };
  return { school, staff };
}

const schoolKey = (index: number): string => `T${String(index + 1).padStart(2, '0')}`;

function teacherOf(staff: readonly Staff[], className: string): Staff {
  const found = staff.find((person) => person.roles.some((role) => role.kind === 'homeroom' && role.className === className));
  if (found === undefined) throw new Error(`no homeroom teacher was planned for class ${className}`);
  return found;
}

/** Names and sizes of a school's classes: `1A`, `1B`, `2A` … */
function classSeats(seed: number, plan: SchoolPlan, key: string): { name: string; grade: number; size: number }[] {
  const random = randomFor(seed, 'classes', key);
  const [from, to] = plan.pupilsPerClass;
  return plan.classes.flatMap((count, gradeIndex) =>
    Array.from({ length: count }, (_, letter) => ({
      name: `${gradeIndex + 1}${'ABCDEF'.charAt(letter)}`,
      grade: gradeIndex + 1,
      size: random.between(from, to),
    })));
}

/** Who has no number and who is foreign, as `school/class/position` → kind, spread over the whole province. */
function specialPupils(seed: number, plan: ProvincePlan): Map<string, Seat['kind']> {
  const places = plan.schools.flatMap((schoolPlan, index) =>
    classSeats(seed, schoolPlan, schoolKey(index)).flatMap((seat) =>
      Array.from({ length: seat.size }, (_, position) => `${schoolKey(index)}/${seat.name}/${position}`)));
  const kinds: ('noNumber' | ForeignCountry)[] = [...Array.from({ length: plan.withoutNumber }, () => 'noNumber' as const), ...plan.foreign];
  const random = randomFor(seed, 'special');
  const chosen = random.sample(places, kinds.length);
  return new Map(chosen.map((place) => [place, kinds.splice(random.between(0, kinds.length - 1), 1)[0] ?? 'usual']));
}

/** The head is away for the season; the deputy signs under the head's written assignment. */
const assignments = (plan: ProvincePlan, schools: readonly School[], asOf: PlainDate): Assignment[] =>
  schools.flatMap((school, index) => plan.schools[index]?.leadership !== 'deputySigns' ? [] : [{
    schoolCode: school.code,
    deputy: `${schoolKey(index)}-PHT`,
    instrument: { number: `${12 + index}/QĐ-TH`, date: addDays(asOf, -21), signedBy: `${schoolKey(index)}-HT` },
    from: addDays(asOf, -20),
    to: addDays(asOf, 70),
    reason: 'Hiệu trưởng đi học tập trung, giao Phó Hiệu trưởng ký thay học bạ số.',
  }]);

const roleExceptions = (plan: ProvincePlan, schools: readonly School[], asOf: PlainDate): RoleException[] =>
  schools.flatMap((school, index) => {
    const taught = school.classes[0];
    return plan.schools[index]?.leadership !== 'oneHead' || taught === undefined ? [] : [{
      schoolCode: school.code,
      className: taught.name,
      person: taught.homeroomTeacher,
      instrument: { number: `${340 + index}/SGDĐT-GDTH`, date: addDays(asOf, -14), signedBy: 'SO-LD01' },
      from: addDays(asOf, -14),
      to: addDays(asOf, 70),
      reason: 'Trường có một cán bộ quản lí, đồng thời dạy lớp; không có Phó Hiệu trưởng.',
    }];
  });

const addDays = (date: PlainDate, days: number): PlainDate =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10) as PlainDate;
