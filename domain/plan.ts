import type { Instant } from './brand.js';

/** What a workflow is told to do next: ids and counts only, a few kilobytes at most (design §3). */
export type SchoolWork =
  | { kind: 'read'; id: string }
  | { kind: 'prepare' | 'request' | 'attach'; id: string }
  /** All of the school at once: fetch the signatures that are due, get the time-stamp over what is sealed and receive it, cut packets. */
  | { kind: 'collect' | 'evidence' | 'cut'; id: string }
  | { kind: 'packet'; id: string };
export type Plan<Work> = {
  work: Work[];
  /** When to look again although nobody called; null: only when called. */
  nextWakeAt: Instant | null;
  /** Judged in PostgreSQL: nothing is left to do here. */
  closed: boolean;
  /** PostgreSQL's clock under the workflow's lock: of two plans that arrive out of order the later one counts. */
  asOf: Instant;
};
export type SchoolPlan = Plan<SchoolWork>;

export type DirectoryWork =
  | { kind: 'read'; id: string }
  /** A workbook is applied, and the signing service was not asked yet for the certificates of its accounts. */
  | { kind: 'certificates'; id: string };
export type DirectoryPlan = Plan<DirectoryWork>;

/** The next workbook in turn. */
export type ReportsWork = { kind: 'write'; id: string };
export type ReportsPlan = Plan<ReportsWork>;

export type CampaignWork =
  | { kind: 'read'; id: string }
  | { kind: 'start-school'; id: string }
  /** The campaign ended or was cancelled: the school's workflow is told once. */
  | { kind: 'tell-school'; id: string }
  | { kind: 'register-certificate'; id: string }
  | { kind: 'reconcile'; id: string }
  /** Its Schedules have to be made or taken down. */
  | { kind: 'schedules'; id: string };
export type CampaignPlan = Plan<CampaignWork>;

/** Most entries of one plan; what is left comes with the next one. */
export const PLAN_LIMIT = 40;

/** The earliest of some moments; null means never. Compared as instants: their offsets may differ. */
export const earliest = (...moments: (Instant | null)[]): Instant | null => moments.filter((at) => at !== null).sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
