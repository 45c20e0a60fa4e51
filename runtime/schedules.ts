import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { ROUND_NAMES, ROUND_ZONE, ROUNDS, type Round } from '../domain/rounds.js';
import { campaignWorkflowId, roundScheduleId, roundWorkflowId, searchValues, TASK_QUEUES, type CampaignKey } from '../domain/workflowIds.js';

/**
 * A campaign's Schedules. A round that is still under way is not started a second time (SKIP: it works from PostgreSQL and takes in what
 * is new anyway); one that was missed while the server was away is made up for once within the catch-up window.
 */
const scheduleOf = (round: Round, key: CampaignKey) => ({
  spec: { cronExpressions: [ROUNDS[round].cron], timezone: ROUND_ZONE },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: ROUNDS[round].catchUp, pauseOnFailure: false },
  action: {
    type: 'startWorkflow' as const, workflowType: 'round', workflowId: roundWorkflowId(round, key), taskQueue: TASK_QUEUES.core, args: [],
    typedSearchAttributes: Object.entries(searchValues(campaignWorkflowId(key))).map(([name, value]) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value })),
  },
});

/** Makes them, or brings those that stand to today's times and policies. */
export async function standSchedules(client: Client, key: CampaignKey): Promise<void> {
  for (const round of ROUND_NAMES) {
    const scheduleId = roundScheduleId(round, key);
    const schedule = scheduleOf(round, key);
    try {
      await client.schedule.create({ scheduleId, ...schedule });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      // Somebody may have paused one by hand: that stays.
      await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...schedule, state }));
    }
  }
}

export async function removeSchedules(client: Client, key: CampaignKey): Promise<void> {
  for (const round of ROUND_NAMES) {
    try {
      await client.schedule.getHandle(roundScheduleId(round, key)).delete();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
  }
}
