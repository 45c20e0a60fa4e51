import { workflowInfo } from '@temporalio/workflow';
import type { DirectoryWork } from '../domain/plan.js';
import { runPlans, type Carried } from './loop.js';
import { batch, core, outbound } from './proxies.js';

/**
 * The province's directory: started by a decision (a workbook of units and staff, an appointment, the Sở's certificate), it carries the
 * decision out, reads what was uploaded, fetches the certificates of new signing accounts, and ends. The next decision starts it again.
 */
export async function directory(carried: Carried = {}): Promise<void> {
  const { workflowId } = workflowInfo();
  await runPlans<DirectoryWork>(carried, () => core.advanceDirectory({ workflowId }), async (work) => {
    if (work.kind === 'read') await batch.readUnits({ workflowId, id: work.id });
    await outbound.fetchCertificates({ id: work.id });
  });
}
