import type { Knex } from 'knex';
import type { Instant } from '../domain/brand.js';
import type { Depth, Grouping, HeldRow, HeldTotal, ProgressOverview, ProgressReport, ProgressScope, ProgressTree, SchoolProgress } from '../domain/progress.js';
import type { ProgressCounts } from '../domain/rates.js';
import type { ReportHead } from '../domain/reports.js';
import type { Remaining } from '../domain/turns.js';
import { row, rows, type Db } from './connect.js';
import { COUNTED, COUNTERS_OF_SCHOOLS, MEASURE_CODES, MEASURES, OWNED, scopeWhere, STEP } from './measures.js';
import { movementCounts } from './movements.js';

/** The day of a report: today, or the day on which its campaign ended. */
const REPORT_DAY = `(SELECT (coalesce(ended_at, now()) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date FROM campaign WHERE id = :campaignId)`;
/** The last area of a kind that a school had by then: the commune of the day; the old district also after districts ended. */
const areaOf = (kind: 'district' | 'commune'): string => `
  LEFT JOIN LATERAL (SELECT y.area FROM school_area y WHERE y.school_code = s.school_code AND y.kind = '${kind}' AND y.area IS NOT NULL AND y.valid_from <= ${REPORT_DAY} ORDER BY y.valid_from DESC LIMIT 1) a ON true`;
const DATED = { code: `coalesce(a.area, '')`, name: `coalesce(a.area, '') COLLATE vietnamese` } as const;
/** Which areas a tree begins with: those frozen at launch, or the old district and the commune in which a school lay on the day of the report. */
export const AREAS = {
  office: { code: 'o.code', name: 'o.name', join: '' }, district: { ...DATED, join: areaOf('district') }, commune: { ...DATED, join: areaOf('commune') },
} as const satisfies Record<Grouping, { code: string; name: string; join: string }>;
/** FROM: the campaign's schools `s`, with what `AREAS[grouping]` names. */
export const schoolsBy = (grouping: Grouping): string => `campaign_school s JOIN school sc ON sc.code = s.school_code JOIN office o ON o.code = s.office_code ${AREAS[grouping].join}`;

type GroupedRow = ProgressCounts & { area_code: string | null; school_code: string | null; class_id: string | null; level: number };

const countsOf = (found: ProgressCounts): ProgressCounts => Object.fromEntries(MEASURE_CODES.map((measure) => [measure, found[measure]])) as ProgressCounts;
const key = (...parts: (string | null)[]): string => parts.join('/');
/** PostgreSQL sets a bit for each column that a row sums over. */
const levelOf = (area: string, depth: Depth): string => `grouping(${[area, ...(depth === 'area' ? [] : ['s.school_code']), ...(depth === 'class' ? ['k.id'] : [])].join(', ')})`;
const GROUPS: Record<Depth, readonly (readonly string[])[]> = { area: [], school: [['s.school_code']], class: [['s.school_code'], ['s.school_code', 'k.id']] };

/** Counts of every area in scope and of the scope itself, and down to the depth asked for, summed once (GROUPING SETS). */
async function groupedCounts(db: Db, scope: ProgressScope, { grouping, depth }: TreeShape): Promise<Map<string, ProgressCounts>> {
  const area = AREAS[grouping].code;
  const sets = [[], [area], ...GROUPS[depth].map((group) => [area, ...group])];
  const column = (name: string, from: Depth[]): string => (from.includes(depth) ? name : 'NULL');
  const [school, klass] = [column('s.school_code', ['school', 'class']), column('k.id', ['class'])];
  const found = await rows<GroupedRow>(db, `
    SELECT ${area} AS area_code, ${school} AS school_code, ${klass} AS class_id, ${levelOf(area, depth)} AS level, ${COUNTED}
    FROM ${schoolsBy(grouping)} ${COUNTERS_OF_SCHOOLS} WHERE ${scopeWhere(scope)} GROUP BY GROUPING SETS (${sets.map((set) => `(${set.join(', ')})`).join(', ')})`, scope);
  return new Map(found.map((group) => [key(group.level === (1 << (1 + GROUPS[depth].length)) - 1 ? 'all' : 'part', group.area_code, group.school_code, group.class_id), countsOf(group)]));
}

type NameRow = {
  area_code: string; area_name: string; school_code: string; school_name: string; state: 'open' | 'closed' | 'cancelled'; exempt_reason: string | null;
  class_id: string | null; class_name: string | null; grade: number | null;
};
export type TreeShape = { grouping: Grouping; depth: Depth };

/**
 * Area → school → class with their counts, in Vietnamese order of names; a school without classes stands in it with zeros. Each school is
 * in one area of every grouping, so that all groupings add up to the same. A tree that ends at areas or schools has none below.
 * Give a transaction that sees one snapshot, or names and counts may differ by a moment.
 */
export async function progressTree(db: Db, scope: ProgressScope, shape: Partial<TreeShape> = {}): Promise<ProgressTree> {
  const { grouping = 'office', depth = 'class' } = shape;
  const counts = await groupedCounts(db, scope, { grouping, depth });
  const area = AREAS[grouping];
  // 1A2 before 1A10: the shorter name first within a grade.
  const names = await rows<NameRow>(db, `
    SELECT ${area.code} AS area_code, ${area.name} AS area_name, s.school_code, sc.name AS school_name, s.state, CASE WHEN exemption_holds(s.exempt_reason, s.exempt_until) THEN s.exempt_reason END AS exempt_reason
      ${depth === 'class' ? ', k.id AS class_id, k.name AS class_name, k.grade' : ', NULL AS class_id, NULL AS class_name, NULL AS grade'}
    FROM ${schoolsBy(grouping)} ${depth === 'class' ? 'LEFT JOIN class k ON k.campaign_id = s.campaign_id AND k.school_code = s.school_code' : ''}
    WHERE ${scopeWhere(scope)}
    ORDER BY 2, 1, sc.name, sc.code ${depth === 'class' ? ', k.grade, length(k.name), k.name' : ''}`, scope);
  const countsAt: CountsAt = (level, ...codes) => {
    const found = counts.get(key(level, ...codes));
    if (found === undefined) throw new Error('names and counts come from two snapshots: read progress in one transaction');
    return found;
  };
  return {
    counts: countsAt('all', null, null, null),
    offices: runsBy(names, 'area_code').map((ofArea) => ({
      officeCode: ofArea[0].area_code, officeName: ofArea[0].area_name, counts: countsAt('part', ofArea[0].area_code, null, null),
      schools: depth === 'area' ? [] : runsBy(ofArea, 'school_code').map((ofSchool) => schoolOf(ofSchool, countsAt)),
    })),
  };
}

type CountsAt = (level: 'all' | 'part', ...codes: (string | null)[]) => ProgressCounts;
type Run<T> = [T, ...T[]];

function schoolOf(ofSchool: Run<NameRow>, countsAt: CountsAt): SchoolProgress {
  const { area_code, school_code, school_name, state, exempt_reason } = ofSchool[0];
  return {
    schoolCode: school_code, schoolName: school_name, state, exemptReason: exempt_reason,
    counts: countsAt('part', area_code, school_code, null),
    classes: ofSchool.flatMap(({ class_id, class_name, grade }) => (class_id === null || class_name === null || grade === null
      ? [] : [{ classId: class_id, className: class_name, grade, counts: countsAt('part', area_code, school_code, class_id) }])),
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

/** The scope's own counts, for tiles. */
export async function stageCounts(db: Db, scope: ProgressScope): Promise<ProgressCounts> {
  return (await row<ProgressCounts>(db, `SELECT ${COUNTED} FROM campaign_school s ${COUNTERS_OF_SCHOOLS} WHERE ${scopeWhere(scope)}`, scope))!;
}

/** Held and exempt pupils by reason, most first: what a page of a whole province shows. */
export const heldTotals = (db: Db, scope: ProgressScope): Promise<HeldTotal[]> => rows<HeldTotal>(db, `
  SELECT p.position AS kind, coalesce(p.reason, 'school_exempt') AS reason, sum(p.cards)::int AS cards
  FROM campaign_school s JOIN progress_count p ON p.campaign_id = s.campaign_id AND p.school_code = s.school_code
  WHERE ${scopeWhere(scope)} AND p.position IN ('held', 'exempt') GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`, scope);

/** Held and exempt pupils by class and reason, in the order of the tree. */
export async function heldByReason(db: Db, scope: ProgressScope): Promise<HeldRow[]> {
  return rows<HeldRow>(db, `
    SELECT p.position AS kind, coalesce(p.reason, 'school_exempt') AS reason,
      o.code AS "officeCode", o.name AS "officeName", sc.code AS "schoolCode", sc.name AS "schoolName", c.name AS "className", sum(p.cards)::int AS cards
    FROM progress_count p
    JOIN campaign_school s ON s.campaign_id = p.campaign_id AND s.school_code = p.school_code
    JOIN class c ON c.id = p.class_id JOIN office o ON o.code = s.office_code JOIN school sc ON sc.code = s.school_code
    WHERE ${scopeWhere(scope)} AND p.position IN ('held', 'exempt')
    GROUP BY 1, 2, o.code, o.name, sc.code, sc.name, c.id, c.grade, c.name
    ORDER BY o.name, o.code, sc.name, sc.code, c.grade, length(c.name), c.name, 1 DESC, 2`, scope);
}

/** Where the open ones stand, at which step they wait, and whether anybody has the turn: the parts of `open`. */
export const remainingByStep = (db: Db, scope: ProgressScope): Promise<Remaining[]> => rows<Remaining>(db, `
  SELECT p.position, ${STEP} AS step, ${OWNED} AS owned, sum(p.cards)::int AS cards
  FROM campaign_school s ${COUNTERS_OF_SCHOOLS} WHERE ${scopeWhere(scope)} AND ${MEASURES.open} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`, scope);

/** What a report of this scope says about itself; `asOf` is the moment of the transaction. Undefined when there is no such campaign. */
export async function reportHead(snapshot: Db, scope: ProgressScope): Promise<Omit<ReportHead, 'by'> | undefined> {
  const head = await row<{
    school_year: string; level: string; cycle: 'main' | 'summer' | 'rehearsal'; name: string; department_name: string; place_of_issue: string;
    office_name: string | null; school_name: string | null; as_of: Date;
  }>(snapshot, `
    SELECT c.school_year, c.level, c.cycle, p.name, p.department_name, p.place_of_issue, now() AS as_of,
      (SELECT name FROM office WHERE code = :officeCode) AS office_name, (SELECT name FROM school WHERE code = :schoolCode) AS school_name
    FROM campaign c JOIN province p ON p.code = c.province_code WHERE c.id = :campaignId`,
  { campaignId: scope.campaignId, officeCode: scope.officeCode ?? null, schoolCode: scope.schoolCode ?? null });
  return head === undefined ? undefined : {
    campaign: { schoolYear: head.school_year, level: head.level, cycle: head.cycle },
    province: { name: head.name, departmentName: head.department_name, placeOfIssue: head.place_of_issue },
    area: { officeName: head.office_name, schoolName: head.school_name },
    asOf: head.as_of.toISOString() as Instant,
  };
}

/** A read-only transaction that sees one snapshot: all that is read in it is of one moment. */
export const inSnapshot = <T>(db: Knex, read: (snapshot: Db) => Promise<T>): Promise<T> => db.transaction(read, { isolationLevel: 'repeatable read', readOnly: true });

/**
 * Everything the progress workbook says, read in one snapshot.
 * @throws Error when the campaign does not exist
 */
export const readProgressReport = (db: Knex, scope: ProgressScope): Promise<ProgressReport> => inSnapshot(db, async (snapshot) => {
  const head = await reportHead(snapshot, scope);
  if (head === undefined) throw new Error('there is no such campaign');
  return { ...head, tree: await progressTree(snapshot, scope), held: await heldByReason(snapshot, scope), movements: await movementCounts(snapshot, scope), remaining: await remainingByStep(snapshot, scope) };
});

/** The same head and tree down to schools, for a page; undefined when the campaign does not exist. */
export const readProgressOverview = (db: Knex, scope: ProgressScope): Promise<ProgressOverview | undefined> => inSnapshot(db, async (snapshot) => {
  const head = await reportHead(snapshot, scope);
  return head === undefined ? undefined : { ...head, tree: await progressTree(snapshot, scope, { depth: 'school' }) };
});

const END_MEASURES = ['expected', 'accepted', 'held', 'exempt', 'open'] as const satisfies readonly (keyof ProgressCounts)[];
export type EndCounts = Pick<ProgressCounts, (typeof END_MEASURES)[number]>;

/** What ending a campaign is judged by, from counters alone: whose turn each open card is does not matter here, and takes the longest. */
export async function endCounts(db: Db, campaignId: string): Promise<EndCounts> {
  const counted = END_MEASURES.map((measure) => `coalesce(sum(p.cards) FILTER (WHERE ${MEASURES[measure]}), 0)::int AS "${measure}"`).join(', ');
  return (await row<EndCounts>(db, `SELECT ${counted} FROM progress_count p WHERE p.campaign_id = :campaignId`, { campaignId }))!;
}
