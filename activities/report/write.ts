import { Worker } from 'node:worker_threads';
import { cancellationSignal } from '@temporalio/activity';
import { endCancelled, fail, takeRun, type ReportRun } from '../../db/reports/run.js';
import type { ActivityDeps } from '../deps.js';

/** More memory than this no report needs; one that does is given up instead of taking the worker with it. */
const HEAP_MB = 512;

/** A report's thread ended without its file; the next attempt begins anew. Carries a class name or a code, nothing of what was read. */
class ReportBroke extends Error {
  constructor(code: string) {
    super(`a report broke: ${code}`);
    this.name = 'ReportBroke';
  }
}

/**
 * Writes the workbook of a job, once: an attempt that died is taken over, one that was cancelled or written already is left alone. What
 * cannot succeed ends as failed with its reason; anything else is tried again by the queue, and given up after a few attempts.
 */
export async function writeReport(deps: Pick<ActivityDeps, 'db' | 'settings' | 'log'>, jobId: string, signal: AbortSignal = cancellationSignal()): Promise<void> {
  const run = await takeRun(deps.db, jobId);
  if (run === undefined) return;
  const end = await inThread(deps, run, signal);
  if (end === 'written') deps.log.info({ jobId, attempt: run.attempt }, 'report written');
  else if (end === 'ReportDiffers') {
    await fail(deps.db, jobId, 'differs');
    deps.log.error({ jobId }, 'a report does not add up to the counters; run npm run doctor');
  } else if (end !== 'Fenced') throw new ReportBroke(end);
  else await endCancelled(deps.db, jobId);
}

function inThread({ settings }: Pick<ActivityDeps, 'settings'>, run: ReportRun, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const workerData = { url: settings.DATABASE_URL, run, sandbox: settings.HUB_MODE === 'sandbox' };
    const thread = new Worker(new URL('./writeThread.js', import.meta.url), { workerData, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
    const stop = (): void => { void thread.terminate(); };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    let end: string | null = null;
    thread.once('message', (said: string) => { end = said; });
    thread.once('error', (error) => { end = 'code' in error && typeof error.code === 'string' ? error.code : error.name; });
    thread.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted && end !== 'written') reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled'));
      else resolve(end ?? `exit ${code}`);
    });
  });
}
