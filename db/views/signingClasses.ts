import type { AuthorityBasis, BlockedCode } from '../../domain/authority.js';
import type { ClassCard, SigningClass } from '../../domain/sheets/approve.js';
import type { HeldCount } from '../../domain/sheets/school.js';
import { classInBatch } from '../cards/items.js';
import { rows, type Db } from '../connect.js';

type ClassRow = Omit<SigningClass, 'task' | 'results' | 'held'> & {
  taskId: string | null; version: number; dueAt: Date; assigneeId: string | null; assigneeName: string | null; blockedCode: BlockedCode | null;
  basis: AuthorityBasis | null; instrumentNumber: string | null; instrumentDate: string | null; signedBy: string | null; byException: boolean;
  HTXS: number; HTT: number; HT: number; CHT: number; held: HeldCount[];
};
const STAGE = {
  approve: { ready: 'teacher_signed', behind: ['drafted'] },
  seal: { ready: 'principal_signed', behind: ['drafted', 'teacher_signed'] },
} as const;

/**
 * Every class of a school at one signing stage, from counters but for the cards that wait: what waits for this signature (with the results it states), what is held and why, what
 * is behind and what is past it, and the open task.
 */
export async function signingClasses(db: Db, input: { campaignId: string; schoolCode: string; kind: 'approve' | 'seal' }): Promise<SigningClass[]> {
  const { ready, behind } = STAGE[input.kind];
  const found = await rows<ClassRow>(db, `
    WITH pupil AS (
      SELECT q.* FROM class k CROSS JOIN LATERAL (SELECT x.* FROM class_count x WHERE x.class_id = k.id OFFSET 0) q WHERE k.campaign_id = :campaignId AND k.school_code = :schoolCode AND q.status <> 'excluded'),
    counted AS (
      SELECT class_id, sum(cards)::int AS expected,
        coalesce(sum(cards) FILTER (WHERE status = 'expected' AND (card_state = '' OR card_state = ANY(:behind))), 0)::int AS behind,
        coalesce(sum(cards) FILTER (WHERE card_state <> '' AND card_state <> :ready AND NOT card_state = ANY(:behind)), 0)::int AS done
      FROM pupil GROUP BY class_id),
    waiting AS (
      SELECT c.class_id, count(*)::int AS ready,
        count(*) FILTER (WHERE c.result = 'HTXS')::int AS "HTXS", count(*) FILTER (WHERE c.result = 'HTT')::int AS "HTT",
        count(*) FILTER (WHERE c.result = 'HT')::int AS "HT", count(*) FILTER (WHERE c.result = 'CHT')::int AS "CHT",
        count(*) FILTER (WHERE NOT c.promoted)::int AS not_promoted
      FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id AND p.status = 'expected'
      WHERE c.campaign_id = :campaignId AND c.school_code = :schoolCode AND c.state = :ready GROUP BY c.class_id),
    held AS (
      SELECT class_id, jsonb_agg(jsonb_build_object('reason', reason, 'count', n) ORDER BY reason) AS held
      FROM (SELECT class_id, reason, sum(cards) AS n FROM pupil WHERE status <> 'expected' GROUP BY class_id, reason) x GROUP BY class_id)
    SELECT k.id AS "classId", k.name AS "className", k.grade, (SELECT p.full_name FROM person p WHERE p.id = k.homeroom_person_id) AS "teacherName",
      t.id AS "taskId", t.version, t.due_at AS "dueAt", t.assignee_id AS "assigneeId", (SELECT p.full_name FROM person p WHERE p.id = t.assignee_id) AS "assigneeName", t.blocked_code AS "blockedCode",
      t.exception_id IS NOT NULL AS "byException",
      a.basis, a.instrument_number AS "instrumentNumber", a.instrument_date AS "instrumentDate", a.signed_by AS "signedBy",
      coalesce(n.expected, 0) AS expected, coalesce(w.ready, 0) AS ready, coalesce(w."HTXS", 0) AS "HTXS", coalesce(w."HTT", 0) AS "HTT",
      coalesce(w."HT", 0) AS "HT", coalesce(w."CHT", 0) AS "CHT", coalesce(w.not_promoted, 0) AS "notPromoted",
      coalesce(n.behind, 0) AS behind, coalesce(n.done, 0) AS done, coalesce(w.ready, 0) > 0 AND ${classInBatch('k.id')} AS "inBatch", coalesce(d.held, '[]') AS held
    FROM class k
    LEFT JOIN task t ON t.class_id = k.id AND t.kind = :kind AND t.state = 'open'
    LEFT JOIN LATERAL (SELECT x.* FROM authority x WHERE x.id = t.authority_id OFFSET 0) a ON true
    LEFT JOIN counted n ON n.class_id = k.id LEFT JOIN waiting w ON w.class_id = k.id LEFT JOIN held d ON d.class_id = k.id
    WHERE k.campaign_id = :campaignId AND k.school_code = :schoolCode
    ORDER BY k.grade, k.name`, { ...input, ready, behind: [...behind] });
  return found.map(classOf);
}

function classOf(found: ClassRow): SigningClass {
  const { taskId, version, dueAt, assigneeId, assigneeName, blockedCode, basis, instrumentNumber, instrumentDate, signedBy, byException, HTXS, HTT, HT, CHT, ...rest } = found;
  const authority = basis === null ? null : { basis, instrumentNumber, instrumentDate, signedBy };
  return {
    ...rest, results: { HTXS, HTT, HT, CHT },
    task: taskId === null ? null : { id: taskId, version, dueAt, assigneeId, assigneeName, blockedCode, authority, byException },
  };
}

/** Pupils of one class with what their card says in short, by given name. */
export const classCards = (db: Db, input: { classId: string }): Promise<ClassCard[]> => rows<ClassCard>(db, `
  SELECT c.id AS "cardId", p.id AS "pupilId", p.full_name AS "fullName", p.birth_date AS "birthDate", c.result, c.promoted, c.state, p.status, p.reason
  FROM expected_pupil p LEFT JOIN report_card c ON c.expected_pupil_id = p.id AND c.state NOT IN ('superseded', 'recalled')
  WHERE p.class_id = :classId AND p.status <> 'excluded'
  ORDER BY regexp_replace(p.full_name, '^.*\\s', '') COLLATE vietnamese, p.full_name, p.pupil_code`, input);
