import type { OfficeCode, PlainDate, SchoolCode, SchoolYear } from '../../domain/brand.js';
import type { PupilRecord, Sex } from '../../domain/record.js';
import type { Fate } from './fates.js';

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
  placeOfIssue: string;
  /** The Sở's own organisation certificate, used as a soft packet certificate. */
  organisation: Organisation;
  offices: readonly Office[];
  schools: readonly School[];
  staff: readonly Staff[];
  assignments: readonly Assignment[];
  roleExceptions: readonly RoleException[];
};

/** Until 30/6/2025 the Phòng GD&ĐT of a district; since then the culture-society office of a commune. */
export type Office = { code: OfficeCode; kind: 'district' | 'commune'; name: string; areaName: string; email: string; phone: string };

export type School = {
  code: SchoolCode;
  name: string;
  officeCode: OfficeCode;
  /** As they were in the school year; null where districts had ended (1/7/2025). */
  communeName: string;
  districtName: string | null;
  /** The commune since 1/7/2025. */
  laterCommuneName: string;
  /** Why and until when the school issues on paper; null for all others. */
  paper: { reason: string; roadmapDate: PlainDate } | null;
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
  /** How many pupils, and how many of them their own record holds (no number, foreign, result CHT): known without drawing anybody. */
  size: number;
  held: number;
  /** Name of the satellite site (điểm trường), or null at the main one. */
  site: string | null;
  /** What becomes of it in a campaign that stays open. */
  fate: Fate;
  homeroomTeacher: StaffCode;
  /** Drawn when asked for, and in a large province again at every question: ask once and drop them. */
  readonly pupils: readonly PupilRecord[];
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
