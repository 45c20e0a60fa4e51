import type { OddReason } from '../oddRows.js';
import type { CardState } from '../cardState.js';
import type { PupilReason, PupilStatus } from '../pupilStatus.js';
import type { PupilRecord } from '../record.js';
import type { AuthorityNote, SigningBatch } from '../signingProgress.js';
import type { OpenDecision, SchoolHead } from './school.js';

export type ReviewPupil = {
  pupilId: string; pupilCode: string; fullName: string; birthDate: string; sex: 'male' | 'female';
  status: PupilStatus; reason: PupilReason | null; reasonNote: string | null;
  cardId: string | null; cardState: CardState | null; record: PupilRecord | null;
  /** Why the row deserves a look; empty for an ordinary one. */
  odd: OddReason[];
};
export type ApproverNote =
  | { kind: 'routed'; fullName: string; title: string; authority: AuthorityNote }
  | { kind: 'blocked'; code: 'no-authority' | 'reviewer-is-approver' };

export type ReviewSheet = {
  school: SchoolHead;
  classId: string; className: string; grade: number; teacherId: string | null; teacherName: string | null;
  task: { id: string; version: number; dueAt: Date; assigneeId: string | null } | null;
  /** The class came back one step (trả lại), with its reason. */
  returned: { reason: string; at: Date; by: string | null } | null;
  approver: ApproverNote;
  batch: SigningBatch | null;
  decision: OpenDecision | null;
  /** Odd rows first, then by name. */
  pupils: ReviewPupil[];
  classNotes: string[];
  /** Cards a signature would cover now. */
  toSign: number;
};
