import { row, rows, type Db } from '../connect.js';
import { MEASURES } from '../measures.js';

export type TaskKind = 'collect' | 'review' | 'approve' | 'seal' | 'correct';
export type TaskRow = {
  id: string; kind: TaskKind; version: number; state: 'open' | 'done' | 'cancelled';
  schoolCode: string; schoolName: string; classId: string | null; className: string | null; campaignId: string; schoolYear: string; cycle: string;
  assigneeId: string | null; blockedCode: string | null; openedAt: Date; dueAt: Date;
  /** Pupils of the class, or of the school, who are still waited for at this stage. */
  pupils: number;
};

/**
 * Cards of a task's class, or of its school, that wait at its stage, for `t`, a row of task: one stage's count without the next one's.
 * Read class by class, so that a list of few tasks never sums the counters of a province.
 */
export const CARDS_OF_TASK = `(
  SELECT coalesce(sum(p.cards) FILTER (WHERE CASE t.kind WHEN 'collect' THEN ${MEASURES.missing} WHEN 'review' THEN ${MEASURES.collected} AND NOT (${MEASURES.reviewed})
      WHEN 'approve' THEN ${MEASURES.reviewed} AND NOT (${MEASURES.signed}) WHEN 'seal' THEN ${MEASURES.signed} AND NOT (${MEASURES.sealed}) ELSE ${MEASURES.refused} END), 0)::int
  FROM class x CROSS JOIN LATERAL (SELECT * FROM progress_count WHERE class_id = x.id) p
  WHERE x.campaign_id = t.campaign_id AND x.school_code = t.school_code AND (t.class_id IS NULL OR x.id = t.class_id))`;

const TASKS = `
  SELECT t.id, t.kind, t.version, t.state, t.school_code AS "schoolCode", s.name AS "schoolName", t.class_id AS "classId", c.name AS "className",
    t.campaign_id AS "campaignId", m.school_year AS "schoolYear", m.cycle, t.assignee_id AS "assigneeId", t.blocked_code AS "blockedCode",
    t.opened_at AS "openedAt", t.due_at AS "dueAt",
    ${CARDS_OF_TASK} AS pupils
  FROM task t JOIN school s ON s.code = t.school_code JOIN campaign m ON m.id = t.campaign_id LEFT JOIN class c ON c.id = t.class_id`;

/** A person's open tasks, the most urgent first. */
export const openTasksOf = (db: Db, input: { personId: string }): Promise<TaskRow[]> =>
  rows<TaskRow>(db, `${TASKS} WHERE t.assignee_id = :personId AND t.state = 'open' AND m.state = 'running' ORDER BY t.due_at, s.name, c.grade, c.name`, input);

export const taskById = (db: Db, input: { taskId: string }): Promise<TaskRow | undefined> => row<TaskRow>(db, `${TASKS} WHERE t.id = :taskId`, input);
