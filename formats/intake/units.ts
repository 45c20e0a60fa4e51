import type { AuthorityBasis } from '../../domain/authority.js';
import type { PlainDate } from '../../domain/brand.js';
import type { Role } from '../../domain/roles.js';
import type { CellFault } from '../workbook/fault.js';
import type { Refusal } from '../workbook/refusal.js';

/**
 * The units-and-staff workbook a coordinator uploads before launch (design §1, "a road of its own"), row by row as typed.
 * Codes are opaque strings whose leading zeros matter; a blank cell is null.
 */
export type UnitsData = {
  offices: OfficeRow[];
  schools: SchoolRow[];
  staff: StaffRow[];
  authorities: AuthorityRow[];
  exceptions: ExceptionRow[];
};

/** `district`: Phòng GD&ĐT (until mid-2025 and where kept); `commune`: the commune's culture-society office. */
export type OfficeKind = 'district' | 'commune';
export const OFFICE_KINDS = { district: 'Phòng GD&ĐT', commune: 'Xã/phường' } as const satisfies Record<OfficeKind, string>;

export type OfficeRow = { code: string; name: string; kind: OfficeKind; phone: string | null; email: string | null };

export type SchoolRow = {
  code: string;
  name: string;
  officeCode: string;
  communeName: string;
  /** Null since districts ended on 1/7/2025. */
  districtName: string | null;
  /** Since which day the school lies in these, where they differ from what the hub knows; null: since the upload. */
  areasSince: PlainDate | null;
  address: string;
  /** Mã số thuế, 10 digits or 10-3; it binds the school's organisation certificate. */
  taxCode: string;
  phone: string | null;
  email: string | null;
  /** Still on paper: stays in the denominator, with its reason and the day its roadmap ends. */
  exempt: { reason: string; roadmapDate: PlainDate } | null;
  /** Account of the school's seal ("ký số phát hành") at the signing service; null when the seal is a token. */
  sealAccount: string | null;
  /** SHA-256 of the seal's certificate, 64 lower-case hex digits. */
  sealFingerprint: string | null;
};

/** The first administrator comes by a one-time link, never by a workbook. */
export type StaffRole = Exclude<Role, 'administrator'>;
export const STAFF_ROLES = {
  coordinator: 'Chuyên viên Sở',
  official: 'Lãnh đạo Sở',
  office: 'Cán bộ Phòng/xã',
  principal: 'Hiệu trưởng',
  deputy: 'Phó hiệu trưởng',
  homeroom: 'Giáo viên chủ nhiệm',
  clerk: 'Văn thư',
} as const satisfies Record<StaffRole, string>;

/** One person at one unit; a person working at two units has two rows with the same number. */
export type StaffRow = {
  fullName: string;
  /** 12 digits. */
  personalNumber: string;
  email: string;
  phone: string | null;
  /** At least one; a tiny school's head may also teach and keep the seal. */
  roles: StaffRole[];
  /** A school's or an office's code; null for the Sở itself. */
  unitCode: string | null;
  /** Classes of a homeroom teacher (two in a joined class); empty for other roles. */
  classNames: string[];
  /** Account at the remote signing service; null when the person signs with a token or not at all. */
  signingAccount: string | null;
  /** SHA-256 of the certificate, 64 lower-case hex digits. */
  certificateFingerprint: string | null;
};

/** A head's own authority is not written down, it follows from the role. */
export type WrittenBasis = Exclude<AuthorityBasis, 'head'>;
export const AUTHORITY_BASES = {
  deputy_assignment: 'Giao ký thay (KT.)',
  deputy_in_charge: 'Phó hiệu trưởng phụ trách',
} as const satisfies Record<WrittenBasis, string>;

export type AuthorityRow = {
  schoolCode: string;
  personalNumber: string;
  basis: WrittenBasis;
  instrumentNumber: string;
  instrumentDate: PlainDate;
  signedBy: string;
  from: PlainDate;
  /** Last day on which it holds, as people write it; the window's exclusive end is the day after. */
  through: PlainDate;
  /** Null: all classes. */
  classNames: string[] | null;
};

/** A dated role exception by the Sở: this person may both review and approve at this school. */
export type ExceptionRow = {
  schoolCode: string;
  personalNumber: string;
  decisionNumber: string;
  decisionDate: PlainDate;
  from: PlainDate;
  /** Last day on which it holds. */
  through: PlainDate;
};

/** `data` holds the rows that could be read; it may be used only when `faults` hold no error. */
export type UnitsReading = { ok: false; refusal: Refusal } | { ok: true; data: UnitsData; faults: CellFault[] };
