import { ROLE_SCOPE, type Role } from './roles.js';

type Office = { code: string; name: string; kind: string; phone: string | null; email: string | null };
type School = {
  code: string; name: string; officeCode: string; communeName: string; districtName: string | null; address: string | null; taxCode: string | null; phone: string | null; email: string | null;
  sealAccount: string | null; sealFingerprint: string | null; paperReason: string | null; paperUntil: string | null;
};
type Person = { personalNumber: string; fullName: string; email: string | null; phone: string | null; signingAccount: string | null; certificateFingerprint: string | null };
export type NamedRole = { personalNumber: string; role: Role; unitCode: string | null; classNames: readonly string[] };

/** What a units-and-staff workbook says. */
export type UnitsNamed = { offices: readonly Office[]; schools: readonly School[]; people: readonly Person[]; roles: readonly NamedRole[] };
/** The directory as it is: people who hold or held something at an office or school, or stand in the workbook. */
export type UnitsNow = {
  offices: readonly Office[]; schools: readonly School[]; people: readonly Person[];
  /** `state`: held now or from a day ahead; ending on a day ahead; ended. */
  grants: readonly { grantId: string; personId: string; personalNumber: string | null; fullName: string; role: Role; unitCode: string | null; unitName: string; classNames: readonly string[] | null; state: 'held' | 'ending' | 'ended' }[];
};

export type UnitsDifferences = {
  added: { what: 'office' | 'school' | 'person' | 'role'; name: string; detail: string | null }[];
  changed: { name: string; field: string; from: string | null; to: string | null }[];
  /** Roles that were ended by a decision and that the workbook names again. */
  again: { name: string; role: Role; unitName: string }[];
  /** Roles held at an office or school that the workbook does not name: nobody loses one unless ticked. */
  gone: { grantId: string; personId: string; name: string; role: Role; unitName: string }[];
  /** Schools for which the workbook names another head than the present one, whose role has the id. */
  heads: { grantId: string; schoolCode: string; schoolName: string; current: string; named: string }[];
};

const OFFICE_FIELDS = { name: 'Tên', kind: 'Loại', phone: 'Điện thoại', email: 'Thư điện tử' } as const;
const SCHOOL_FIELDS = {
  name: 'Tên', officeCode: 'Mã đơn vị quản lí', communeName: 'Xã, phường', districtName: 'Quận, huyện', address: 'Địa chỉ', taxCode: 'Mã số thuế', phone: 'Điện thoại', email: 'Thư điện tử',
  sealAccount: 'Tài khoản ký số phát hành', sealFingerprint: 'Chứng thư ký số phát hành', paperReason: 'Lí do dùng học bạ giấy', paperUntil: 'Hạn dùng học bạ giấy',
} as const;
const PERSON_FIELDS = { fullName: 'Họ và tên', email: 'Thư điện tử', phone: 'Điện thoại' } as const;
/** A blank cell keeps what is known. */
const SIGNING_FIELDS = { signingAccount: 'Tài khoản ký số', certificateFingerprint: 'Chứng thư số' } as const;

/** What applying a workbook would add and change, and what it no longer names. Roles of the Sở itself are the administrator's. */
export function unitsDifferences(now: UnitsNow, named: UnitsNamed): UnitsDifferences {
  const people = new Map(now.people.map((one) => [one.personalNumber, one]));
  const nameOf = new Map([...now.people, ...named.people].map((one) => [one.personalNumber, one.fullName]));
  const unitNames = new Map([...now.offices, ...now.schools, ...named.offices, ...named.schools].map((one) => [one.code, one.name]));
  const unitName = (code: string | null): string => (code === null ? 'Sở GD&ĐT' : unitNames.get(code) ?? code);
  const grants = new Map(now.grants.filter((one) => one.state !== 'ended').map((one) => [keyOf(one), one]));
  const ended = new Set(now.grants.filter((one) => one.state === 'ended').map(keyOf));
  const wanted = new Set(named.roles.map(keyOf));
  const heads = headChanges(now, named, { nameOf, unitName });
  const fresh = named.roles.filter((one) => !grants.has(keyOf(one)) && !heads.some((head) => one.role === 'principal' && head.schoolCode === one.unitCode));
  return {
    added: [
      ...places(now.offices, named.offices).added.map((one) => ({ what: 'office' as const, name: one.name, detail: one.code })),
      ...places(now.schools, named.schools).added.map((one) => ({ what: 'school' as const, name: one.name, detail: one.code })),
      ...named.people.filter((one) => !people.has(one.personalNumber)).map((one) => ({ what: 'person' as const, name: one.fullName, detail: null })),
      ...fresh.filter((one) => !ended.has(keyOf(one)) && people.has(one.personalNumber)).map((one) => ({ what: 'role' as const, name: nameOf.get(one.personalNumber) ?? '', detail: `${one.role}/${unitName(one.unitCode)}` })),
    ],
    changed: [
      ...places(now.offices, named.offices).kept.flatMap(([before, after]) => fieldChanges(before, after, OFFICE_FIELDS, before.name)),
      ...places(now.schools, named.schools).kept.flatMap(([before, after]) => fieldChanges(before, after, SCHOOL_FIELDS, before.name)),
      ...named.people.flatMap((after) => personChanges(people.get(after.personalNumber), after)),
      ...named.roles.flatMap((after) => classChanges(grants.get(keyOf(after)), after)),
    ],
    again: fresh.filter((one) => ended.has(keyOf(one))).map((one) => ({ name: nameOf.get(one.personalNumber) ?? '', role: one.role, unitName: unitName(one.unitCode) })),
    gone: now.grants.filter((one) => one.state === 'held' && ROLE_SCOPE[one.role] !== 'province' && !wanted.has(keyOf(one)) && !heads.some((head) => head.grantId === one.grantId))
      .map(({ grantId, personId, fullName, role, unitName: unit }) => ({ grantId, personId, name: fullName, role, unitName: unit })),
    heads,
  };
}

/** Whether somebody has to look before it is applied. */
export const needsLook = ({ changed, again, gone, heads }: UnitsDifferences): boolean => changed.length + again.length + gone.length + heads.length > 0;

const keyOf = (one: { personalNumber: string | null; role: Role; unitCode: string | null }): string => `${one.personalNumber ?? ''}/${one.role}/${one.unitCode ?? ''}`;

function places<P extends { code: string }>(now: readonly P[], named: readonly P[]): { added: P[]; kept: [before: P, after: P][] } {
  const known = new Map(now.map((one) => [one.code, one]));
  return {
    added: named.filter((one) => !known.has(one.code)),
    kept: named.flatMap((one): [P, P][] => { const before = known.get(one.code); return before === undefined ? [] : [[before, one]]; }),
  };
}

function fieldChanges<R>(before: R, after: R, fields: Partial<Record<keyof R, string>>, name: string): UnitsDifferences['changed'] {
  return (Object.entries(fields) as [keyof R, string][]).flatMap(([field, label]) => {
    const [from, to] = [before[field] as string | null, after[field] as string | null];
    return from === to ? [] : [{ name, field: label, from, to }];
  });
}

function personChanges(before: Person | undefined, after: Person): UnitsDifferences['changed'] {
  if (before === undefined) return [];
  return [
    ...fieldChanges(before, after, PERSON_FIELDS, before.fullName),
    ...fieldChanges(before, after, SIGNING_FIELDS, before.fullName).filter((change) => change.to !== null),
  ];
}

function classChanges(before: UnitsNow['grants'][number] | undefined, after: NamedRole): UnitsDifferences['changed'] {
  if (before === undefined || after.role !== 'homeroom') return [];
  const [from, to] = [[...before.classNames ?? []].sort().join(', '), [...after.classNames].sort().join(', ')];
  return from === to ? [] : [{ name: before.fullName, field: 'Lớp chủ nhiệm', from: from === '' ? null : from, to: to === '' ? null : to }];
}

function headChanges(now: UnitsNow, named: UnitsNamed, { nameOf, unitName }: { nameOf: Map<string, string>; unitName: (code: string | null) => string }): UnitsDifferences['heads'] {
  const current = new Map(now.grants.filter((one) => one.role === 'principal' && one.state !== 'ended').map((one) => [one.unitCode, one]));
  return named.roles.filter((one) => one.role === 'principal').flatMap((one) => {
    const head = current.get(one.unitCode);
    if (head === undefined || head.personalNumber === one.personalNumber) return [];
    return [{ grantId: head.grantId, schoolCode: one.unitCode ?? '', schoolName: unitName(one.unitCode), current: head.fullName, named: nameOf.get(one.personalNumber) ?? '' }];
  });
}
