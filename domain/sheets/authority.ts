import type { AuthorityBasis, BlockedCode } from '../authority.js';
import type { OpenDecision, SchoolHead } from './school.js';

export type AuthorityRow = {
  id: string; personId: string; fullName: string; basis: AuthorityBasis; instrumentNumber: string | null; instrumentDate: string | null; signedBy: string | null;
  validFrom: Date; validTo: Date | null; classes: string[] | null; revokedAt: Date | null; revokedReason: string | null;
  /** In its window and not ended, at the moment of the question. */
  holds: boolean;
  /** Open approve tasks routed to it. */
  openTasks: number;
};
export type DeputyOption = { personId: string; fullName: string; hasCertificate: boolean };
export type AuthoritySheet = {
  school: SchoolHead; headName: string | null; authorities: AuthorityRow[]; deputies: DeputyOption[]; classNames: string[];
  exceptions: { id: string; fullName: string; instrumentNumber: string; instrumentDate: string; reason: string; validFrom: Date; validTo: Date; revokedAt: Date | null }[];
  blocked: { className: string; code: BlockedCode }[];
  decision: OpenDecision | null;
};
