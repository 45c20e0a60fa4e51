import type { Instant, PlainDate } from '../../domain/brand.js';
import type { AuthorityBasis } from '../../domain/authority.js';
import type { TaskKind } from '../../domain/desiredTasks.js';
import type { MailModel } from '../../domain/mail.js';
import { rows, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { queueMails, type MailToQueue } from '../mail/queue.js';

/** One line a person and kind of work: what a task mail or a reminder says. */
export type TaskGroup = {
  assigneeId: string; kind: TaskKind; taskIds: string[]; classNames: string[]; cards: number; dueAt: Date; fullName: string; email: string;
  basis: AuthorityBasis | null; instrumentNumber: string | null; instrumentDate: PlainDate | null; exceptionNumber: string | null;
  schoolName: string; schoolYear: string; departmentName: string; campaignId: string; schoolCode: string; remindersSoFar: number;
};

const CARD_STATE_OF = `CASE t.kind WHEN 'review' THEN 'drafted' WHEN 'approve' THEN 'teacher_signed' WHEN 'seal' THEN 'principal_signed' ELSE 'refused' END`;

/** Groups tasks by person and kind: a principal with twelve classes gets one mail, not twelve. */
export async function taskGroups(db: Db, taskIds: readonly string[]): Promise<TaskGroup[]> {
  return rows<TaskGroup>(db, `
    SELECT t.assignee_id AS "assigneeId", t.kind, array_agg(t.id ORDER BY t.id) AS "taskIds",
      coalesce(array_agg(k.name ORDER BY k.grade, k.name) FILTER (WHERE k.name IS NOT NULL), '{}') AS "classNames",
      coalesce(sum(n.cards), 0)::int AS cards, min(t.due_at) AS "dueAt", max(t.reminders)::int AS "remindersSoFar", p.full_name AS "fullName", p.email,
      min(a.basis) AS basis, min(a.instrument_number) AS "instrumentNumber", min(a.instrument_date) AS "instrumentDate", min(e.instrument_number) AS "exceptionNumber",
      s.name AS "schoolName", c.school_year AS "schoolYear", v.department_name AS "departmentName", t.campaign_id AS "campaignId", t.school_code AS "schoolCode"
    FROM task t JOIN person p ON p.id = t.assignee_id JOIN school s ON s.code = t.school_code JOIN campaign c ON c.id = t.campaign_id CROSS JOIN province v
    LEFT JOIN class k ON k.id = t.class_id LEFT JOIN authority a ON a.id = t.authority_id LEFT JOIN role_exception e ON e.id = t.exception_id
    CROSS JOIN LATERAL (SELECT CASE WHEN t.kind = 'collect'
        THEN (SELECT sum(x.cards) FROM progress_count x WHERE x.campaign_id = t.campaign_id AND x.school_code = t.school_code AND x.position = 'missing')
        ELSE (SELECT count(*) FROM report_card r WHERE r.class_id = t.class_id AND r.state = ${CARD_STATE_OF}) END AS cards) n
    WHERE t.id = ANY(:taskIds) AND t.state = 'open' AND p.email IS NOT NULL
    GROUP BY t.assignee_id, t.kind, p.full_name, p.email, s.name, c.school_year, v.department_name, t.campaign_id, t.school_code`, { taskIds });
}

type Reason = { kind: 'task'; again: ReadonlySet<string>; round: string } | { kind: 'reminder'; requestedByUnit: string | null; round: string };

/** A personal link lives this long, or until its tasks end. */
const LINK_DAYS = 30;

export async function mailTaskGroups(db: Db, groups: readonly TaskGroup[], reason: Reason, context: ActContext): Promise<number> {
  const expiresAt = new Date(Date.parse(context.now) + LINK_DAYS * 86_400_000).toISOString() as Instant;
  return queueMails(db, groups.map((group): MailToQueue => ({
    dedupeKey: `${reason.kind}/${group.taskIds[0] ?? ''}/${reason.round}`,
    personId: group.assigneeId, to: group.email, campaignId: group.campaignId, schoolCode: group.schoolCode,
    link: { purpose: 'task', taskIds: group.taskIds, expiresAt }, model: model(group, reason, context.now),
  })), context);
}

function model(group: TaskGroup, reason: Reason, now: Instant): MailModel {
  const facts = {
    recipientName: group.fullName, departmentName: group.departmentName, taskKind: group.kind, schoolName: group.schoolName, schoolYear: group.schoolYear,
    classNames: group.classNames, cards: group.cards, dueAt: group.dueAt.toISOString() as Instant,
    authority: group.basis === null ? null : {
      basis: group.basis, instrumentNumber: group.instrumentNumber, instrumentDate: group.instrumentDate, exceptionNumber: group.exceptionNumber,
    },
  };
  return reason.kind === 'task'
    ? { kind: 'task', ...facts, again: group.taskIds.every((id) => reason.again.has(id)) }
    : { kind: 'reminder', ...facts, remindedAt: now, reminderNumber: group.remindersSoFar + 1, requestedByUnit: reason.requestedByUnit };
}
