import type { temporal } from '@temporalio/proto';
import { row, rows } from '../../db/connect.js';
import { campaignWorkflowId, schoolWorkflowId, type CampaignKey } from '../../domain/workflowIds.js';
import { playRound, type Round } from './players.js';
import { until, type Stage } from './stage.js';

/** What became of a stage's campaign, read as the owner of the database and as a client of Temporal. */
export const campaignKey = (stage: Stage): CampaignKey =>
  ({ provinceCode: stage.services.settings.HUB_PROVINCE_CODE, schoolYear: stage.province.schoolYear, level: 'primary', cycle: 'main' });
export const campaignWorkflow = (stage: Stage): string => campaignWorkflowId(campaignKey(stage));
export const schoolWorkflow = (stage: Stage, schoolCode: string): string => schoolWorkflowId(campaignKey(stage), schoolCode);

/** Pupils by where they stand, of one school or of all. */
export async function positions(stage: Stage, schoolCode: string | null = null): Promise<Record<string, number>> {
  const found = await rows<{ position: string; count: number }>(stage.db, `
    SELECT position, count(*)::int AS count FROM pupil_progress WHERE campaign_id = :id AND (:schoolCode::text IS NULL OR school_code = :schoolCode) GROUP BY position`, { id: stage.campaignId, schoolCode });
  return Object.fromEntries(found.map((one) => [one.position, one.count]));
}

const EXPLAINED = ['accepted', 'held', 'exempt', 'excluded'];
export const isFinished = async (stage: Stage, schoolCode: string | null = null): Promise<boolean> =>
  Object.keys(await positions(stage, schoolCode)).every((name) => EXPLAINED.includes(name));

/** Plays round after round until `holds`. */
export const playUntil = (stage: Stage, round: Round, holds: () => Promise<boolean>): Promise<void> =>
  until(async () => {
    if (await holds()) return true;
    await playRound(stage, round);
    return holds();
  });

export const playToEnd = (stage: Stage, schools?: readonly string[]): Promise<void> =>
  playUntil(stage, schools === undefined ? {} : { schools }, async () => (await Promise.all((schools ?? [null]).map((code) => isFinished(stage, code)))).every(Boolean));

export type TaskRow = { id: string; kind: string; class_id: string | null; assignee_id: string; version: number; state: string; reminders: number; due_at: Date };
export const openTasks = (stage: Stage, schoolCode: string, kind: string): Promise<TaskRow[]> => rows<TaskRow>(stage.db, `
  SELECT t.id, t.kind, t.class_id, t.assignee_id, t.version, t.state, t.reminders, t.due_at FROM task t LEFT JOIN class k ON k.id = t.class_id
  WHERE t.campaign_id = :id AND t.school_code = :schoolCode AND t.kind = :kind AND t.state = 'open' ORDER BY k.grade, k.name`, { id: stage.campaignId, schoolCode, kind });

export const asVersion = (task: TaskRow): { taskId: string; taskVersion: number } => ({ taskId: task.id, taskVersion: task.version });

export type Batch = { id: string; state: string; account: string; failure_code: string | null; person_id: string };
export const batchOf = async (stage: Stage, decisionId: string): Promise<Batch | undefined> =>
  row<Batch>(stage.db, 'SELECT id, state, account, failure_code, person_id FROM signature_batch WHERE decision_id = :decisionId', { decisionId });

export const coordinator = async (stage: Stage): Promise<string> =>
  (await row<{ person_id: string }>(stage.db, `SELECT person_id FROM role_grant WHERE role = 'coordinator' AND revoked_at IS NULL LIMIT 1`))!.person_id;

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** Events of every run of a workflow, oldest run first. */
export async function eventsOfChain(stage: Stage, workflowId: string): Promise<HistoryEvent[][]> {
  const runs: { runId: string; startTime: Date }[] = [];
  for await (const execution of stage.temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) runs.push({ runId: execution.runId, startTime: execution.startTime });
  runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  return Promise.all(runs.map(async ({ runId }) => (await stage.temporal.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? []));
}

export const activitiesIn = (events: readonly HistoryEvent[]): number => events.filter((event) => event.activityTaskScheduledEventAttributes != null).length;
export const updatesIn = (events: readonly HistoryEvent[]): number => events.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes != null).length;

/** Ids of workflows that ended in any other way than completed or continued. */
export async function badlyEnded(stage: Stage): Promise<string[]> {
  const found: string[] = [];
  for await (const execution of stage.temporal.workflow.list({ query: `ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated', 'Canceled')` })) found.push(execution.workflowId);
  return found;
}
