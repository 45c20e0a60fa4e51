import type { ProgressScope } from '../../domain/progress.js';
import { row, rows, type Db } from '../connect.js';
import { scopeWhere } from '../measures.js';
import { AREAS, schoolsBy, type TreeShape } from '../progress.js';

export type FlowPoint = { at: Date; collected: number; signed: number; accepted: number };
/** The stages of a scope as they grew from launch to now: `points` are cumulative, one at the end of each step; steps have one width. */
export type Flow = { stepMs: number; points: FlowPoint[] };

/** Widths a step may have, in minutes: the history is kept by tens of minutes. */
const STEPS = [10, 60, 360, 1_440] as const;
const MOST_POINTS = 90;

/** @returns null before the launch */
export async function flowOf(db: Db, scope: ProgressScope): Promise<Flow | null> {
  const span = await row<{ from: Date | null; to: Date }>(db, 'SELECT launched_at AS "from", coalesce(ended_at, now()) AS "to" FROM campaign WHERE id = :campaignId', scope);
  if (span === undefined || span.from === null) return null;
  const minutes = (span.to.getTime() - span.from.getTime()) / 60_000;
  const step = STEPS.find((one) => minutes / one <= MOST_POINTS) ?? Math.ceil(minutes / MOST_POINTS / 1_440) * 1_440;
  const points = await rows<FlowPoint>(db, `
    SELECT g.at + make_interval(mins => :step) AS at, sum(coalesce(f.collected, 0)) OVER past::int AS collected, sum(coalesce(f.signed, 0)) OVER past::int AS signed, sum(coalesce(f.accepted, 0)) OVER past::int AS accepted
    FROM generate_series(date_bin(make_interval(mins => :step), :from::timestamptz, '2000-01-01 00:00+07'), :to::timestamptz, make_interval(mins => :step)) AS g(at)
    LEFT JOIN (
      SELECT greatest(date_bin(make_interval(mins => :step), f.slot, '2000-01-01 00:00+07'), date_bin(make_interval(mins => :step), :from::timestamptz, '2000-01-01 00:00+07')) AS at,
        sum(f.collected) AS collected, sum(f.signed) AS signed, sum(f.accepted) AS accepted
      FROM campaign_school s JOIN school_flow f ON f.campaign_id = s.campaign_id AND f.school_code = s.school_code WHERE ${scopeWhere(scope)} GROUP BY 1) f ON f.at = g.at
    WINDOW past AS (ORDER BY g.at) ORDER BY g.at`, { ...scope, step, from: span.from, to: span.to });
  return { stepMs: step * 60_000, points };
}

/** How many points a unit's small line has, from launch to now. */
const UNIT_POINTS = 12;
/** Signed cards at the end of each of twelve equal spans since launch, by the area's and by the school's code. */
export type Growth = { areas: Record<string, number[]>; schools: Record<string, number[]> };

/** Small lines for the rows of a tree: of its areas, and of schools where it goes down to them. Classes have none. */
export async function growthByUnit(db: Db, scope: ProgressScope, { grouping, depth }: TreeShape): Promise<Growth> {
  const school = depth === 'area' ? 'NULL' : 's.school_code';
  const found = await rows<{ area: string; school: string | null; step: number; signed: number }>(db, `
    SELECT ${AREAS[grouping].code} AS area, ${school} AS school, sum(f.signed)::int AS signed,
      greatest(1, least(${UNIT_POINTS}, width_bucket(extract(epoch FROM f.slot), extract(epoch FROM c.launched_at), extract(epoch FROM coalesce(c.ended_at, now())) + 1, ${UNIT_POINTS}))) AS step
    FROM ${schoolsBy(grouping)} JOIN campaign c ON c.id = s.campaign_id JOIN school_flow f ON f.campaign_id = s.campaign_id AND f.school_code = s.school_code
    WHERE ${scopeWhere(scope)} AND f.signed <> 0 GROUP BY 1, 2, 4`, scope);
  const growth: Growth = { areas: {}, schools: {} };
  for (const { area, school: code, step, signed } of found) {
    for (const [lines, unit] of [[growth.areas, area], [growth.schools, code]] as const) {
      if (unit !== null) (lines[unit] ??= Array.from({ length: UNIT_POINTS }, () => 0))[step - 1]! += signed;
    }
  }
  for (const line of [...Object.values(growth.areas), ...Object.values(growth.schools)]) {
    for (let step = 1; step < line.length; step += 1) line[step]! += line[step - 1]!;
  }
  return growth;
}
