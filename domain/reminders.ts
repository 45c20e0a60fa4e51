import type { Instant } from './brand.js';
import type { CampaignPolicy } from './policy.js';

/** What the hub knows about reminding one open task. */
export type ReminderState = {
  openedAt: Instant;
  dueAt: Instant;
  /** Last reminder, by policy or pressed by a person. */
  remindedAt: Instant | null;
  escalatedAt: Instant | null;
};

export type ReminderPolicy = Pick<CampaignPolicy, 'remindBefore' | 'remindEvery' | 'escalateAfter'>;

/** `act`: what to do now. `nextAt`: when to ask again, given that `act` is done now; `now` itself when a second act is due already. */
export type NextReminder = { act: 'remind' | 'escalate' | null; nextAt: Instant };

/**
 * When a task's next reminder or escalation is due (pure; the caller does the act, writes its time and asks again).
 *
 * - First reminder: `remindBefore` before the deadline, but not within `remindEvery` of opening, when the task's own mail went out. A
 *   deadline inside that first interval is itself the moment of the first reminder. A task opened after its deadline (launch allows
 *   deadlines already past) is reminded one interval later: its first mail says that it is overdue.
 * - Then one every `remindEvery` while the task is open. A deadline that was extended silences reminders until `remindBefore` before it.
 * - The office is told once a task, `escalateAfter` past the deadline. Escalation goes first when both are due.
 *
 * There is always a next wake: reminding ends with the task, not before it.
 */
export function nextReminder(task: ReminderState & { policy: ReminderPolicy; now: Instant }): NextReminder {
  const now = Date.parse(task.now);
  const remindAt = reminderTime(task, task.policy);
  const escalateAt = task.escalatedAt === null ? Date.parse(task.dueAt) + seconds(task.policy.escalateAfter) : Infinity;
  const act = escalateAt <= now ? 'escalate' : remindAt <= now ? 'remind' : null;
  const wakes = {
    escalate: remindAt,
    remind: Math.min(escalateAt, reminderTime({ ...task, remindedAt: task.now }, task.policy)),
    none: Math.min(escalateAt, remindAt),
  };
  return { act, nextAt: new Date(Math.max(now, wakes[act ?? 'none'])).toISOString() as Instant };
}

/**
 * Whether a task joins a reminder that its person gets now for another one: its own would come within the time for which mails wait for
 * each other (`mailSettle`, at most half an interval, so that nobody is reminded twice as often). Reminded together once, the two stay together.
 */
export const joinsReminder = (task: ReminderState & { policy: ReminderPolicy & Pick<CampaignPolicy, 'mailSettle'>; now: Instant }): boolean =>
  reminderTime(task, task.policy) <= Date.parse(task.now) + seconds(Math.min(task.policy.mailSettle, task.policy.remindEvery / 2));

const seconds = (count: number): number => count * 1_000;

function reminderTime(task: ReminderState, policy: ReminderPolicy): number {
  const every = seconds(policy.remindEvery);
  if (every <= 0) throw new RangeError('remindEvery must be longer than nothing, or reminders would never stop');
  const opened = Date.parse(task.openedAt);
  const due = Date.parse(task.dueAt);
  const wanted = due - seconds(policy.remindBefore);
  if (task.remindedAt !== null) return Math.max(wanted, Date.parse(task.remindedAt) + every);
  return Math.max(wanted, due > opened ? Math.min(opened + every, due) : opened + every);
}

/** "Gửi nhắc" again about the same task within this time sends nothing: two presses are one reminder. */
export const PRESS_AGAIN_AFTER_S = 600;

/** When the last pressed reminder went, if it still covers every task that somebody holds; null: pressing would mail somebody. */
export function remindedJustNow(tasks: readonly { personName: string | null; pressedAt: Date | null }[], now: Date): Date | null {
  const times = tasks.filter((task) => task.personName !== null).map((task) => task.pressedAt?.getTime() ?? 0);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return times.length > 0 && first > now.getTime() - PRESS_AGAIN_AFTER_S * 1000 ? new Date(last) : null;
}
