import { parentPort, workerData } from 'node:worker_threads';
import { writeRosterTemplate, type RosterTemplate } from '../../formats/roster/template.js';

parentPort?.postMessage(await writeRosterTemplate(workerData as RosterTemplate));
