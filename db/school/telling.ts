import type { Instant } from '../../domain/brand.js';
import { earliest } from '../../domain/plan.js';
import type { TaskKind } from '../../domain/desiredTasks.js';
import { rows, touched, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { noticeBlocked } from '../notices/blocked.js';
import { correctionsTold } from '../notices/refused.js';
import { noticeReturned } from '../notices/returned.js';
import { mailTaskGroups, taskGroups } from './taskMails.js';
import type { ClassRow, SchoolKey } from './tasks.js';

type Waiting = { id: string; kind: TaskKind; assigneeId: string | null; tellAt: Date; again: boolean };

/**
 * Mails people about tasks they have not been told of: one mail a person and kind of work, when the first of these has waited for the
 * others long enough, or when no other can join any more. A task that ended meanwhile is not told of at all, and of one that another mail
 * told of no second mail goes out.
 * @returns when the next mail becomes due
 */
export async function tellDue(db: Db, key: SchoolKey, classes: readonly ClassRow[], context: ActContext): Promise<Instant | null> {
  await markTold(db, [...await noticeReturned(db, key, context), ...await correctionsTold(db, key)]);
  const waiting = await rows<Waiting>(db, `
    SELECT t.id, t.kind, t.assignee_id AS "assigneeId", t.tell_at AS "tellAt",
      EXISTS (SELECT FROM task d WHERE d.campaign_id = t.campaign_id AND d.school_code = t.school_code AND d.kind = t.kind AND d.class_id IS NOT DISTINCT FROM t.class_id
        AND d.state = 'done' AND d.assignee_id = t.assignee_id) AS again
    FROM task t WHERE t.campaign_id = :campaignId AND t.school_code = :schoolCode AND t.state = 'open' AND t.tell_at IS NOT NULL`, key);
  const since = new Map<string, number>();
  const whose = (task: Waiting): string => `${task.assigneeId ?? 'nobody'}/${task.kind}`;
  for (const task of waiting) since.set(whose(task), Math.min(since.get(whose(task)) ?? Infinity, task.tellAt.getTime()));
  const isDue = (task: Waiting): boolean => since.get(whose(task))! <= Date.parse(context.now) || nothingJoins(task.kind, classes);
  const due = waiting.filter(isDue);
  if (due.length > 0) {
    const ids = due.map((task) => task.id);
    await mailTaskGroups(db, await taskGroups(db, ids), { kind: 'task', again: new Set(due.filter((task) => task.again).map((task) => task.id)), round: context.now }, context);
    await noticeBlocked(db, key, due.filter((task) => task.assigneeId === null).map((task) => task.id), context);
    await markTold(db, ids);
  }
  return earliest(...waiting.filter((task) => !isDue(task)).map((task) => new Date(since.get(whose(task))!).toISOString() as Instant));
}

async function markTold(db: Db, taskIds: readonly string[]): Promise<void> {
  if (taskIds.length > 0) await touched(db, 'UPDATE task SET tell_at = NULL WHERE id = ANY(:taskIds)', { taskIds });
}

/** No class of the school is on its way to this stage, so waiting longer would bring nothing into the mail. */
function nothingJoins(kind: TaskKind, classes: readonly ClassRow[]): boolean {
  switch (kind) {
    case 'collect': case 'review': return true;
    case 'approve': return classes.every((one) => one.missing === 0 && one.drafted === 0);
    case 'seal': return classes.every((one) => one.missing === 0 && one.drafted === 0 && one.teacherSigned === 0);
    // The Kho's verdicts about cards that were sent come when they come.
    case 'correct': return false;
  }
}
