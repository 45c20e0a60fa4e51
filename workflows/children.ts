import { defineSearchAttributeKey, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { getExternalWorkflowHandle, ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import { searchValues, workflowSubject } from '../domain/workflowIds.js';
import type { WakeCode } from '../domain/messageNames.js';
import { wakeSignal } from './messages.js';

/** Starts a workflow that outlives its parent; one that runs already is as good. @returns a handle when it was started here */
export async function startOnce(workflowId: string) {
  try {
    return await startChild(workflowSubject(workflowId).type, {
      workflowId, taskQueue: workflowInfo().taskQueue, parentClosePolicy: ParentClosePolicy.ABANDON, workflowIdReusePolicy: 'ALLOW_DUPLICATE', args: [],
      typedSearchAttributes: Object.entries(searchValues(workflowId)).map(([name, value]) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value })),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}

/** Wakes a workflow if it runs; one that does not run will look at PostgreSQL when it is started. @returns whether it was reached */
export async function wake(workflowId: string, code: WakeCode): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(wakeSignal, code);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'CancelledFailure') throw error;
    return false;
  }
}
