import type { Instant } from './brand.js';
import type { MovementRow } from './movements.js';
import type { PupilReason } from './pupilStatus.js';
import type { ProgressCounts } from './rates.js';
import type { Remaining } from './turns.js';

/** What is counted: a whole campaign, one office's area, or one school. Codes narrow, both may stand. */
export type ProgressScope = { campaignId: string; officeCode?: string; schoolCode?: string };

/** Area → school → class; an area is an office unless another grouping was asked for. Counts of a level are the sum of the level below, summed once by PostgreSQL. */
export type ProgressTree = { counts: ProgressCounts; offices: readonly OfficeProgress[] };
export type OfficeProgress = { officeCode: string; officeName: string; counts: ProgressCounts; schools: readonly SchoolProgress[] };
export type SchoolProgress = {
  schoolCode: string; schoolName: string; state: 'open' | 'closed' | 'cancelled';
  /** Set when the Sở exempted the whole school in this campaign. */
  exemptReason: string | null;
  counts: ProgressCounts; classes: readonly ClassProgress[];
};
export type ClassProgress = { classId: string; className: string; grade: number; counts: ProgressCounts };

/** By which areas schools are grouped; each adds up to the whole. `office`: as frozen at launch. */
export const GROUPINGS = ['office', 'district', 'commune'] as const;
export type Grouping = (typeof GROUPINGS)[number];
/** How far down a tree goes. */
export const DEPTHS = ['area', 'school', 'class'] as const;
export type Depth = (typeof DEPTHS)[number];

/** `school_exempt`: the pupil has no reason of its own, the school was exempted as a whole. */
export type UnissuedReason = PupilReason | 'school_exempt';

/** How many pupils of one class are held or exempt for one reason. */
export type HeldRow = {
  kind: 'held' | 'exempt'; reason: UnissuedReason;
  officeCode: string; officeName: string; schoolCode: string; schoolName: string; className: string; cards: number;
};

/** The same, of a whole scope by reason. */
export type HeldTotal = Pick<HeldRow, 'kind' | 'reason' | 'cards'>;

/** What the page of reports shows: no class, and reasons only where the workbook lists them. */
export type ProgressOverview = Omit<ProgressReport, 'held' | 'movements' | 'remaining'>;

/** Everything the progress workbook says, read at one moment. */
export type ProgressReport = {
  campaign: { schoolYear: string; level: string; cycle: 'main' | 'summer' | 'rehearsal' };
  province: { name: string; departmentName: string; placeOfIssue: string };
  /** Null: the whole province. */
  area: { officeName: string | null; schoolName: string | null };
  asOf: Instant;
  tree: ProgressTree;
  held: readonly HeldRow[];
  /** Who came and left since the launch, in the order of the tree. */
  movements: readonly MovementRow[];
  remaining: readonly Remaining[];
};
