import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { BatchActivities, CoreActivities, OutboundActivities } from '../activities/activities.js';
import { TASK_QUEUES } from '../domain/workflowIds.js';

/**
 * Every activity beats (activities/beat.ts), so a killed worker is noticed within `heartbeatTimeout` and not only at the end of the
 * longest run. Retries go on for ever with a short longest pause: what an activity does is safe to repeat, and giving up would lose it.
 */
const retry = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '20s' } as const;

export const core = proxyActivities<CoreActivities>({ taskQueue: TASK_QUEUES.core, startToCloseTimeout: '2m', heartbeatTimeout: '12s', retry });
export const batch = proxyActivities<BatchActivities>({ taskQueue: TASK_QUEUES.batch, startToCloseTimeout: '30m', heartbeatTimeout: '20s', retry });
export const outbound = proxyActivities<OutboundActivities>({
  taskQueue: TASK_QUEUES.outbound, startToCloseTimeout: '10m', heartbeatTimeout: '12s', retry: { ...retry, maximumInterval: '1m' },
});

/**
 * Beside the workflow, inside its task: no queue, and no further task to hear the result. Tried once and for steps of a moment only; the
 * same activity on its queue has the patience.
 */
export const beside = proxyLocalActivities<CoreActivities>({ startToCloseTimeout: '20s', retry: { maximumAttempts: 1 } });
