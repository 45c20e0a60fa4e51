import type { ProgressScope } from '../domain/progress.js';
import type { Timeliness } from '../domain/timeliness.js';
import { AT_WORK } from './cards/items.js';
import { row, type Db } from './connect.js';
import { COUNTERS_OF_SCHOOLS, MEASURES, OWNED, scopeWhere, STEP } from './measures.js';

const PAST = `turn_due(${STEP}, w) < now()`;
const part = (condition: string): string => `coalesce(sum(p.cards) FILTER (WHERE p.in_denominator AND p.sealed IS NOT TRUE AND ${condition}), 0)`;

/**
 * The denominator of a scope by on time, late, overdue and not yet, and by whose it is. From counters, but for signatures that are
 * under way, which are few.
 */
export async function timeliness(db: Db, scope: ProgressScope): Promise<Timeliness> {
  const found = await row<Omit<Timeliness, 'overdueSigning'> & { asked: number }>(db, `
    WITH sealed AS (
      SELECT coalesce(sum(q.cards) FILTER (WHERE q.sealed_at <= d.due_at), 0)::int AS "onTime", coalesce(sum(q.cards) FILTER (WHERE q.sealed_at > d.due_at AND q.asked_at <= d.due_at), 0)::int AS "lateSigning",
        coalesce(sum(q.cards) FILTER (WHERE q.sealed_at > d.due_at AND (q.asked_at <= d.due_at) IS NOT TRUE), 0)::int AS "lateSchool"
      FROM campaign_school s JOIN school_deadline d ON d.campaign_id = s.campaign_id AND d.school_code = s.school_code AND d.stage = 'seal'
      JOIN class k ON k.campaign_id = s.campaign_id AND k.school_code = s.school_code JOIN class_sealed q ON q.class_id = k.id WHERE ${scopeWhere(scope)}),
    late AS MATERIALIZED (
      SELECT w.class_id, w FROM campaign_school s JOIN class_turn w ON w.campaign_id = s.campaign_id AND w.school_code = s.school_code
      WHERE ${scopeWhere(scope)} AND least(w.collect_due, w.review_due, w.approve_due, w.seal_due) < now()),
    asked AS (
      SELECT count(*)::int AS asked FROM late JOIN pupil_progress p ON p.class_id = late.class_id JOIN signature_item i ON i.card_id = p.card_id AND ${AT_WORK}
      JOIN signature_batch b ON b.id = i.batch_id AND b.state IN ('new', 'prepared', 'requested', 'collected')
      WHERE ${MEASURES.open} AND NOT p.sealed AND ${OWNED} AND ${PAST} AND b.created_at <= turn_due(${STEP}, w)),
    waiting AS (
      SELECT ${part(`${MEASURES.open} AND ${PAST} AND ${OWNED}`)}::int AS "overdueSchool", ${part(`${MEASURES.open} AND ${PAST} AND ${OWNED} IS NOT TRUE`)}::int AS "overdueProvince",
        ${part(`${MEASURES.open} AND (${PAST}) IS NOT TRUE`)}::int AS "notYet", ${part(`p.position IN ('held', 'exempt')`)}::int AS excused
      FROM campaign_school s ${COUNTERS_OF_SCHOOLS} WHERE ${scopeWhere(scope)})
    SELECT * FROM sealed, asked, waiting`, scope);
  const { asked, overdueSchool, ...rest } = found!;
  return { ...rest, overdueSchool: overdueSchool - asked, overdueSigning: asked };
}
