import type { Seeded } from './seedProvince.js';

/** Who does what in a seeded province, by school index and role; throws when nobody does. */
export function staffing({ province, personOf }: Seeded) {
  const find = (kind: string, schoolIndex: number | null): string => {
    const code = schoolIndex === null ? null : province.schools[schoolIndex]!.code;
    const found = province.staff.find((one) => one.roles.some((role) => role.kind === kind && (code === null || ('schoolCode' in role && role.schoolCode === code))));
    if (found === undefined) throw new Error(`nobody is ${kind} there`);
    return personOf(found.code);
  };
  return {
    school: (index: number): string => province.schools[index]!.code,
    at: (kind: 'principal' | 'deputy' | 'clerk', schoolIndex: number): string => find(kind, schoolIndex),
    department: (kind: 'coordinator' | 'official'): string => find(kind, null),
    teacherOf: (schoolIndex: number, className: string): string => personOf(province.schools[schoolIndex]!.classes.find((one) => one.name === className)!.homeroomTeacher),
    classNames: (schoolIndex: number): string[] => province.schools[schoolIndex]!.classes.map((one) => one.name),
  };
}
