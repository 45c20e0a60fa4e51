import { DefaultLogger, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import type { TaskQueue } from '../domain/workflowIds.js';
import { workerSettings } from '../runtime/settings.js';
import { startWorker } from './worker.js';

/** A worker process: `workerMain core | batch | outbound`. Says `{"ready":true}` on stdout when it polls; stops in order on SIGTERM. */
async function main(queue: TaskQueue): Promise<void> {
  const settings = workerSettings(process.env);
  const log = pino({ name: `worker-${queue}`, level: settings.HUB_LOG_LEVEL }, pino.destination(2));
  // Only what is worth a warning, by its message and without its metadata, which may quote a failure.
  Runtime.install({ logger: new DefaultLogger('WARN', ({ level, message }) => log.warn({ sdk: level }, message)), shutdownSignals: [] });
  const worker = await startWorker(queue, settings, log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void worker.stop());
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  await worker.ended;
}

const queue = process.argv[2];
if (queue !== 'core' && queue !== 'batch' && queue !== 'outbound') {
  process.stderr.write('Say which queue this worker serves: core, batch or outbound\n');
  process.exit(3);
}
try {
  await main(queue);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
