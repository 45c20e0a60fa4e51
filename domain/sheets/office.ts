import type { Stage } from '../policy.js';
import type { BlockedCode } from '../authority.js';

export type ChaseTask = {
  taskId: string; kind: 'collect' | 'review' | 'approve' | 'seal' | 'correct'; className: string | null; dueAt: Date;
  /** Who has to act, and how to reach them; null with `blockedCode` when nobody may. */
  personName: string | null; role: 'clerk' | 'homeroom' | 'principal' | 'deputy'; phone: string | null;
  blockedCode: BlockedCode | null;
  remindedAt: Date | null; reminders: number;
  /** When a person last pressed "Gửi nhắc" about it. */
  pressedAt: Date | null;
  /** Cards still waited for. */
  cards: number;
};
export type ChaseSchool = {
  schoolCode: string; schoolName: string; phone: string | null; exemptReason: string | null; expected: number; signed: number; accepted: number;
  /** By deadline, the most overdue first. */
  tasks: ChaseTask[];
  /** The earliest overdue deadline among its tasks; null: on time. */
  overdueSince: Date | null;
  lastReminder: Date | null;
};
export type ChaseSheet = {
  officeCode: string; officeName: string; asOf: Date;
  campaign: { id: string; schoolYear: string } | null;
  /** Overdue schools first, the longest overdue on top, then by name. */
  schools: ChaseSchool[];
};

/** A refused card is corrected on nobody's stage: the Kho's part has no deadline of its own. */
export const stageOf = (kind: ChaseTask['kind']): Stage | null => (kind === 'correct' ? null : kind);
