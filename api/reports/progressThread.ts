import type { ProgressReport } from '../../domain/progress.js';
import { buildInThread } from '../http/thread.js';

/**
 * The progress workbook, built outside the thread that serves pages.
 * @param owner who asked for it
 * @param sandbox every sheet then says that its data are simulated
 */
export const buildProgressReport = (report: ProgressReport, sandbox: boolean, owner: string): Promise<Buffer> => buildInThread('./progressWorker.js', import.meta.url, { report, sandbox }, owner);
