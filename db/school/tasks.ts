import { randomUUID } from 'node:crypto';
import type { BlockedCode } from '../../domain/authority.js';
import type { Instant } from '../../domain/brand.js';
import { desiredTasks, type ClassFacts, type TaskKind } from '../../domain/desiredTasks.js';
import { rows, touched, type Db } from '../connect.js';
import { routeClass, SIGNED_BY, type ClassReviewer, type SchoolAuthority } from './routing.js';
import { holderOf, standing } from './staff.js';

export type SchoolKey = { campaignId: string; schoolCode: string };
export type ClassRow = ClassFacts & ClassReviewer;
type TaskRow = { id: string; kind: TaskKind; class_id: string | null; assignee_id: string | null; authority_id: string | null; exception_id: string | null; blocked_code: string | null };
type Assignment = { assigneeId: string | null; authorityId: string | null; exceptionId: string | null; blockedCode: string | null };
type Changed = { id: string; kind: TaskKind; classId: string | null; tellAt: Instant | null } & Assignment;

/** By the counters: every step of a school asks. */
const COUNTS = [
  ['drafted', `p.card_state = 'drafted'`], ['teacherSigned', `p.card_state = 'teacher_signed'`], ['principalSigned', `p.card_state = 'principal_signed'`],
  ['refused', `p.card_state = 'refused'`], ['missing', `p.position = 'missing'`],
] as const;

export async function classRows(db: Db, key: SchoolKey): Promise<ClassRow[]> {
  return rows<ClassRow>(db, `
    SELECT k.id AS "classId", k.name AS "className", k.collect_state AS "collectState", k.homeroom_person_id AS "homeroomPersonId", h.personal_number AS "homeroomNumber", ${SIGNED_BY},
      ${COUNTS.map(([name, condition]) => `coalesce(sum(p.cards) FILTER (WHERE ${condition}), 0)::int AS "${name}"`).join(', ')}
    FROM class k LEFT JOIN person h ON h.id = k.homeroom_person_id LEFT JOIN progress_count p ON p.class_id = k.id
    WHERE k.campaign_id = :campaignId AND k.school_code = :schoolCode GROUP BY k.id, h.personal_number ORDER BY k.grade, k.name`, key);
}

/**
 * Opens, reassigns and closes the school's tasks so that they say what the cards say. A task that is new, or somebody else's now, is told
 * of later (`telling.ts`).
 * @param input settle: seconds for which mails about signing wait for each other
 */
export async function syncTasks(db: Db, key: SchoolKey, input: { classes: ClassRow[]; active: boolean; authority: SchoolAuthority; settle: number; now: Instant }): Promise<void> {
  const open = await rows<TaskRow>(db, `
    SELECT id, kind, class_id, assignee_id, authority_id, exception_id, blocked_code FROM task
    WHERE campaign_id = :campaignId AND school_code = :schoolCode AND state = 'open'`, key);
  const desired = desiredTasks(input.classes, input.active);
  const name = (task: { kind: string; classId: string | null }) => `${task.kind}/${task.classId ?? ''}`;
  const wanted = new Set(desired.map(name));
  const standing = new Map(open.map((task) => [name({ kind: task.kind, classId: task.class_id }), task]));
  const over = open.filter((task) => !wanted.has(name({ kind: task.kind, classId: task.class_id })));
  await closeTasks(db, over.map((task) => task.id), input);
  const fresh: Changed[] = [];
  const changed: Changed[] = [];
  for (const task of desired) {
    const assignment = assign(task, input);
    // The head is told of an approval that nobody may give.
    const tellAt = assignment.assigneeId === null && task.kind !== 'approve' ? null : tellingTime(task.kind, input);
    const present = standing.get(name(task));
    if (present === undefined) fresh.push({ id: randomUUID(), ...task, ...assignment, tellAt });
    else if (present.assignee_id !== assignment.assigneeId || present.authority_id !== assignment.authorityId || present.exception_id !== assignment.exceptionId || present.blocked_code !== assignment.blockedCode) {
      changed.push({ id: present.id, ...task, ...assignment, tellAt });
    }
  }
  await insertTasks(db, key, fresh, input.now);
  await reassignTasks(db, changed);
}

/** Classes become ready to be signed one by one, and mails about them wait for each other; a class to review or a file to send is one. */
const WAITS: Record<TaskKind, boolean> = { collect: false, review: false, approve: true, seal: true, correct: true };

const tellingTime = (kind: TaskKind, { settle, now }: { settle: number; now: Instant }): Instant =>
  (WAITS[kind] ? new Date(Date.parse(now) + settle * 1000).toISOString() as Instant : now);

const NOBODY = { assigneeId: null, authorityId: null, exceptionId: null };
const blocked = (blockedCode: BlockedCode): Assignment => ({ ...NOBODY, blockedCode });
const only = (assigneeId: string): Assignment => ({ ...NOBODY, assigneeId, blockedCode: null });

/** Whose turn it is: whoever has the role, the authority and an account that is not shut; else why nobody can do it. */
function assign(task: { kind: TaskKind; classId: string | null }, { classes, authority, now }: { classes: ClassRow[]; authority: SchoolAuthority; now: Instant }): Assignment {
  const one = classes.find((row) => row.classId === task.classId) ?? { className: '', homeroomPersonId: null, homeroomNumber: null, signedBy: [] };
  switch (task.kind) {
    case 'review': {
      const able = standing(authority.staff, one.homeroomPersonId, ['homeroom'], now);
      return able === 'able' ? only(one.homeroomPersonId!) : blocked(able === 'shut' ? 'account-disabled' : 'no-homeroom');
    }
    case 'approve': {
      const route = routeClass(authority, one, now);
      if (route.kind === 'blocked') return blocked(route.code);
      // A shut account does not move the authority, which is a legal object; the Sở sees that nobody can use it.
      if (standing(authority.staff, route.authority.personId, ['principal', 'deputy'], now) === 'shut') return blocked('account-disabled');
      return { assigneeId: route.authority.personId, authorityId: route.authority.id, exceptionId: route.exceptionId, blockedCode: null };
    }
    case 'collect': case 'seal': case 'correct': {
      const clerk = holderOf(authority.staff, 'clerk', now);
      return clerk === null ? blocked('no-clerk') : clerk.shut ? blocked('account-disabled') : only(clerk.personId);
    }
  }
}

async function closeTasks(db: Db, ids: string[], input: { active: boolean; now: Instant }): Promise<void> {
  if (ids.length === 0) return;
  await touched(db, `UPDATE task SET state = :state, done_at = :now WHERE id = ANY(:ids) AND state = 'open'`, { ids, state: input.active ? 'done' : 'cancelled', now: input.now });
}

async function insertTasks(db: Db, key: SchoolKey, tasks: readonly Changed[], now: Instant): Promise<void> {
  if (tasks.length === 0) return;
  await touched(db, `
    INSERT INTO task (id, campaign_id, school_code, class_id, kind, state, assignee_id, authority_id, exception_id, blocked_code, opened_at, due_at, tell_at)
    SELECT t.id, :campaignId, :schoolCode, t."classId", t.kind, 'open', t."assigneeId", t."authorityId", t."exceptionId", t."blockedCode", :now, d.due_at, t."tellAt"
    FROM jsonb_to_recordset(:tasks) AS t(id uuid, "classId" uuid, kind text, "assigneeId" uuid, "authorityId" uuid, "exceptionId" uuid, "blockedCode" text, "tellAt" timestamptz)
    JOIN school_deadline d ON d.campaign_id = :campaignId AND d.school_code = :schoolCode AND d.stage = CASE t.kind WHEN 'correct' THEN 'seal' ELSE t.kind END`,
  { ...key, tasks: JSON.stringify(tasks), now });
}

/** Another person, authority or blockade: whoever has the old page open must not decide on it. */
async function reassignTasks(db: Db, tasks: readonly Changed[]): Promise<void> {
  if (tasks.length === 0) return;
  // The ids once more, as a list: nobody knows how many rows a JSON text holds, and for a hundred all tasks of the province would be read.
  await touched(db, `
    UPDATE task SET assignee_id = t."assigneeId", authority_id = t."authorityId", exception_id = t."exceptionId", blocked_code = t."blockedCode", tell_at = t."tellAt", version = version + 1
    FROM jsonb_to_recordset(:tasks) AS t(id uuid, "assigneeId" uuid, "authorityId" uuid, "exceptionId" uuid, "blockedCode" text, "tellAt" timestamptz)
    WHERE task.id = t.id AND task.id = ANY(:ids::uuid[])`, { tasks: JSON.stringify(tasks), ids: tasks.map(({ id }) => id) });
}
