import type { Instant } from '../../domain/brand.js';
import { MOST_ATTEMPTS, REPORT_HOURS, type ReportFailure, type ReportKind } from '../../domain/reports.js';
import { row, touched, type Db } from '../connect.js';

export type ReportRun = {
  jobId: string; attempt: number; kind: ReportKind; campaignId: string; officeCode: string | null; schoolCode: string | null; withNames: boolean;
  /** Who asked for it. */
  by: string;
};
/** Names an attempt; what it writes counts only while it is the latest and nobody cancelled. */
export type Attempt = Pick<ReportRun, 'jobId' | 'attempt'>;

/** This attempt may go on: no later one has begun, and nobody cancelled. */
const MINE = `job_id = :jobId AND attempt = :attempt AND state = 'running' AND NOT EXISTS (SELECT FROM report_job j WHERE j.id = :jobId AND j.cancelled_at IS NOT NULL)`;

/**
 * Begins an attempt; what an earlier one has written is deleted. Undefined when there is nothing to do: written, cancelled, or given up
 * now because too many attempts died.
 */
export async function takeRun(db: Db, jobId: string): Promise<ReportRun | undefined> {
  if (await endCancelled(db, jobId)) return undefined;
  if (await fail(db, jobId, 'interrupted', MOST_ATTEMPTS)) return undefined;
  const taken = await row<ReportRun>(db, `
    WITH taken AS (
      INSERT INTO report_run AS r (job_id, state, attempt) SELECT id, 'running', 1 FROM report_job WHERE id = :jobId
      ON CONFLICT (job_id) DO UPDATE SET attempt = r.attempt + 1, rows_written = 0, rows_expected = NULL WHERE r.state = 'running' RETURNING job_id, attempt)
    SELECT j.id AS "jobId", t.attempt, j.kind, j.campaign_id AS "campaignId", j.office_code AS "officeCode", j.school_code AS "schoolCode", j.with_names AS "withNames", p.full_name AS by
    FROM taken t JOIN report_job j ON j.id = t.job_id JOIN person p ON p.id = j.asked_by`, { jobId });
  if (taken !== undefined) await touched(db, 'DELETE FROM report_chunk WHERE job_id = :jobId AND attempt < :attempt', { jobId, attempt: taken.attempt });
  return taken;
}

/** @returns false when the attempt has to stop */
export const noteRows = async (db: Db, input: Attempt & { expected: number; written: number }): Promise<boolean> =>
  await touched(db, `UPDATE report_run SET rows_expected = :expected, rows_written = :written WHERE ${MINE}`, input) === 1;

/** @returns false when the attempt has to stop */
export const storeChunk = async (db: Db, input: Attempt & { position: number; bytes: Buffer }): Promise<boolean> =>
  await touched(db, `INSERT INTO report_chunk (job_id, attempt, position, bytes) SELECT :jobId::uuid, :attempt::int, :position::int, :bytes::bytea FROM report_run WHERE ${MINE}`, input) === 1;

/** @returns false when the attempt had to stop before */
export const finish = async (db: Db, input: Attempt & { asOf: Instant; rows: number; bytes: number; chunks: number }): Promise<boolean> => await touched(db, `
  UPDATE report_run SET state = 'done', as_of = :asOf, rows_expected = :rows, rows_written = :rows, bytes = :bytes, chunks = :chunks, finished_at = now(), expires_at = now() + make_interval(hours => ${REPORT_HOURS})
  WHERE ${MINE}`, input) === 1;

/** Ends a run that cannot succeed, or has been tried `attempts` times. @returns whether it was given up now */
export async function fail(db: Db, jobId: string, failure: ReportFailure, attempts = 0): Promise<boolean> {
  const ended = await touched(db, `UPDATE report_run SET state = 'failed', failure = :failure, finished_at = now() WHERE job_id = :jobId AND state = 'running' AND attempt >= :attempts`, { jobId, failure, attempts });
  if (ended === 1) await touched(db, 'DELETE FROM report_chunk WHERE job_id = :jobId', { jobId });
  return ended === 1;
}

/** A cancelled one ends, and what it wrote goes. @returns whether it is cancelled */
export async function endCancelled(db: Db, jobId: string): Promise<boolean> {
  const cancelled = await row(db, 'SELECT 1 FROM report_job WHERE id = :jobId AND cancelled_at IS NOT NULL', { jobId }) !== undefined;
  if (cancelled) {
    await touched(db, `UPDATE report_run SET state = 'cancelled', finished_at = now() WHERE job_id = :jobId AND state = 'running'`, { jobId });
    await touched(db, 'DELETE FROM report_chunk WHERE job_id = :jobId', { jobId });
  }
  return cancelled;
}
