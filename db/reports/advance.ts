import type { Knex } from 'knex';
import type { Instant } from '../../domain/brand.js';
import type { ReportsPlan } from '../../domain/plan.js';
import { MOST_KEPT } from '../../domain/reports.js';
import { row, rows, touched } from '../connect.js';
import { lockWorkflow } from '../decision/judge.js';

/** Asked for and not ended: it waits for its turn, or an attempt is (or was) at it. */
const UNFINISHED = `FROM report_job j LEFT JOIN report_run r ON r.job_id = j.id WHERE r.state = 'running' OR (r.job_id IS NULL AND j.cancelled_at IS NULL)`;
/** Something is left to write or to delete. */
export const REPORTS_LEFT = `SELECT ${UNFINISHED} UNION ALL SELECT FROM report_run WHERE state = 'done'`;

/** Files whose link ran out, and of each person those beyond the newest few. */
const GONE = `
  SELECT job_id FROM (SELECT r.job_id, r.expires_at, row_number() OVER (PARTITION BY j.asked_by ORDER BY r.finished_at DESC, r.job_id) AS place FROM report_run r JOIN report_job j ON j.id = r.job_id WHERE r.state = 'done') kept
  WHERE expires_at <= :asOf OR place > ${MOST_KEPT}`;

/** The level-triggered step of the workbooks: files whose link ran out go, and those of a person who asked for too many, and the oldest one asked for is next. */
export async function advanceReports(knex: Knex, workflowId: string): Promise<ReportsPlan> {
  return knex.transaction(async (trx) => {
    const asOf = await lockWorkflow(trx, workflowId);
    const expired = await rows<{ id: string }>(trx, `UPDATE report_run SET state = 'expired' WHERE state = 'done' AND job_id IN (${GONE}) RETURNING job_id AS id`, { asOf });
    await touched(trx, 'DELETE FROM report_chunk WHERE job_id = ANY(:ids)', { ids: expired.map(({ id }) => id) });
    const next = await row<{ id: string }>(trx, `SELECT j.id ${UNFINISHED} ORDER BY (r.job_id IS NULL), j.asked_at, j.id LIMIT 1`);
    const kept = await row<{ until: Date | null }>(trx, `SELECT min(expires_at) AS until FROM report_run WHERE state = 'done'`);
    const until = kept?.until ?? null;
    return { work: next === undefined ? [] : [{ kind: 'write', id: next.id }], nextWakeAt: until === null ? null : until.toISOString() as Instant, closed: next === undefined && until === null, asOf };
  });
}
