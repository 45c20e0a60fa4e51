import type { OpenDecision, SchoolHead } from '../../domain/sheets/school.js';
import { row, type Db } from '../connect.js';

type HeadRow = {
  code: string; name: string; officeCode: string; phone: string | null; exemptReason: string | null;
  campaignId: string | null; schoolYear: string; cycle: 'main' | 'summer' | 'rehearsal'; state: 'draft' | 'running' | 'ended' | 'cancelled';
};

/** A school with the campaign its pages are about: the running one, else the one that ran last; undefined when there is no such school. */
export async function schoolHead(db: Db, input: { schoolCode: string; campaignId?: string }): Promise<SchoolHead | undefined> {
  const found = await row<HeadRow>(db, `
    SELECT s.code, s.name, s.office_code AS "officeCode", s.phone, CASE WHEN exemption_holds(p.exempt_reason, p.exempt_until) THEN p.exempt_reason END AS "exemptReason",
      c.id AS "campaignId", c.school_year AS "schoolYear", c.cycle, c.state
    FROM school s
    LEFT JOIN LATERAL (SELECT c.* FROM campaign c JOIN campaign_school x ON x.campaign_id = c.id AND x.school_code = s.code
      WHERE c.state <> 'draft' AND c.id = coalesce(:campaignId::uuid, c.id)
      ORDER BY c.state = 'running' DESC, c.launched_at DESC NULLS LAST, c.id LIMIT 1) c ON true
    LEFT JOIN campaign_school p ON p.campaign_id = c.id AND p.school_code = s.code
    WHERE s.code = :schoolCode`, { schoolCode: input.schoolCode, campaignId: input.campaignId ?? null });
  if (found === undefined) return undefined;
  const { campaignId, schoolYear, cycle, state, ...school } = found;
  return { ...school, campaign: campaignId === null ? null : { id: campaignId, schoolYear, cycle, state } };
}

/**
 * The newest decision among `acts` at this school (of one actor and class, when given) that is not carried out yet, or was refused
 * when a worker judged it again (said for an hour). Lets a page say so after a reload, without a word in its address.
 */
export async function openDecision(db: Db, input: { campaignId: string; schoolCode: string; acts: readonly string[]; actorId: string; classId?: string }): Promise<OpenDecision | null> {
  const found = await row<OpenDecision & { settled: boolean }>(db, `
    SELECT d.id, d.act, d.created_at AS "createdAt", d.outcome_code AS "refusedCode", 
      (d.outcome IS NOT DISTINCT FROM 'done' OR d.outcome_at < now() - interval '1 hour') IS TRUE AS settled
    FROM decision d
    WHERE d.campaign_id = :campaignId AND d.school_code = :schoolCode AND d.act = ANY(:acts) AND d.actor_id = :actorId
      AND (:classId::uuid IS NULL OR EXISTS (SELECT 1 FROM decision_task x JOIN task t ON t.id = x.task_id WHERE x.decision_id = d.id AND t.class_id = :classId::uuid))
    ORDER BY d.created_at DESC LIMIT 1`, { ...input, acts: [...input.acts], classId: input.classId ?? null });
  if (found === undefined || found.settled) return null;
  const { settled: _settled, ...decision } = found;
  return decision;
}
