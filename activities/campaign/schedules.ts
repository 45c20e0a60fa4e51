import { schedulesStand, wantsSchedules } from '../../db/campaign/advance.js';
import type { Client } from '@temporalio/client';
import { workflowSubject } from '../../domain/workflowIds.js';
import { removeSchedules, standSchedules } from '../../runtime/schedules.js';
import type { ActivityDeps } from '../deps.js';
import { gone } from '../fault.js';

/** Makes a running campaign's Schedules, or takes those of an ended one down; safe at any time, as often as wished. */
export async function keepSchedules({ db }: Pick<ActivityDeps, 'db'>, client: Client, workflowId: string): Promise<void> {
  const subject = workflowSubject(workflowId);
  if (subject.type !== 'campaign') throw gone('campaign');
  const wanted = await wantsSchedules(db, subject.key);
  if (wanted === undefined) throw gone('campaign');
  await (wanted ? standSchedules : removeSchedules)(client, subject.key);
  await schedulesStand(db, subject.key, wanted);
}
