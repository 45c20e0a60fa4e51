import type { OfficeCode, PlainDate, SchoolCode, SchoolYear } from '../../domain/brand.js';
import type { PupilRecord, Sex } from '../../domain/record.js';

/**
 * A synthetic province: everything a real one would hand to the hub at the start of a campaign, and the records its
 * schools will upload later. Nobody in it exists; see `numbers.ts` for why none of its numbers can belong to anyone.
 */
export type Province = {
  seed: number;
  schoolYear: SchoolYear;
  /** `ma_don_vi` of the Sở at the Kho. */
  code: string;
  provinceName: string;
  departmentName: string;
  /** TEN_QUAN_HUYEN is null everywhere: districts ended on 1/7/2025. */
  placeOfIssue: string;
  /** The Sở's own organisation certificate, used as a soft packet certificate. */
  organisation: Organisation;
  offices: readonly Office[];
  schools: readonly School[];
  staff: readonly Staff[];
  assignments: readonly Assignment[];
  roleExceptions: readonly RoleException[];
};

/** The culture-society office of a commune; it stands where the district's Phòng GD&ĐT stood. */
export type Office = { code: OfficeCode; name: string; communeName: string; email: string; phone: string };

export type School = {
  code: SchoolCode;
  name: string;
  officeCode: OfficeCode;
  communeName: string;
  address: string;
  email: string;
  phone: string;
  /** The seal ("ký số phát hành"), kept at the signing service like a person's key. */
  seal: Organisation;
  classes: readonly SchoolClass[];
};

export type Organisation = { name: string; taxCode: string; account: string; pin: string };

export type SchoolClass = {
  name: string;
  grade: number;
  homeroomTeacher: StaffCode;
  pupils: readonly PupilRecord[];
};

/** `T01-GV03`: says the unit and the post, never the person. */
export type StaffCode = string;

export type Staff = {
  code: StaffCode;
  fullName: string;
  sex: Sex;
  birthDate: PlainDate;
  personalNumber: string;
  /** Belongs to the post, so that it holds no personal data. */
  email: string;
  phone: string;
  title: string;
  /** A post in a tiny school may carry several roles. */
  roles: readonly StaffRole[];
  /** The person's account at the signing service; null for posts that sign nothing. */
  signing: { account: string; pin: string } | null;
};

export type StaffRole =
  | { kind: 'coordinator' | 'official' }
  | { kind: 'office'; officeCode: OfficeCode }
  | { kind: 'principal' | 'deputy' | 'clerk'; schoolCode: SchoolCode }
  | { kind: 'homeroom'; schoolCode: SchoolCode; className: string };

/** A deputy signs for an absent head ("giao ký thay"); window half-open in local time. */
export type Assignment = {
  schoolCode: SchoolCode;
  deputy: StaffCode;
  instrument: { number: string; date: PlainDate; signedBy: StaffCode };
  from: PlainDate;
  to: PlainDate;
  reason: string;
};

/** The Sở lets one person review and approve the same class of a tiny school, for a while. */
export type RoleException = {
  schoolCode: SchoolCode;
  className: string;
  person: StaffCode;
  instrument: { number: string; date: PlainDate; signedBy: StaffCode };
  from: PlainDate;
  to: PlainDate;
  reason: string;
};
