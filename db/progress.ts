import type { Knex } from 'knex';
import type { Instant } from '../domain/brand.js';
import type { HeldRow, ProgressReport, ProgressScope, ProgressTree, SchoolProgress } from '../domain/progress.js';
import type { ProgressCounts } from '../domain/rates.js';
import type { Remaining } from '../domain/turns.js';
import { row, rows, type Db } from './connect.js';

/** Inside the denominator, and neither with the Kho nor with a reason: one condition for the count and the list. `p` is pupil_progress. */
export const OPEN = `p.in_denominator AND p.position NOT IN ('accepted', 'held', 'exempt')`;
/** Of these, what somebody has and what nobody has. `w` is class_turn, joined by `TURN_OF_PUPIL`. */
export const WAITING = `${OPEN} AND w.owned IS TRUE`;
export const UNEXPLAINED = `${OPEN} AND w.owned IS NOT TRUE`;
export const TURN_OF_PUPIL = 'LEFT JOIN class_turn w ON w.class_id = p.class_id AND w.position = p.position';
const ELIGIBLE = `p.in_denominator AND p.position NOT IN ('held', 'exempt')`;

/** Every count of class_progress, by name; `eligible…`, `open` and its parts follow from the same view's positions. */
const COUNTS = ['expected', 'collected', 'reviewed', 'signed', 'sealed', 'received', 'submitted', 'accepted', 'refused', 'missing',
  'held', 'exempt', 'excluded', 'eligible', 'eligibleSigned', 'open', 'waiting', 'unexplained'] as const satisfies readonly (keyof ProgressCounts)[];

const scopeWhere = (scope: ProgressScope): string => [
  's.campaign_id = :campaignId',
  ...(scope.officeCode === undefined ? [] : ['s.office_code = :officeCode']),
  ...(scope.schoolCode === undefined ? [] : ['s.school_code = :schoolCode']),
].join(' AND ');

/** The views group by campaign, school and class: said inside them, a narrow scope does not count the whole province first. */
const viewWhere = (scope: ProgressScope): string => [
  'campaign_id = :campaignId',
  ...(scope.officeCode === undefined && scope.schoolCode === undefined ? []
    : [`school_code = ANY (ARRAY(SELECT s.school_code FROM campaign_school s WHERE ${scopeWhere(scope)}))`]),
].join(' AND ');

/** Classes in scope with their counts: the one place where the views meet names and areas. */
const classesInScope = (scope: ProgressScope): string => `
  SELECT s.office_code, s.school_code, c.id AS class_id,
    p.expected, p.collected, p.reviewed, p.signed, p.sealed, p.received, p.submitted, p.accepted, p.refused, p.missing, p.held, p.exempt, p.excluded,
    e.eligible, e."eligibleSigned", e.open, e.waiting, e.unexplained
  FROM campaign_school s
  LEFT JOIN class c ON c.campaign_id = s.campaign_id AND c.school_code = s.school_code
  LEFT JOIN (SELECT * FROM class_progress WHERE ${viewWhere(scope)}) p ON p.class_id = c.id
  LEFT JOIN (
    SELECT p.class_id, count(*) FILTER (WHERE ${ELIGIBLE})::int AS eligible, count(*) FILTER (WHERE ${ELIGIBLE} AND p.signed)::int AS "eligibleSigned",
      count(*) FILTER (WHERE ${OPEN})::int AS open, count(*) FILTER (WHERE ${WAITING})::int AS waiting, count(*) FILTER (WHERE ${UNEXPLAINED})::int AS unexplained
    FROM (SELECT * FROM pupil_progress WHERE ${viewWhere(scope)}) p ${TURN_OF_PUPIL} GROUP BY p.class_id) e ON e.class_id = c.id
  WHERE ${scopeWhere(scope)}`;

const SUMS = COUNTS.map((count) => `coalesce(sum("${count}"), 0)::int AS "${count}"`).join(', ');

type GroupedRow = ProgressCounts & { office_code: string | null; school_code: string | null; class_id: string | null; level: number };

const countsOf = (found: ProgressCounts): ProgressCounts => Object.fromEntries(COUNTS.map((count) => [count, found[count]])) as ProgressCounts;
const key = (...parts: (string | null)[]): string => parts.join('/');

/** Counts of every class, school and office in scope and of the scope itself, summed once (GROUPING SETS). */
async function groupedCounts(db: Db, scope: ProgressScope): Promise<Map<string, ProgressCounts>> {
  const found = await rows<GroupedRow>(db, `
    SELECT office_code, school_code, class_id, grouping(office_code, school_code, class_id) AS level, ${SUMS}
    FROM (${classesInScope(scope)}) AS classes
    GROUP BY GROUPING SETS ((office_code, school_code, class_id), (office_code, school_code), (office_code), ())`, scope);
  return new Map(found.map((group) => [key(String(group.level), group.office_code, group.school_code, group.class_id), countsOf(group)]));
}

type NameRow = {
  office_code: string; office_name: string; school_code: string; school_name: string; state: 'open' | 'closed' | 'cancelled'; exempt_reason: string | null;
  class_id: string | null; class_name: string | null; grade: number | null;
};

/**
 * Office → school → class with their counts, in Vietnamese order of names. A school without classes stands in it with zeros.
 * The area is the one frozen at launch. Give a transaction that sees one snapshot, or names and counts may differ by a moment.
 */
export async function progressTree(db: Db, scope: ProgressScope): Promise<ProgressTree> {
  const counts = await groupedCounts(db, scope);
  // 1A2 before 1A10: the shorter name first within a grade.
  const names = await rows<NameRow>(db, `
    SELECT o.code AS office_code, o.name AS office_name, s.school_code, sc.name AS school_name, s.state, CASE WHEN exemption_holds(s.exempt_reason, s.exempt_until) THEN s.exempt_reason END AS exempt_reason,
      c.id AS class_id, c.name AS class_name, c.grade
    FROM campaign_school s JOIN office o ON o.code = s.office_code JOIN school sc ON sc.code = s.school_code
    LEFT JOIN class c ON c.campaign_id = s.campaign_id AND c.school_code = s.school_code
    WHERE ${scopeWhere(scope)}
    ORDER BY o.name, o.code, sc.name, sc.code, c.grade, length(c.name), c.name`, scope);
  const countsAt: CountsAt = (level, ...codes) => {
    const found = counts.get(key(String(level), ...codes));
    if (found === undefined) throw new Error('names and counts come from two snapshots: read progress in one transaction');
    return found;
  };
  return {
    counts: countsAt(7, null, null, null),
    offices: runsBy(names, 'office_code').map((ofOffice) => ({
      officeCode: ofOffice[0].office_code, officeName: ofOffice[0].office_name, counts: countsAt(3, ofOffice[0].office_code, null, null),
      schools: runsBy(ofOffice, 'school_code').map((ofSchool) => schoolOf(ofSchool, countsAt)),
    })),
  };
}

type CountsAt = (level: number, ...codes: (string | null)[]) => ProgressCounts;
type Run<T> = [T, ...T[]];

function schoolOf(ofSchool: Run<NameRow>, countsAt: CountsAt): SchoolProgress {
  const { office_code, school_code, school_name, state, exempt_reason } = ofSchool[0];
  return {
    schoolCode: school_code, schoolName: school_name, state, exemptReason: exempt_reason,
    counts: countsAt(1, office_code, school_code, null),
    classes: ofSchool.flatMap(({ class_id, class_name, grade }) => (class_id === null || class_name === null || grade === null
      ? [] : [{ classId: class_id, className: class_name, grade, counts: countsAt(0, office_code, school_code, class_id) }])),
  };
}

/** Neighbouring rows with the same value in `column`, in their order. */
function runsBy<T, K extends keyof T>(all: readonly T[], column: K): Run<T>[] {
  const runs: Run<T>[] = [];
  for (const each of all) {
    const last = runs.at(-1);
    if (last !== undefined && last[0][column] === each[column]) last.push(each);
    else runs.push([each]);
  }
  return runs;
}

/** The scope's own counts, for tiles: the same query's top row. */
export async function stageCounts(db: Db, scope: ProgressScope): Promise<ProgressCounts> {
  const found = await row<ProgressCounts>(db, `SELECT ${SUMS} FROM (${classesInScope(scope)}) AS classes`, scope);
  return countsOf(found!);
}

/** Held and exempt pupils by class and reason, in the order of the tree. */
export async function heldByReason(db: Db, scope: ProgressScope): Promise<HeldRow[]> {
  return rows<HeldRow>(db, `
    SELECT p.position AS kind, coalesce(p.reason, 'school_exempt') AS reason,
      o.code AS "officeCode", o.name AS "officeName", sc.code AS "schoolCode", sc.name AS "schoolName", c.name AS "className", count(*)::int AS cards
    FROM pupil_progress p
    JOIN campaign_school s ON s.campaign_id = p.campaign_id AND s.school_code = p.school_code
    JOIN class c ON c.id = p.class_id JOIN office o ON o.code = s.office_code JOIN school sc ON sc.code = s.school_code
    WHERE ${scopeWhere(scope)} AND p.position IN ('held', 'exempt')
    GROUP BY 1, 2, o.code, o.name, sc.code, sc.name, c.id, c.grade, c.name
    ORDER BY o.name, o.code, sc.name, sc.code, c.grade, length(c.name), c.name, 1 DESC, 2`, scope);
}

/** Where the open ones stand, at which step they wait, and whether anybody has the turn: the parts of `open`. */
export const remainingByStep = (db: Db, scope: ProgressScope): Promise<Remaining[]> => rows<Remaining>(db, `
  SELECT p.position, w.step, coalesce(w.owned, false) AS owned, count(*)::int AS cards
  FROM (SELECT * FROM pupil_progress WHERE ${viewWhere(scope)}) p ${TURN_OF_PUPIL}
  WHERE ${OPEN} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`, scope);

/**
 * Everything the progress workbook says, read in one snapshot.
 * @throws Error when the campaign does not exist
 */
export function readProgressReport(db: Knex, scope: ProgressScope): Promise<ProgressReport> {
  return db.transaction(async (snapshot) => {
    const head = await row<{
      school_year: string; level: string; cycle: 'main' | 'summer' | 'rehearsal'; name: string; department_name: string; place_of_issue: string;
      office_name: string | null; school_name: string | null; as_of: Date;
    }>(snapshot, `
      SELECT c.school_year, c.level, c.cycle, p.name, p.department_name, p.place_of_issue, now() AS as_of,
        (SELECT name FROM office WHERE code = :officeCode) AS office_name, (SELECT name FROM school WHERE code = :schoolCode) AS school_name
      FROM campaign c JOIN province p ON p.code = c.province_code WHERE c.id = :campaignId`,
    { campaignId: scope.campaignId, officeCode: scope.officeCode ?? null, schoolCode: scope.schoolCode ?? null });
    if (head === undefined) throw new Error('there is no such campaign');
    return {
      campaign: { schoolYear: head.school_year, level: head.level, cycle: head.cycle },
      province: { name: head.name, departmentName: head.department_name, placeOfIssue: head.place_of_issue },
      area: { officeName: head.office_name, schoolName: head.school_name },
      asOf: head.as_of.toISOString() as Instant,
      tree: await progressTree(snapshot, scope),
      held: await heldByReason(snapshot, scope),
      remaining: await remainingByStep(snapshot, scope),
    };
  }, { isolationLevel: 'repeatable read', readOnly: true });
}
