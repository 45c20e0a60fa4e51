import type { SignatureRole } from '../card.js';
import type { HeldReason } from '../pupilStatus.js';
import type { RosterDifference } from '../rosterDifferences.js';
import type { OpenDecision, SchoolHead } from './school.js';

/** `received`: the file is in, no worker has heard of it yet. */
export type UploadState = 'received' | 'queued' | 'refused' | 'read' | 'waiting' | 'applied' | 'discarded';
/** `xml`: cards that other software has made and signed. */
export type UploadFormat = 'xlsx' | 'json' | 'xml';
export type UploadLine = { uploadId: string; fileName: string; format: UploadFormat; uploadedBy: string; createdAt: Date; state: UploadState; errorCount: number; warningCount: number;
  /** Every class that had an error in it has been accepted since, from another file. */
  overtaken: boolean };
export type RosterClassLine = { classId: string; className: string; grade: number; teacherName: string | null; collectState: 'missing' | 'accepted' | 'returned'; expected: number; collected: number; held: number; missing: number; returnedReason: string | null };
export type RosterSheet = {
  school: SchoolHead; task: { id: string; dueAt: Date; assigneeName: string | null } | null;
  classes: RosterClassLine[]; uploads: UploadLine[]; decision: OpenDecision | null;
  /** Who has no card, why, and what mends it (`HELD_MENDS`). */
  /** Signed cards of other software that the Sở did not receive, and that are not handed in anew. */
  putAside: { className: string; role: SignatureRole; code: string; cards: number; at: Date }[];
  held: { pupilId: string; pupilCode: string; fullName: string; className: string; reason: HeldReason; note: string | null }[];
};

export type UploadOutcome = 'accepted' | 'errors' | 'differs' | 'reviewed' | 'unchanged';
export type UploadClass = { classId: string; className: string; outcome: UploadOutcome; pupils: number; errors: number; differences: (RosterDifference & { fullName: string | null })[] };
export type UploadFault = { sheet: string; cell: string; header: string | null; className: string | null; rule: string; message: string; severity: 'error' | 'warning' };
export type UploadSheet = UploadLine & {
  school: SchoolHead; refusal: { code: string; message: string } | null; readAt: Date | null; appliedAt: Date | null; hasAnnotated: boolean;
  classes: UploadClass[];
  /** The first of them; `faultCount` is the true number. */
  faults: UploadFault[]; faultCount: number;
  /** Of a file of signed cards; null while it is not read, and of every other. */
  signedCards: { taken: number; known: number; refused: number } | null;
  decision: OpenDecision | null;
};
