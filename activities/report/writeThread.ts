import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../db/connect.js';
import type { ReportRun } from '../../db/reports/run.js';
import { storeBook } from './storeBook.js';

/** One report in a thread of its own: the batch worker's own thread goes on signing. One connection reads the snapshot, one writes. */
const { url, run, sandbox, rowsPerSheet } = workerData as { url: string; run: ReportRun; sandbox: boolean; rowsPerSheet?: number };
const db = openDatabase(url, 2);
try {
  await storeBook(db, run, { sandbox, ...(rowsPerSheet === undefined ? {} : { rowsPerSheet }) });
  parentPort?.postMessage('written');
} catch (error) {
  // A class name or a code; a message may quote data.
  parentPort?.postMessage(error instanceof Error ? error.name : 'unknown');
} finally {
  await db.destroy();
}
