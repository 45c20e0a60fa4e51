import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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
  const deps: ActivityDeps = {
    db, settings, log,
    kho: khoClient({ url: settings.KHO_URL, user: settings.KHO_USER, password: settings.KHO_PASSWORD, unitCode: settings.KHO_UNIT_CODE }),
    signing: signingClient({ url: settings.SIGNING_URL, secret: settings.SIGNING_CLIENT_SECRET, timeoutMs: SIGNING_TIMEOUT_MS[queue === 'batch' ? 'hasty' : 'patient'] }),
    anchors: anchorsOf(settings.HUB_TRUST_ANCHORS, settings.HUB_MODE),
    sources: trustSources({ tsaUrl: settings.HUB_TSA_URL, crlUrls: settings.HUB_CRL_URLS, timeoutMs: SOURCE_TIMEOUT_MS[queue === 'batch' ? 'hasty' : 'patient'], allowLoopback: settings.HUB_MODE === 'sandbox' }),
    trust: { opensslPath: openssl.path, validator: createPathValidator({ opensslPath: openssl.path }), tsaAnchors: anchorsOf(settings.HUB_TSA_ANCHORS, settings.HUB_MODE) },
  };
  // Production says at once what it would otherwise say at the first sealed card.
  if (settings.HUB_MODE === 'production') await Promise.all([deps.anchors(), deps.trust.tsaAnchors()]);
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
      return { activities: beating(coreActivities(deps, client!)), workflowBundle: { codePath: BUNDLE }, maxConcurrentActivityTaskExecutions: 16, maxCachedWorkflows: 1_500 };
    }
    // One at a time beside another that waits for the database: CPU work gains nothing from more on one thread.
    case 'batch': return { activities: beating(batchActivities(deps)), maxConcurrentActivityTaskExecutions: 2 };
    case 'outbound': return { activities: beating(outboundActivities(deps)), maxConcurrentActivityTaskExecutions: 24, maxTaskQueueActivitiesPerSecond: 200 };
  }
}

/** Subjects of the sandbox's own issuers say so (sandbox/trust/startTrust.ts); production accepts none of them. */
const SANDBOX_ISSUER = /mô phỏng/i;

/** Read when first needed: the trust services of the sandbox write the file when it starts. */
function anchorsOf(path: string, mode: WorkerSettings['HUB_MODE']): () => Promise<X509Certificate[]> {
  let anchors: Promise<X509Certificate[]> | null = null;
  return () => {
    anchors ??= readAnchors(path, mode).catch((error: unknown) => { anchors = null; throw error; });
    return anchors;
  };
}

async function readAnchors(path: string, mode: WorkerSettings['HUB_MODE']): Promise<X509Certificate[]> {
  const pem = await readFile(path, 'utf8');
  const anchors = pem.split(/(?=-----BEGIN CERTIFICATE-----)/).filter((part) => part.includes('BEGIN')).map((part) => new X509Certificate(part));
  if (mode === 'production' && anchors.some((anchor) => SANDBOX_ISSUER.test(anchor.subject))) throw new SettingsError('HUB_TRUST_ANCHORS or HUB_TSA_ANCHORS holds an issuer of the sandbox: production refuses it');
  return anchors;
}
