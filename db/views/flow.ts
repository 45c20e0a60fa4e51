import type { ProgressScope } from '../../domain/progress.js';
import { row, rows, type Db } from '../connect.js';
import { scopeWhere } from '../measures.js';

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
