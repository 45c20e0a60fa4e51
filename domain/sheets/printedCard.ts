import type { Instant, PlainDate } from '../brand.js';
import type { SignatureRole } from '../card.js';
import type { PupilRecord, SubjectLevel } from '../record.js';

/**
 * Why a card's rendition must not pass for the valid document; null: it is in force. `draft` is before the seal; `not-received` is sealed,
 * but the Sở has not judged it yet.
 */
export type PrintMark = 'draft' | 'not-received' | 'recalled' | 'superseded';

/**
 * A card as it is printed (spec §6). Made from the signed XML, which stays the original; before the first signature there is none, and
 * `approver`, `placeOfIssue` and every signature are null.
 */
export type PrintedCard = {
  /** MA_TRA_CUU_UUID. */
  cardId: string;
  record: PupilRecord;
  /** Subjects of a foreign card that are not in our catalogue; printed after ours. */
  otherSubjects: readonly { name: string; level: SubjectLevel; test: number | null }[];
  /** `2025-2026`. */
  schoolYear: string;
  departmentName: string;
  provinceName: string;
  schoolName: string;
  communeName: string;
  districtName: string | null;
  className: string;
  teacherName: string | null;
  /** The actual signer with the title as it stands in the signed data, e.g. `KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG`. */
  approver: { fullName: string; title: string } | null;
  placeOfIssue: string | null;
  plannedIssueOn: PlainDate | null;
  /** Who signed and when; the seal's name is the organisation its certificate names. */
  signatures: Readonly<Record<SignatureRole, { name: string; signedAt: Instant } | null>>;
  mark: PrintMark | null;
};
