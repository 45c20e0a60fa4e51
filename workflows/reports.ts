import { workflowInfo } from '@temporalio/workflow';
import type { ReportsWork } from '../domain/plan.js';
import { runPlans, type Carried } from './loop.js';
import { batch, core } from './proxies.js';

/**
 * The province's workbooks: woken when somebody asks for one, it has them written one after another, so that however many are asked for,
 * one place of the batch queue stays free for signatures; it sleeps until the first link runs out and deletes what nobody may download
 * any more; with no workbook left to write or to keep, it ends. The next one asked for starts it again.
 */
export async function reports(carried: Carried = {}): Promise<void> {
  const { workflowId } = workflowInfo();
  await runPlans<ReportsWork>(carried, () => core.advanceReports({ workflowId }), (work) => batch.writeReport({ id: work.id }));
}
