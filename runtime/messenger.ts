import { WithStartWorkflowOperation, WorkflowUpdateStage, type Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { searchValues, TASK_QUEUES, workflowSubject } from '../domain/workflowIds.js';
import { DECIDE, WAKE, type WakeCode } from '../domain/messageNames.js';

/**
 * Tells workflows what happened, starting them when they do not run: starting one again is always safe. Used by the api at once and by
 * the relay until it worked.
 */
const startOptions = (workflowId: string) => ({
  workflowId, taskQueue: TASK_QUEUES.core, workflowIdReusePolicy: 'ALLOW_DUPLICATE', workflowIdConflictPolicy: 'USE_EXISTING',
  typedSearchAttributes: Object.entries(searchValues(workflowId)).map(([name, value]) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value })),
} as const);

/** Resolves when Temporal has accepted the Update; the outcome is awaited in PostgreSQL, never here. */
export async function sendDecision(client: Client, decision: { workflowId: string; decisionId: string }): Promise<void> {
  const startWorkflowOperation = new WithStartWorkflowOperation(workflowSubject(decision.workflowId).type, { ...startOptions(decision.workflowId), args: [] });
  await client.workflow.startUpdateWithStart(DECIDE, {
    startWorkflowOperation, updateId: decision.decisionId, args: [decision.decisionId], waitForStage: WorkflowUpdateStage.ACCEPTED,
  });
}

export async function sendWake(client: Client, wake: { workflowId: string; code: WakeCode }): Promise<void> {
  await client.workflow.signalWithStart(workflowSubject(wake.workflowId).type, { ...startOptions(wake.workflowId), args: [], signal: WAKE, signalArgs: [wake.code] });
}
