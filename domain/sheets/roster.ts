import type { HeldReason } from '../pupilStatus.js';
import type { RosterDifference } from '../rosterDifferences.js';
import type { OpenDecision, SchoolHead } from './school.js';

/** `received`: the file is in, no worker has heard of it yet. */
export type UploadState = 'received' | 'queued' | 'refused' | 'read' | 'waiting' | 'applied' | 'discarded';
export type UploadLine = { uploadId: string; fileName: string; format: 'xlsx' | 'json'; uploadedBy: string; createdAt: Date; state: UploadState; errorCount: number; warningCount: number;
  /** Every class that had an error in it has been accepted since, from another file. */
  overtaken: boolean };
export type RosterClassLine = { classId: string; className: string; grade: number; teacherName: string | null; collectState: 'missing' | 'accepted' | 'returned'; expected: number; collected: number; held: number; returnedReason: string | null };
export type RosterSheet = {
  school: SchoolHead; task: { id: string; dueAt: Date; assigneeName: string | null } | null;
  classes: RosterClassLine[]; uploads: UploadLine[]; decision: OpenDecision | null;
  /** Who has no card, why, and what mends it (`HELD_MENDS`). */
  held: { pupilId: string; pupilCode: string; fullName: string; className: string; reason: HeldReason; note: string | null }[];
};

export type UploadOutcome = 'accepted' | 'errors' | 'differs' | 'reviewed' | 'unchanged';
export type UploadClass = { classId: string; className: string; outcome: UploadOutcome; pupils: number; errors: number; differences: (RosterDifference & { fullName: string | null })[] };
export type UploadFault = { sheet: string; cell: string; header: string | null; className: string | null; rule: string; message: string; severity: 'error' | 'warning' };
export type UploadSheet = UploadLine & {
  school: SchoolHead; refusal: { code: string; message: string } | null; readAt: Date | null; appliedAt: Date | null; hasAnnotated: boolean;
  classes: UploadClass[];
  /** The first of them; `faultCount` is the true number. */
  faults: UploadFault[]; faultCount: number; decision: OpenDecision | null;
};
