import type { Act, DecisionPayloads } from '../../domain/acts.js';
import type { Instant } from '../../domain/brand.js';
import type { Db } from '../connect.js';
import { row, rows, touched } from '../connect.js';

export type DecisionRow<A extends Act = Act> = {
  id: string; act: A; actorId: string; provinceCode: string; campaignId: string | null; schoolCode: string | null;
  payload: DecisionPayloads[A]; workflowId: string;
};
export type AnyDecision = { [A in Act]: DecisionRow<A> }[Act];
export type DecisionOutcome = { outcome: 'done' | 'refused'; code: string | null } | null;

/** Tasks a decision is about, by act; the pair task and version may be decided once. */
export function decidedTasks(decision: AnyDecision): { taskId: string; taskVersion: number }[] {
  switch (decision.act) {
    case 'review_class': case 'report_wrong_rows': case 'return_class': return [decision.payload];
    case 'approve_classes': case 'seal_classes': return decision.payload.tasks;
    default: return [];
  }
}

/**
 * Commits a person's decision with its outbox row: from that commit it is never lost (design §3). Call inside one transaction, after
 * the rule was judged in it.
 * @returns `repeated` when this very decision is there already (a form posted twice), `conflict` when another one took a task first or
 *   the id belongs to somebody else's decision
 */
export async function insertDecision(db: Db, decision: AnyDecision): Promise<'inserted' | 'repeated' | 'conflict'> {
  const inserted = await touched(db, `
    INSERT INTO decision (id, act, actor_id, province_code, campaign_id, school_code, payload, workflow_id)
    VALUES (:id, :act, :actorId, :provinceCode, :campaignId, :schoolCode, :payload, :workflowId) ON CONFLICT (id) DO NOTHING`,
  { ...decision, payload: JSON.stringify(decision.payload) });
  if (inserted === 0) {
    const same = await row(db, 'SELECT 1 FROM decision WHERE id = :id AND actor_id = :actorId AND act = :act', { id: decision.id, actorId: decision.actorId, act: decision.act });
    return same === undefined ? 'conflict' : 'repeated';
  }
  // A form may name a task twice; it is decided once.
  const tasks = [...new Map(decidedTasks(decision).map(({ taskId, taskVersion }) => [`${taskId}/${taskVersion}`, { task_id: taskId, task_version: taskVersion }])).values()];
  if (tasks.length > 0) {
    const taken = await touched(db, `
      INSERT INTO decision_task (task_id, task_version, decision_id)
      SELECT task_id, task_version, :id FROM jsonb_to_recordset(:tasks) AS t(task_id uuid, task_version integer) ON CONFLICT DO NOTHING`,
    { id: decision.id, tasks: JSON.stringify(tasks) });
    if (taken < tasks.length) return 'conflict';
  }
  await touched(db, 'INSERT INTO outbox (decision_id, workflow_id) VALUES (:id, :workflowId)', { id: decision.id, workflowId: decision.workflowId });
  return 'inserted';
}

/** When the person decided: a day asked for in time stays so when a worker comes to it after midnight. `now` while it is being taken in. */
export async function askedAt(db: Db, decisionId: string, now: Instant): Promise<Instant> {
  const found = await row<{ at: Date }>(db, 'SELECT created_at AS at FROM decision WHERE id = :decisionId', { decisionId });
  return found === undefined ? now : found.at.toISOString() as Instant;
}

/** The outcome so far; null while a worker has not carried the decision out. */
export async function decisionOutcome(db: Db, decisionId: string): Promise<DecisionOutcome> {
  const found = await row<{ outcome: 'done' | 'refused' | null; outcome_code: string | null }>(db, 'SELECT outcome, outcome_code FROM decision WHERE id = :decisionId', { decisionId });
  return found?.outcome ? { outcome: found.outcome, code: found.outcome_code } : null;
}

/**
 * Temporal keeps the decision's Update: what follows from it cannot be lost any more. Being carried out does not say that: a school's step
 * commits before the server has stored the task in which it ran.
 */
export const markSent = (db: Db, decisionId: string): Promise<number> => touched(db, 'UPDATE outbox SET sent_at = now() WHERE decision_id = :decisionId AND sent_at IS NULL', { decisionId });

type StoredDecision = {
  id: string; act: Act; actor_id: string; province_code: string; campaign_id: string | null; school_code: string | null; payload: unknown; workflow_id: string;
};

/** Decisions of one workflow that nobody carried out yet, oldest first, locked until the transaction ends. */
export async function openDecisions(db: Db, workflowId: string): Promise<AnyDecision[]> {
  const found = await rows<StoredDecision>(db, `
    SELECT id, act, actor_id, province_code, campaign_id, school_code, payload, workflow_id FROM decision
    WHERE workflow_id = :workflowId AND outcome IS NULL ORDER BY created_at, id LIMIT 200 FOR UPDATE`, { workflowId });
  return found.map((stored) => ({
    id: stored.id, act: stored.act, actorId: stored.actor_id, provinceCode: stored.province_code, campaignId: stored.campaign_id,
    schoolCode: stored.school_code, payload: stored.payload, workflowId: stored.workflow_id,
  }) as AnyDecision);
}

/** Writes the outcome once. A refused decision frees its tasks under a new version, so that the person can decide again. */
export async function settleDecision(db: Db, decision: AnyDecision, outcome: { outcome: 'done' | 'refused'; code: string | null }): Promise<void> {
  await touched(db, 'UPDATE decision SET outcome = :outcome, outcome_code = :code, outcome_at = now() WHERE id = :id AND outcome IS NULL', { id: decision.id, ...outcome });
  if (outcome.outcome === 'refused') {
    await touched(db, `UPDATE task t SET version = version + 1 FROM decision_task d WHERE d.decision_id = :id AND t.id = d.task_id AND t.version = d.task_version AND t.state = 'open'`, { id: decision.id });
  }
}
