import type { Knex } from 'knex';
import type { DirectoryPlan, DirectoryWork } from '../../domain/plan.js';
import type { ActContext } from '../acts/context.js';
import { rows } from '../connect.js';
import { lockWorkflow } from '../decision/judge.js';
import { recordDecisions } from '../decision/record.js';
import { WITHOUT_CERTIFICATES } from './certificates.js';

/** The level-triggered step of the directory: decisions first, then workbooks to read, and certificates to fetch once after each reading. */
export async function advanceDirectory(knex: Knex, workflowId: string, context: ActContext): Promise<DirectoryPlan> {
  return knex.transaction(async (trx) => {
    const now = await lockWorkflow(trx, workflowId);
    await recordDecisions(trx, workflowId, { ...context, now });
    const uploads = await rows<{ id: string }>(trx, `
      SELECT r.upload_id AS id FROM upload_reading r JOIN upload u ON u.id = r.upload_id WHERE u.kind = 'units' AND r.state = 'queued' ORDER BY u.created_at`);
    const applied = await rows<{ id: string }>(trx, WITHOUT_CERTIFICATES);
    const work: DirectoryWork[] = [...uploads.map(({ id }): DirectoryWork => ({ kind: 'read', id })), ...applied.map(({ id }): DirectoryWork => ({ kind: 'certificates', id }))];
    return { work, nextWakeAt: null, closed: work.length === 0, asOf: now };
  });
}
