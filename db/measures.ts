import type { ProgressScope } from '../domain/progress.js';
import type { ProgressCounts } from '../domain/rates.js';

/** Inside the denominator, and neither with the Kho nor with a reason. */
const OPEN = `p.in_denominator AND p.position NOT IN ('accepted', 'held', 'exempt')`;
const ELIGIBLE = `p.in_denominator AND p.position NOT IN ('held', 'exempt')`;
/** The step a card waits at, and whether anybody has the turn; `w` is class_turn. */
export const STEP = 'turn_step(p.position, w)';
export const OWNED = `turn_owned(${STEP}, w)`;

/**
 * The condition of every count, for `p`, a row of progress_count (the tile) or of pupil_progress (the list behind it), and `w`, the
 * class_turn of its class. One text for both, so that a list is as long as its tile.
 */
export const MEASURES = {
  expected: 'p.in_denominator', collected: 'p.in_denominator AND p.card_state IS NOT NULL', reviewed: 'p.reviewed', signed: 'p.signed', sealed: 'p.sealed', received: 'p.received',
  submitted: 'p.submitted', accepted: 'p.accepted', refused: 'p.refused', missing: `p.position = 'missing'`, held: `p.position = 'held'`, exempt: `p.position = 'exempt'`,
  excluded: `p.position = 'excluded'`, eligible: ELIGIBLE, eligibleSigned: `${ELIGIBLE} AND p.signed`, open: OPEN, waiting: `${OPEN} AND ${OWNED}`, unexplained: `${OPEN} AND ${OWNED} IS NOT TRUE`,
} as const satisfies Record<keyof ProgressCounts, string>;
export type Measure = keyof ProgressCounts;
export const MEASURE_CODES = Object.keys(MEASURES) as readonly Measure[];

/** SELECT list of every count, from counters `p` and `w`. */
export const COUNTED = MEASURE_CODES.map((measure) => `coalesce(sum(p.cards) FILTER (WHERE ${MEASURES[measure]}), 0)::int AS "${measure}"`).join(', ');

/** Joins counters and turns to the campaign's schools `s`. */
export const COUNTERS_OF_SCHOOLS = `
  LEFT JOIN class k ON k.campaign_id = s.campaign_id AND k.school_code = s.school_code LEFT JOIN progress_count p ON p.class_id = k.id LEFT JOIN class_turn w ON w.class_id = k.id`;

export const scopeWhere = (scope: ProgressScope): string => [
  's.campaign_id = :campaignId',
  ...(scope.officeCode === undefined ? [] : ['s.office_code = :officeCode']),
  ...(scope.schoolCode === undefined ? [] : ['s.school_code = :schoolCode']),
].join(' AND ');

/** Some counts of one class `k`, for a LATERAL join; zeros without a pupil. PostgreSQL would sum the counters of all classes for a view of them. */
export const countsOfClass = (measures: readonly Exclude<Measure, 'waiting' | 'unexplained'>[]): string => `(
  SELECT ${measures.map((measure) => `coalesce(sum(p.cards) FILTER (WHERE ${MEASURES[measure]}), 0)::int AS "${measure}"`).join(', ')} FROM progress_count p WHERE p.class_id = k.id)`;
