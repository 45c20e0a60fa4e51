import type { Instant } from '../../domain/brand.js';
import { joinsReminder, nextReminder } from '../../domain/reminders.js';
import { earliest } from '../../domain/plan.js';
import type { TaskKind } from '../../domain/desiredTasks.js';
import { row, rows, touched, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { queueMails } from '../mail/queue.js';
import type { SchoolState } from './resolve.js';
import { mailTaskGroups, taskGroups } from './taskMails.js';

type OpenTask = { id: string; kind: TaskKind; assignee_id: string | null; opened_at: Date; due_at: Date; reminded_at: Date | null; escalated_at: Date | null; reminders: number };
const instant = (at: Date): Instant => at.toISOString() as Instant;

/** Reminds and escalates what the policy makes due now; says when something becomes due next. */
export async function remindDue(db: Db, school: SchoolState, context: ActContext): Promise<Instant | null> {
  const tasks = await rows<OpenTask>(db, `
    SELECT id, kind, assignee_id, opened_at, due_at, reminded_at, escalated_at, reminders FROM task
    WHERE campaign_id = :campaignId AND school_code = :schoolCode AND state = 'open'`, school);
  const judge = (task: OpenTask) => {
    const state = {
      openedAt: instant(task.opened_at), dueAt: instant(task.due_at), remindedAt: task.reminded_at && instant(task.reminded_at),
      escalatedAt: task.escalated_at && instant(task.escalated_at), policy: school.policy, now: context.now,
    };
    return { task, ...nextReminder(state), joins: joinsReminder(state), afterReminder: nextReminder({ ...state, remindedAt: context.now }).nextAt };
  };
  const judged = tasks.map(judge);
  const whose = ({ task }: (typeof judged)[number]): string => `${task.assignee_id ?? ''}/${task.kind}`;
  const reminded = new Set(judged.filter((one) => one.act === 'remind').map(whose));
  // What escalates now is reminded of in the next look, which comes at once.
  const [due, rest] = [judged.filter((one) => one.joins && one.act !== 'escalate' && reminded.has(whose(one))), judged.filter((one) => one.act === 'escalate')];
  await remind(db, due.map((one) => one.task.id), context);
  await escalate(db, school, rest.map((one) => one.task.id), context);
  return earliest(...judged.map((one) => (due.includes(one) ? one.afterReminder : one.nextAt)));
}

async function remind(db: Db, ids: string[], context: ActContext): Promise<void> {
  if (ids.length === 0) return;
  await mailTaskGroups(db, await taskGroups(db, ids), { kind: 'reminder', requestedByUnit: null, round: context.now }, context);
  await touched(db, `
    UPDATE task t SET reminded_at = :now, tell_at = NULL, reminders = reminders + CASE WHEN EXISTS (SELECT 1 FROM person p WHERE p.id = t.assignee_id AND p.email IS NOT NULL) THEN 1 ELSE 0 END
    WHERE id = ANY(:ids)`, { ids, now: context.now });
}

/** One mail to the office's address for all that became overdue together. */
async function escalate(db: Db, school: SchoolState, ids: string[], context: ActContext): Promise<void> {
  if (ids.length === 0) return;
  const office = await row<{ name: string; email: string | null; school_name: string; phone: string | null; school_year: string; department_name: string }>(db, `
    SELECT o.name, o.email, s.name AS school_name, s.phone, c.school_year, v.department_name FROM campaign_school cs
    JOIN office o ON o.code = cs.office_code JOIN school s ON s.code = cs.school_code JOIN campaign c ON c.id = cs.campaign_id CROSS JOIN province v
    WHERE cs.campaign_id = :campaignId AND cs.school_code = :schoolCode`, school);
  const items = await rows<{ taskKind: TaskKind; className: string | null; cards: number; due_at: Date; assigneeName: string | null; reminders: number }>(db, `
    SELECT t.kind AS "taskKind", k.name AS "className", t.due_at, p.full_name AS "assigneeName", t.reminders,
      (SELECT coalesce(sum(x.cards), 0)::int FROM progress_count x WHERE x.campaign_id = t.campaign_id AND x.school_code = t.school_code
        AND (t.class_id IS NULL OR x.class_id = t.class_id) AND x.position NOT IN ('accepted', 'held', 'exempt', 'excluded')) AS cards
    FROM task t LEFT JOIN class k ON k.id = t.class_id LEFT JOIN person p ON p.id = t.assignee_id WHERE t.id = ANY(:ids) ORDER BY k.grade, k.name, t.kind`, { ids });
  if (office !== undefined && office.email !== null) {
    await queueMails(db, [{
      dedupeKey: `escalation/${ids[0] ?? ''}/${context.now}`, personId: null, to: office.email, campaignId: school.campaignId, schoolCode: school.schoolCode, link: null,
      model: {
        kind: 'escalation', recipientName: office.name, departmentName: office.department_name, officeName: office.name, schoolName: office.school_name,
        schoolPhone: office.phone, schoolYear: office.school_year, escalatedAt: context.now, linkPath: '/dia-ban',
        items: items.map(({ due_at, ...item }) => ({ ...item, dueAt: instant(due_at) })),
      },
    }], context);
  }
  await touched(db, 'UPDATE task SET escalated_at = :now WHERE id = ANY(:ids)', { ids, now: context.now });
}
