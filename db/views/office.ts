import type { ChaseSchool, ChaseSheet, ChaseTask } from '../../domain/sheets/office.js';
import { row, rows, type Db } from '../connect.js';
import { MEASURES, type Measure } from '../measures.js';
import { PRESSED_AT } from '../school/pressed.js';
import { CARDS_OF_TASK } from './tasks.js';

/** Offices by code, for the list of one's own areas. */
export const officesOf = (db: Db, input: { officeCodes: readonly string[]; all: boolean }): Promise<{ code: string; name: string }[]> =>
  rows(db, 'SELECT code, name FROM office WHERE :all OR code = ANY(:officeCodes) ORDER BY name, code', { all: input.all, officeCodes: [...input.officeCodes] });

const counted = (measure: Measure): string => `coalesce(sum(p.cards) FILTER (WHERE ${MEASURES[measure]}), 0)::int`;

/** Who of an area's schools is late with what, and whom to call; undefined when there is no such office. */
export async function chaseSheet(db: Db, input: { officeCode: string }): Promise<ChaseSheet | undefined> {
  const office = await row<{ name: string; asOf: Date; campaignId: string | null; schoolYear: string }>(db, `
    SELECT o.name, now() AS "asOf", c.id AS "campaignId", c.school_year AS "schoolYear"
    FROM office o LEFT JOIN LATERAL (SELECT c.* FROM campaign c JOIN campaign_school x ON x.campaign_id = c.id AND x.office_code = o.code
      WHERE c.state = 'running' ORDER BY c.launched_at DESC NULLS LAST, c.id LIMIT 1) c ON true
    WHERE o.code = :officeCode`, input);
  if (office === undefined) return undefined;
  const { name, asOf, campaignId, schoolYear } = office;
  const head = { officeCode: input.officeCode, officeName: name, asOf };
  if (campaignId === null) return { ...head, campaign: null, schools: [] };
  const scope = { campaignId, officeCode: input.officeCode };
  const schools = await rows<Omit<ChaseSchool, 'tasks' | 'overdueSince' | 'lastReminder'>>(db, `
    SELECT s.code AS "schoolCode", s.name AS "schoolName", s.phone, CASE WHEN exemption_holds(x.exempt_reason, x.exempt_until) THEN x.exempt_reason END AS "exemptReason",
      ${counted('expected')} AS expected, ${counted('signed')} AS signed, ${counted('accepted')} AS accepted
    FROM campaign_school x JOIN school s ON s.code = x.school_code
    LEFT JOIN class k ON k.campaign_id = x.campaign_id AND k.school_code = x.school_code LEFT JOIN progress_count p ON p.class_id = k.id
    WHERE x.campaign_id = :campaignId AND x.office_code = :officeCode GROUP BY s.code, s.name, s.phone, x.exempt_reason, x.exempt_until ORDER BY s.name, s.code`, scope);
  const tasks = await openTasks(db, scope);
  return { ...head, campaign: { id: campaignId, schoolYear }, schools: schools.map((school) => chased(school, tasks.filter((task) => task.schoolCode === school.schoolCode), asOf)).sort(overdueFirst) };
}

const openTasks = (db: Db, scope: { campaignId: string; officeCode: string }): Promise<(ChaseTask & { schoolCode: string })[]> => rows(db, `
  SELECT t.id AS "taskId", t.school_code AS "schoolCode", t.kind, k.name AS "className", t.due_at AS "dueAt", p.full_name AS "personName",
    coalesce(p.phone, s.phone) AS phone, t.blocked_code AS "blockedCode", t.reminded_at AS "remindedAt", t.reminders, ${PRESSED_AT} AS "pressedAt",
    CASE t.kind WHEN 'review' THEN 'homeroom' WHEN 'approve' THEN CASE WHEN a.basis LIKE 'deputy%' THEN 'deputy' ELSE 'principal' END ELSE 'clerk' END AS role,
    ${CARDS_OF_TASK} AS cards
  FROM task t JOIN campaign_school x ON x.campaign_id = t.campaign_id AND x.school_code = t.school_code JOIN school s ON s.code = t.school_code
  LEFT JOIN class k ON k.id = t.class_id
  LEFT JOIN person p ON p.id = t.assignee_id LEFT JOIN authority a ON a.id = t.authority_id
  WHERE t.campaign_id = :campaignId AND x.office_code = :officeCode AND t.state = 'open'
  ORDER BY t.due_at, k.grade NULLS FIRST, length(k.name), k.name`, scope);

function chased(school: Omit<ChaseSchool, 'tasks' | 'overdueSince' | 'lastReminder'>, found: readonly (ChaseTask & { schoolCode: string })[], asOf: Date): ChaseSchool {
  const tasks = found.map(({ schoolCode: _code, ...task }) => task);
  // The Kho's part never makes a school overdue (design §2 Numbers).
  const late = tasks.filter((task) => task.kind !== 'correct' && task.dueAt.getTime() < asOf.getTime());
  const reminded = tasks.flatMap((task) => (task.remindedAt === null ? [] : [task.remindedAt.getTime()]));
  return { ...school, tasks, overdueSince: late[0]?.dueAt ?? null, lastReminder: reminded.length === 0 ? null : new Date(Math.max(...reminded)) };
}

/** Overdue ones by how long, then those who still have something to do, then by name (the order they come in). */
function overdueFirst(a: ChaseSchool, b: ChaseSchool): number {
  const late = (school: ChaseSchool): number => school.overdueSince?.getTime() ?? Number.POSITIVE_INFINITY;
  if (late(a) !== late(b)) return late(a) < late(b) ? -1 : 1;
  return Number(b.tasks.length > 0) - Number(a.tasks.length > 0);
}
