import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { openDatabase } from '../db/connect.js';
import { TASK_QUEUES, type TaskQueue } from '../domain/workflowIds.js';
import { SettingsError, type WorkerSettings } from '../runtime/settings.js';
import { dataConverter, openTemporalClient } from '../runtime/temporal.js';
import { batchActivities, coreActivities, outboundActivities } from './activities.js';
import { findOpenssl } from '../formats/trust/opensslCommand.js';
import { createPathValidator } from '../formats/trust/validator.js';
import { beating } from './beat.js';
import type { ActivityDeps } from './deps.js';
import { startEvidenceKeeper } from './evidence/keeper.js';
import { SOURCE_TIMEOUT_MS, trustSources } from './evidence/sources.js';
import { khoClient } from './kho/client.js';
import { startMailSender } from './mail/sender.js';
import { startRelay } from './relay.js';
import { SIGNING_TIMEOUT_MS, signingClient } from './signing/client.js';
import { trustInForce } from './trust/inForce.js';

const BUNDLE = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

/** `ended` settles when the worker has stopped, by `stop` or by a fault of its own. */
export type RunningWorker = { ended: Promise<void>; stop: () => Promise<void> };

/**
 * Serves one task queue. Core runs the workflows and short transactions, and the relay; batch does the CPU work and nothing else;
 * outbound waits for outside systems and sends the mails.
 */
export async function startWorker(queue: TaskQueue, settings: WorkerSettings, log: Logger): Promise<RunningWorker> {
  const openssl = await findOpenssl(settings.HUB_OPENSSL);
  if (openssl.path === null) throw new SettingsError(`Set HUB_OPENSSL to the absolute path of the openssl command: ${openssl.fault}`);
  const db = openDatabase(settings.DATABASE_URL, queue === 'outbound' ? 12 : 8);
  const inForce = trustInForce(db, settings);
  const deps: ActivityDeps = {
    db, settings, log,
    kho: khoClient({ url: settings.KHO_URL, user: settings.KHO_USER, password: settings.KHO_PASSWORD, unitCode: settings.KHO_UNIT_CODE }),
    signing: signingClient({ url: settings.SIGNING_URL, secret: settings.SIGNING_CLIENT_SECRET, timeoutMs: SIGNING_TIMEOUT_MS[queue === 'outbound' ? 'patient' : 'hasty'] }),
    anchors: inForce.anchors,
    sources: trustSources({ addresses: inForce.addresses, timeoutMs: SOURCE_TIMEOUT_MS[queue === 'outbound' ? 'patient' : 'hasty'], allowLoopback: settings.HUB_MODE === 'sandbox' }),
    trust: { opensslPath: openssl.path, validator: createPathValidator({ opensslPath: openssl.path }), tsaAnchors: inForce.tsaAnchors, weakAuthorities: inForce.weakAuthorities, respondersOf: inForce.respondersOf },
  };
  // Production says at once what it would otherwise say at the first sealed card. In the sandbox the services may come up later.
  await Promise.all([deps.anchors(), deps.trust.tsaAnchors()]).catch((error: unknown) => {
    if (settings.HUB_MODE === 'production') throw error;
    log.warn({ code: error instanceof Error ? error.name : 'unknown' }, 'trust could not be installed yet');
  });
  const client = queue === 'core' ? openTemporalClient(settings) : null;
  const connection = await NativeConnection.connect({ address: settings.TEMPORAL_ADDRESS });
  const worker = await Worker.create({
    connection, namespace: settings.TEMPORAL_NAMESPACE, taskQueue: TASK_QUEUES[queue], dataConverter: dataConverter(settings.HUB_SECRET_KEY),
    shutdownGraceTime: '5s', shutdownForceTime: '15s', ...optionsOf(queue, deps, client),
  });
  const relay = client === null ? null : startRelay({ db, client, log });
  // A mail on its way holds a connection, for long when the mail server hangs: not one of the activities'.
  const mailDb = queue === 'outbound' ? openDatabase(settings.DATABASE_URL, 4) : null;
  const sender = mailDb === null ? null : startMailSender({ db: mailDb, settings, log, listenUrl: settings.DATABASE_URL });
  const keeper = queue === 'outbound' ? startEvidenceKeeper(deps, { everyMs: settings.HUB_REVOCATION_EVERY_S * 1_000, renewAfterDays: settings.HUB_EVIDENCE_RENEW_DAYS }) : null;
  const ended = worker.run().finally(async () => {
    await Promise.all([relay?.stop(), sender?.stop(), keeper?.stop()]);
    await Promise.all([db.destroy(), mailDb?.destroy(), client?.connection.close(), connection.close()]);
  });
  return {
    ended,
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
}

function optionsOf(queue: TaskQueue, deps: ActivityDeps, client: Client | null): Partial<WorkerOptions> {
  switch (queue) {
    case 'core': {
      if (!existsSync(BUNDLE)) throw new SettingsError('The workflow bundle is missing: run `npm run build` first');
      return { activities: beating(coreActivities(deps, client!)), workflowBundle: { codePath: BUNDLE }, maxConcurrentActivityTaskExecutions: 16, maxConcurrentLocalActivityExecutions: 16, maxCachedWorkflows: 1_500 };
    }
    // One at a time beside another that waits for the database: CPU work gains nothing from more on one thread.
    case 'batch': return { activities: beating(batchActivities(deps)), maxConcurrentActivityTaskExecutions: 2 };
    case 'outbound': return { activities: beating(outboundActivities(deps)), maxConcurrentActivityTaskExecutions: 24, maxTaskQueueActivitiesPerSecond: 200 };
  }
}
