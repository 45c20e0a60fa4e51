import type { OpenDecision, SchoolHead } from './school.js';

export type HomeroomClass = {
  classId: string; className: string; teacherId: string | null; teacherName: string | null;
  /** Whether the teacher can review now: has the role and an open account. */
  able: boolean;
  /** Cards not signed by a teacher yet, and those signed; the former stay with whoever signed. */
  toReview: number; signed: number;
  /** A teacher's signature is on its way. */
  inBatch: boolean;
};
export type HomeroomSheet = { school: SchoolHead; classes: HomeroomClass[]; candidates: { personId: string; fullName: string; roles: string[]; classNames: string[] }[]; decision: OpenDecision | null };
