import type { OfficeCode, PlainDate, SchoolCode } from '../../domain/brand.js';
import type { PupilRecord } from '../../domain/record.js';
import type { DrawnClass, DrawnOffice, DrawnPlan, DrawnSchool } from './drawnPlan.js';
import { NumberRegister, UNALLOCATED_PROVINCE } from './numbers.js';
import { drawOpenPlan, OPEN_PROVINCES, scaled } from './openPlan.js';
import { PROVINCE_PLANS, type ProvinceName } from './plan.js';
import type { Assignment, Office, Province, RoleException, School, SchoolClass, Staff } from './province.js';
import { drawPupil } from './pupil.js';
import { departmentPosts, drawOrganisation, drawStaff, MAIL_DOMAIN, officePosts, schoolPosts } from './staff.js';
import { drawWrittenPlan } from './writtenPlan.js';

export type ProvinceInput = {
  size: ProvinceName;
  seed: number;
  /** Of a province planned by size: the same shape with so many pupils. */
  pupils?: number | undefined;
  /** The day the campaign is played; instruments are dated around it. Default 2026-05-25, in the season. */
  asOf?: PlainDate;
};

const PROVINCE_NAME = 'Tỉnh Mô Phỏng';
/** A province with more than these keeps no pupil in memory: whoever asks for a class's pupils has them drawn again. */
const MOST_KEPT = 5_000;

const planOf = ({ size, seed, pupils }: ProvinceInput): DrawnPlan =>
  size !== 'can-tho' && size !== '500k' ? drawWrittenPlan(seed, PROVINCE_PLANS[size]) : drawOpenPlan(seed, pupils === undefined ? OPEN_PROVINCES[size] : scaled(OPEN_PROVINCES[size], pupils));

/** The synthetic province of a seed: the same input gives the same province, to the last digit. Pure. */
export function generateProvince(input: ProvinceInput): Province {
  const { seed, asOf = '2026-05-25' as PlainDate } = input;
  const plan = planOf(input);
  const numbers = new NumberRegister();
  const organisation = drawOrganisation(seed, 'SO', 'Sở Giáo dục và Đào tạo tỉnh Mô Phỏng', numbers);
  const offices = plan.offices.map((drawn, index) => office(drawn, index, numbers));
  const staff = [...departmentPosts(), ...officePosts(offices)].map((post) => drawStaff(seed, post, numbers));
  const schools = plan.schools.map((drawn, index) => {
    const built = buildSchool({ seed, asOf, plan, drawn, index, office: offices[drawn.office] as Office, numbers });
    staff.push(...built.staff);
    return built.school;
  });
  return {
    seed,
    schoolYear: plan.schoolYear,
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

const office = ({ kind, name, areaName }: DrawnOffice, index: number, numbers: NumberRegister): Office => ({
  code: `${UNALLOCATED_PROVINCE}${String(index + 1).padStart(3, '0')}` as OfficeCode,
  kind,
  name,
  areaName,
  email: `${kind === 'district' ? 'phonggd' : 'vanhoaxahoi'}@p${String(index + 1).padStart(2, '0')}.${MAIL_DOMAIN}`,
  phone: numbers.phone(),
});

type SchoolInput = { seed: number; asOf: PlainDate; plan: DrawnPlan; drawn: DrawnSchool; index: number; office: Office; numbers: NumberRegister };

function buildSchool({ seed, asOf, plan, drawn, index, office, numbers }: SchoolInput): { school: School; staff: Staff[] } {
  const key = schoolKey(plan, index);
  const code = `0${UNALLOCATED_PROVINCE}${office.code.slice(-3)}${key.slice(1)}` as SchoolCode;
  const staff = schoolPosts(drawn, key, code).map((post) => drawStaff(seed, post, numbers));
  const school: School = {
    code,
    name: drawn.name,
    officeCode: office.code,
    communeName: drawn.communeName,
    districtName: drawn.districtName,
    laterCommuneName: drawn.laterCommuneName,
    paper: drawn.paperReason === null ? null : { reason: drawn.paperReason, roadmapDate: addDays(asOf, 250) },
    address: [drawn.communeName, drawn.districtName, PROVINCE_NAME].filter((part) => part !== null).join(', '),
    email: `vanphong@${key.toLowerCase()}.${MAIL_DOMAIN}`,
    phone: numbers.phone(),
    seal: drawOrganisation(seed, key, drawn.name, numbers),
    classes: drawn.classes.map((one) => buildClass(seed, plan, drawn, key, one, teacherOf(staff, one.name))),
  };
  return { school, staff };
}

/** Pupils are drawn when asked for; a small province keeps them. */
function buildClass(seed: number, plan: DrawnPlan, school: DrawnSchool, key: string, drawn: DrawnClass, teacher: Staff): SchoolClass {
  const drawAll = (): readonly PupilRecord[] => Array.from({ length: drawn.size }, (_, index) => drawPupil(seed, {
    schoolYear: plan.schoolYear,
    provinceName: PROVINCE_NAME,
    school: { key, name: school.name, communeName: school.communeName, peoples: school.peoples },
    className: drawn.name,
    grade: drawn.grade,
    position: index + 1,
    place: drawn.firstPupil + index,
    site: drawn.site,
    kind: plan.kinds.get(drawn.firstPupil + index) ?? 'usual',
  }));
  const keeps = plan.schools.reduce((sum, one) => sum + one.classes.length, 0) * 40 < MOST_KEPT;
  let kept: readonly PupilRecord[] | undefined;
  return {
    name: drawn.name,
    grade: drawn.grade,
    size: drawn.size,
    held: Array.from({ length: drawn.size }, (_, index) => plan.kinds.has(drawn.firstPupil + index)).filter(Boolean).length,
    site: drawn.site,
    fate: drawn.fate,
    homeroomTeacher: teacher.code,
    get pupils() {
      if (kept !== undefined) return kept;
      const pupils = drawAll();
      if (keeps) kept = pupils;
      return pupils;
    },
  };
}

const schoolKey = (plan: DrawnPlan, index: number): string => `T${String(index + 1).padStart(plan.schools.length < 100 ? 2 : 3, '0')}`;

function teacherOf(staff: readonly Staff[], className: string): Staff {
  const found = staff.find((person) => person.roles.some((role) => role.kind === 'homeroom' && role.className === className));
  if (found === undefined) throw new Error(`no homeroom teacher was planned for class ${className}`);
  return found;
}

/** The head is away for the season; the deputy signs under the head's written assignment. */
const assignments = (plan: DrawnPlan, schools: readonly School[], asOf: PlainDate): Assignment[] =>
  schools.flatMap((school, index) => plan.schools[index]?.leadership !== 'deputySigns' ? [] : [{
    schoolCode: school.code,
    deputy: `${schoolKey(plan, index)}-PHT`,
    instrument: { number: `${12 + index}/QĐ-TH`, date: addDays(asOf, -21), signedBy: `${schoolKey(plan, index)}-HT` },
    from: addDays(asOf, -20),
    to: addDays(asOf, 70),
    reason: 'Hiệu trưởng đi học tập trung, giao Phó Hiệu trưởng ký thay học bạ số.',
  }]);

const roleExceptions = (plan: DrawnPlan, schools: readonly School[], asOf: PlainDate): RoleException[] =>
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
