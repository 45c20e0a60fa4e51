import { MOST_UNFINISHED, type ReportFailure, type ReportKind, type ReportState } from '../../domain/reports.js';
import { writeAudit } from '../audit.js';
import type { Knex } from 'knex';
import { row, rows, touched, type Db } from '../connect.js';

export type AskedReport = { id: string; kind: ReportKind; campaignId: string; officeCode: string | null; schoolCode: string | null; withNames: boolean; askedBy: string };

const STATE = `CASE WHEN r.state <> 'running' THEN r.state WHEN j.cancelled_at IS NOT NULL THEN 'cancelled' WHEN r.state = 'running' THEN 'running' ELSE 'waiting' END`;

/**
 * Stores what was asked for, with its trace in the audit and the wake of the workflow that writes it. The same form sent twice asks once.
 * @returns `taken` when the id stands for something else
 */
export const askReport = (db: Knex, asked: AskedReport, workflowId: string): Promise<'asked' | 'too-many' | 'taken'> => db.transaction(async (trx) => {
  await touched(trx, 'SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))', { key: `reports-of/${asked.askedBy}` });
  const before = await row<{ same: boolean }>(trx, `
    SELECT kind = :kind AND campaign_id = :campaignId AND office_code IS NOT DISTINCT FROM :officeCode::text AND school_code IS NOT DISTINCT FROM :schoolCode::text AND asked_by = :askedBy AS same
    FROM report_job WHERE id = :id`, asked);
  if (before !== undefined) return before.same ? 'asked' : 'taken';
  const { unfinished } = (await row<{ unfinished: number }>(trx, `
    SELECT count(*)::int AS unfinished FROM report_job j LEFT JOIN report_run r ON r.job_id = j.id WHERE j.asked_by = :askedBy AND ${STATE} IN ('waiting', 'running')`, asked))!;
  if (unfinished >= MOST_UNFINISHED) return 'too-many';
  await touched(trx, 'INSERT INTO report_job (id, kind, campaign_id, office_code, school_code, with_names, asked_by) VALUES (:id, :kind, :campaignId, :officeCode, :schoolCode, :withNames, :askedBy)', asked);
  await audit(trx, asked, 'ask_report');
  await touched(trx, `INSERT INTO outbox (workflow_id, wake_code) VALUES (:workflowId, 'resumed')`, { workflowId });
  return 'asked';
});

/** Stops what waits or runs; a finished one stays. @returns whether there was something to stop */
export const cancelReport = (db: Knex, report: SeenReport, workflowId: string): Promise<boolean> => db.transaction(async (trx) => {
  const stopped = await touched(trx, `
    UPDATE report_job j SET cancelled_at = now() WHERE id = :id AND cancelled_at IS NULL AND NOT EXISTS (SELECT FROM report_run r WHERE r.job_id = j.id AND r.state <> 'running')`, { id: report.id });
  if (stopped === 0) return false;
  await audit(trx, report, 'cancel_report');
  await touched(trx, `INSERT INTO outbox (workflow_id, wake_code) VALUES (:workflowId, 'resumed')`, { workflowId });
  return true;
});

/** Who took which numbers, and whose names, out of the hub. */
export const auditDownload = (db: Db, report: SeenReport): Promise<void> => audit(db, report, 'download_report', { asOf: report.asOf?.toISOString() });

const audit = (db: Db, { id, kind, campaignId, officeCode, schoolCode, withNames, askedBy }: AskedReport, act: string, more: Record<string, unknown> = {}): Promise<void> =>
  writeAudit(db, [{ actorId: askedBy, act, subjectKind: 'report', subjectId: id, detail: { report: kind, campaignId, officeCode, schoolCode, withNames, ...more } }]);

export type SeenReport = AskedReport & {
  schoolYear: string; unitName: string | null; askedAt: Date; state: ReportState; rowsExpected: number | null; rowsWritten: number;
  asOf: Date | null; expiresAt: Date | null; bytes: number | null; chunks: number | null; failure: ReportFailure | null;
  /** The attempt whose pieces are the file. */
  attempt: number | null;
};
const SEEN = `
  SELECT j.id, j.kind, j.campaign_id AS "campaignId", j.office_code AS "officeCode", j.school_code AS "schoolCode", j.with_names AS "withNames", j.asked_by AS "askedBy", c.school_year AS "schoolYear",
    coalesce(s.name, o.name) AS "unitName", j.asked_at AS "askedAt", ${STATE} AS state, r.rows_expected AS "rowsExpected", coalesce(r.rows_written, 0) AS "rowsWritten",
    r.as_of AS "asOf", r.expires_at AS "expiresAt", r.bytes, r.chunks, r.failure, r.attempt
  FROM report_job j JOIN campaign c ON c.id = j.campaign_id LEFT JOIN report_run r ON r.job_id = j.id LEFT JOIN office o ON o.code = j.office_code LEFT JOIN school s ON s.code = j.school_code`;

/** The latest reports of one person, the newest first. */
export const reportsOf = (db: Db, input: { askedBy: string }): Promise<SeenReport[]> => rows<SeenReport>(db, `${SEEN} WHERE j.asked_by = :askedBy ORDER BY j.asked_at DESC, j.id LIMIT 20`, input);

/** A report of this person; somebody else's is not found. */
export const reportById = (db: Db, input: { id: string; askedBy: string }): Promise<SeenReport | undefined> => row<SeenReport>(db, `${SEEN} WHERE j.id = :id AND j.asked_by = :askedBy`, input);

/** One piece of a finished file; undefined once it was deleted. */
export const reportChunk = async (db: Db, input: { id: string; attempt: number; position: number }): Promise<Buffer | undefined> =>
  (await row<{ bytes: Buffer }>(db, 'SELECT bytes FROM report_chunk WHERE job_id = :id AND attempt = :attempt AND position = :position', input))?.bytes;
