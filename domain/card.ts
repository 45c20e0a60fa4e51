import type { Instant, PlainDate, SchoolYear } from './brand.js';
import type { PupilRecord } from './record.js';

/** Everything a report card states besides the pupil's record; the profile turns both into the Ministry's XML. */
export type CardContext = {
  /** MA_TRA_CUU_UUID, version 4. A replacement gets a new one; the old one is never used again. */
  cardId: string;
  profile: ProfileCode;
  schoolYear: SchoolYear;
  /** `departmentCode` is MA_SO_GIAO_DUC, the Sở's unit code at the Ministry (`92`). */
  province: { departmentCode: string; departmentName: string; provinceName: string };
  school: { code: string; name: string; communeName: string; districtName: string | null };
  class: { name: string; grade: number };
  /** The actual signer (deputy included), printed in the data the teacher signs (spec §2.1). */
  approver: { fullName: string; personalNumber: string; title: string };
  teacher: { fullName: string; personalNumber: string };
  placeOfIssue: string;
  createdOn: PlainDate;
  /** NGAY_KY_PHAT_HANH_HOC_BA: the planned day, it stands inside the signed data. */
  plannedIssueOn: PlainDate;
};

export type CardData = CardContext & { record: PupilRecord };

export type ProfileCode = 'v1.0' | 'v1.1';
export const PROFILE_CODES = ['v1.0', 'v1.1'] as const satisfies readonly ProfileCode[];

/** The three role blocks of a v1.0 card in the order of signing: GVCN, CBQL, KY_PHAT_HANH. */
export type SignatureRole = 'teacher' | 'principal' | 'seal';
export const SIGNATURE_ROLES = ['teacher', 'principal', 'seal'] as const satisfies readonly SignatureRole[];

/** What a principal's and a seal's signature cover (spec §3.1). */
export type Cover = 'annex' | 'signature' | 'block';
export const COVERS = ['annex', 'signature', 'block'] as const satisfies readonly Cover[];

/** Who signs, as the certificate must say: a person by number, an organisation by tax code. */
export type CardSigner = {
  role: SignatureRole;
  /** SO_CCCD of GVCN and CBQL; null for the seal. */
  personalNumber: string | null;
  signedAt: Instant;
};
