import type { OfficeCode, PlainDate, SchoolCode } from '../../domain/brand.js';
import type { Sex } from '../../domain/record.js';
import type { DrawnSchool } from './drawnPlan.js';
import { fullName, type Ethnicity } from './names.js';
import type { NumberRegister } from './numbers.js';
import type { Office, Organisation, Staff, StaffRole } from './province.js';
import { randomFor } from './random.js';

/** Reserved by RFC 2606: mail to it can never leave. */
export const MAIL_DOMAIN = 'tinhmophong.test';

type Post = {
  code: string;
  title: string;
  roles: readonly StaffRole[];
  /** Whether the post signs and so has an account at the signing service. */
  signs: boolean;
  ethnicity: Ethnicity;
  mailUnit: string;
};

export function drawStaff(seed: number, post: Post, numbers: NumberRegister): Staff {
  const random = randomFor(seed, 'staff', post.code);
  const sex: Sex = random.chance(0.35) ? 'male' : 'female';
  const birthDate = `${random.between(1968, 1999)}-${String(random.between(1, 12)).padStart(2, '0')}-${String(random.between(1, 28)).padStart(2, '0')}` as PlainDate;
  const mailbox = post.code.split('-').slice(1).join('-').toLowerCase();
  return {
    code: post.code,
    fullName: fullName(random, post.ethnicity, sex),
    sex,
    birthDate,
    personalNumber: numbers.personalNumber(sex, birthDate),
    email: `${mailbox}@${post.mailUnit}.${MAIL_DOMAIN}`,
    phone: numbers.phone(),
    title: post.title,
    roles: post.roles,
    signing: post.signs ? { account: post.code.toLowerCase(), pin: drawPin(seed, post.code) } : null,
  };
}

export const drawPin = (seed: number, account: string): string =>
  String(randomFor(seed, 'pin', account).between(0, 999_999)).padStart(6, '0');

/** Coordinator and official of the Sở. */
export function departmentPosts(): Post[] {
  return [
    { code: 'SO-CV01', title: 'Chuyên viên Sở', roles: [{ kind: 'coordinator' }], signs: false, ethnicity: 'Kinh', mailUnit: 'so' },
    { code: 'SO-LD01', title: 'Phó Giám đốc Sở', roles: [{ kind: 'official' }], signs: false, ethnicity: 'Kinh', mailUnit: 'so' },
  ];
}

export const officePosts = (offices: readonly Office[]): Post[] =>
  offices.map((office, index) => ({
    code: `P${String(index + 1).padStart(2, '0')}-CV01`,
    title: office.kind === 'district' ? 'Chuyên viên Phòng GD&ĐT' : 'Chuyên viên phòng Văn hóa – Xã hội',
    roles: [{ kind: 'office', officeCode: office.code as OfficeCode }],
    signs: false,
    ethnicity: 'Kinh',
    mailUnit: `p${String(index + 1).padStart(2, '0')}`,
  }));

/**
 * Principal, deputy, clerk and one homeroom teacher per class, or per two that are combined; in a school with one head that person is principal,
 * clerk and the first class's teacher at once.
 * @param key `T01`
 */
export function schoolPosts(plan: DrawnSchool, key: string, schoolCode: SchoolCode): Post[] {
  const peoples = Object.entries(plan.peoples) as [Ethnicity, number][];
  const main = peoples.reduce((most, next) => (next[1] > most[1] ? next : most))[0];
  const mailUnit = key.toLowerCase();
  const post = (code: string, title: string, roles: readonly StaffRole[], signs: boolean): Post =>
    ({ code: `${key}-${code}`, title, roles, signs, ethnicity: main, mailUnit });
  const teacher = (classNames: readonly string[], index: number): Post =>
    post(`GV${String(index + 1).padStart(2, '0')}`, 'Giáo viên', classNames.map((className) => ({ kind: 'homeroom', schoolCode, className })), true);
  const taughtBy = plan.classes.reduce<string[][]>((all, one) => {
    (all[one.teacher] ??= []).push(one.name);
    return all;
  }, []);
  if (plan.leadership === 'oneHead') {
    const [taught = [], ...others] = taughtBy;
    const roles: StaffRole[] = [{ kind: 'principal', schoolCode }, { kind: 'clerk', schoolCode }, ...taught.map((className): StaffRole => ({ kind: 'homeroom', schoolCode, className }))];
    return [post('HT', 'Hiệu trưởng', roles, true), ...others.map(teacher)];
  }
  return [
    post('HT', 'Hiệu trưởng', [{ kind: 'principal', schoolCode }], true),
    post('PHT', 'Phó Hiệu trưởng', [{ kind: 'deputy', schoolCode }], true),
    post('VT', 'Nhân viên văn thư', [{ kind: 'clerk', schoolCode }], false),
    ...taughtBy.map(teacher),
  ];
}

/** A seal's account; `key` is the unit's, e.g. `T01` or `SO`. */
export const drawOrganisation = (seed: number, key: string, name: string, numbers: NumberRegister): Organisation => {
  const account = `${key.toLowerCase()}-con-dau`;
  return { name, taxCode: numbers.taxCode(), account, pin: drawPin(seed, account) };
};
