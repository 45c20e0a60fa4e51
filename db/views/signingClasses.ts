import type { AuthorityBasis, BlockedCode } from '../../domain/authority.js';
import type { ClassCard, SigningClass } from '../../domain/sheets/approve.js';
import type { HeldCount } from '../../domain/sheets/school.js';
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
 * Every class of a school at one signing stage: what waits for this signature (with the results it states), what is held and why, what
 * is behind and what is past it, and the open task.
 */
export async function signingClasses(db: Db, input: { campaignId: string; schoolCode: string; kind: 'approve' | 'seal' }): Promise<SigningClass[]> {
  const { ready, behind } = STAGE[input.kind];
  const found = await rows<ClassRow>(db, `
    WITH pupil AS (
      SELECT p.class_id, p.status, p.reason, c.state, c.batch_id, c.result, c.promoted,
        p.status = 'expected' AND c.state = :ready AS is_ready
      FROM expected_pupil p LEFT JOIN report_card c ON c.expected_pupil_id = p.id AND c.state NOT IN ('superseded', 'recalled')
      WHERE p.campaign_id = :campaignId AND p.school_code = :schoolCode AND p.status <> 'excluded'),
    counted AS (
      SELECT class_id, count(*)::int AS expected, count(*) FILTER (WHERE is_ready)::int AS ready,
        count(*) FILTER (WHERE is_ready AND result = 'HTXS')::int AS "HTXS", count(*) FILTER (WHERE is_ready AND result = 'HTT')::int AS "HTT",
        count(*) FILTER (WHERE is_ready AND result = 'HT')::int AS "HT", count(*) FILTER (WHERE is_ready AND result = 'CHT')::int AS "CHT",
        count(*) FILTER (WHERE is_ready AND NOT promoted)::int AS not_promoted,
        count(*) FILTER (WHERE status = 'expected' AND (state IS NULL OR state = ANY(:behind)))::int AS behind,
        count(*) FILTER (WHERE state IS NOT NULL AND state <> :ready AND NOT state = ANY(:behind))::int AS done,
        coalesce(bool_or(is_ready AND batch_id IS NOT NULL), false) AS in_batch
      FROM pupil GROUP BY class_id),
    held AS (
      SELECT class_id, jsonb_agg(jsonb_build_object('reason', reason, 'count', n) ORDER BY reason) AS held
      FROM (SELECT class_id, reason, count(*) AS n FROM pupil WHERE status <> 'expected' GROUP BY class_id, reason) x GROUP BY class_id)
    SELECT k.id AS "classId", k.name AS "className", k.grade, h.full_name AS "teacherName",
      t.id AS "taskId", t.version, t.due_at AS "dueAt", t.assignee_id AS "assigneeId", s.full_name AS "assigneeName", t.blocked_code AS "blockedCode",
      t.exception_id IS NOT NULL AS "byException",
      a.basis, a.instrument_number AS "instrumentNumber", a.instrument_date AS "instrumentDate", a.signed_by AS "signedBy",
      coalesce(n.expected, 0) AS expected, coalesce(n.ready, 0) AS ready, coalesce(n."HTXS", 0) AS "HTXS", coalesce(n."HTT", 0) AS "HTT",
      coalesce(n."HT", 0) AS "HT", coalesce(n."CHT", 0) AS "CHT", coalesce(n.not_promoted, 0) AS "notPromoted",
      coalesce(n.behind, 0) AS behind, coalesce(n.done, 0) AS done, coalesce(n.in_batch, false) AS "inBatch", coalesce(d.held, '[]') AS held
    FROM class k LEFT JOIN person h ON h.id = k.homeroom_person_id
    LEFT JOIN task t ON t.class_id = k.id AND t.kind = :kind AND t.state = 'open'
    LEFT JOIN person s ON s.id = t.assignee_id LEFT JOIN authority a ON a.id = t.authority_id
    LEFT JOIN counted n ON n.class_id = k.id LEFT JOIN held d ON d.class_id = k.id
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
