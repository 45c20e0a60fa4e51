import { parentPort, workerData } from 'node:worker_threads';
import { writeProgressReport } from '../../dashboards/workbooks/progressReport.js';
import type { ProgressReport } from '../../domain/progress.js';

const { report, sandbox } = workerData as { report: ProgressReport; sandbox: boolean };
parentPort?.postMessage(await writeProgressReport(report, { sandbox }));
