import type { OverallResult } from '../record.js';
import type { BlockedCode } from '../authority.js';
import type { PupilReason, PupilStatus } from '../pupilStatus.js';
import type { CardState } from '../cardState.js';
import type { AuthorityNote, SigningBatch } from '../signingProgress.js';
import type { HeldCount, OpenDecision, ResultCounts, SchoolHead } from './school.js';

/** A class as the principal or the clerk meets it before signing; counts are of cards unless said. */
export type SigningClass = {
  classId: string; className: string; grade: number; teacherName: string | null;
  task: {
    id: string; version: number; dueAt: Date; assigneeId: string | null; assigneeName: string | null;
    blockedCode: BlockedCode | null; authority: AuthorityNote | null; byException: boolean;
  } | null;
  /** Pupils of the denominator. */
  expected: number;
  /** Cards that wait for this very signature, and what they say. */
  ready: number;
  results: ResultCounts;
  notPromoted: number;
  held: HeldCount[];
  /** Before this stage, and past it. */
  behind: number;
  done: number;
  inBatch: boolean;
};

export type ApproveSheet = { school: SchoolHead; classes: SigningClass[]; batches: SigningBatch[]; decision: OpenDecision | null; headName: string | null };

export type ClassCard = {
  cardId: string | null; pupilId: string; fullName: string; birthDate: string; result: OverallResult | null; promoted: boolean | null;
  state: CardState | null; status: PupilStatus; reason: PupilReason | null;
};
