import { workflowInfo } from '@temporalio/workflow';
import { core } from './proxies.js';

/**
 * One round of what a campaign does by the clock, started by a Schedule: a digest, a nightly reconciliation, a look at what expires. What
 * to do is in its id, and everything else in PostgreSQL; a campaign that is over has nothing to do. It ends with its one activity.
 */
export async function round(): Promise<void> {
  await core.takeRound({ workflowId: workflowInfo().workflowId });
}
