import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readSearchAttributes } from '../lib/hub.mjs';
import { distDir, readJson } from '../lib/files.mjs';
import { fault, good, skipped } from './finding.mjs';

const start = 'start the hub (npm start), or set';

/** PostgreSQL and Temporal, as the hub would use them. */
export const serverChecks = (env) => [
  { name: 'PostgreSQL', run: () => postgres(env) },
  { name: 'migrations', run: () => migrations(env) },
  { name: 'clock', run: () => clock(env) },
  { name: 'Temporal', run: () => temporal(env) },
  { name: 'namespace', run: () => namespace(env) },
  { name: 'search attributes', run: () => searchAttributes(env) },
  ...['core', 'batch', 'outbound'].map((queue) => ({ name: `pollers ${queue}`, run: () => pollers(env, queue) })),
];

async function query(env, sql) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: env.DATABASE_URL, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function postgres(env) {
  if (!env.DATABASE_URL) return fault('no address', `${start} DATABASE_URL`);
  try {
    const { version, encoding, vietnamese } = await query(
      env,
      `SELECT current_setting('server_version') AS version, pg_encoding_to_char(encoding) AS encoding,
              EXISTS (SELECT FROM pg_collation WHERE collname = 'vi-x-icu') AS vietnamese FROM pg_database WHERE datname = current_database()`,
    );
    if (encoding !== 'UTF8') return fault(`version ${version}, encoding ${encoding}`, 'make the database with ENCODING UTF8');
    if (!vietnamese) return fault(`version ${version} without the collation vi-x-icu`, 'use a PostgreSQL that was built with ICU');
    return good(`version ${version}, UTF8, vi-x-icu`);
  } catch (error) {
    return fault(`does not answer: ${error.message}`, `${start} DATABASE_URL to a server that runs; log: .hub/logs/postgres.log`);
  }
}

async function migrations(env) {
  const file = path.join(distDir, 'db', 'migrate.js');
  if (!fs.existsSync(file)) return fault('dist/db/migrate.js is missing', 'run: npm run build');
  if (!env.DATABASE_URL) return skipped('no database to ask');
  const { pendingMigrations } = await import(pathToFileURL(file).href);
  try {
    const pending = await pendingMigrations(env.DATABASE_URL);
    if (pending.length === 0) return good('all applied');
    return fault(`not applied: ${pending.map((one) => one.name ?? one).join(', ')}`, 'start the hub (npm start); in production run: node dist/db/migrateMain.js');
  } catch (error) {
    return skipped(`the database cannot be asked: ${error.message}`);
  }
}

/** Links, deadlines and certificates are judged by time: the hub's machine and its database must agree on it. */
async function clock(env) {
  if (!env.DATABASE_URL) return skipped('no database to compare with');
  const before = Date.now();
  let row;
  try {
    row = await query(env, 'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now');
  } catch (error) {
    return skipped(`the database cannot be asked: ${error.message}`);
  }
  const skew = Math.max(0, before - Number(row.now), Number(row.now) - Date.now()) / 1_000;
  if (new Date().getUTCFullYear() < 2026) return fault(`this machine says ${new Date().toISOString()}`, 'set the clock (timedatectl set-ntp true)');
  return skew <= 2 ? good(`${new Date().toISOString()}, database within ${skew.toFixed(1)} s`) : fault(`the database's clock differs by ${skew.toFixed(1)} s`, 'let both machines keep time by NTP');
}

async function withConnection(env, work) {
  const { Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: env.TEMPORAL_ADDRESS, connectTimeout: 5_000 });
  try {
    return await connection.withDeadline(Date.now() + 5_000, () => work(connection));
  } finally {
    await connection.close();
  }
}

async function temporal(env) {
  if (!env.TEMPORAL_ADDRESS) return fault('no address', `${start} TEMPORAL_ADDRESS`);
  try {
    const { serverVersion } = await withConnection(env, (connection) => connection.workflowService.getSystemInfo({}));
    return good(`server ${serverVersion} at ${env.TEMPORAL_ADDRESS}`);
  } catch (error) {
    return fault(`does not answer at ${env.TEMPORAL_ADDRESS}: ${error.message.split('\n')[0]}`, `${start} TEMPORAL_ADDRESS to a server that runs; log: .hub/logs/temporal.log`);
  }
}

async function namespace(env) {
  const name = env.TEMPORAL_NAMESPACE ?? 'default';
  try {
    const { config } = await withConnection(env, (connection) => connection.workflowService.describeNamespace({ namespace: name }));
    const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400;
    return good(`${name}, keeps closed workflows ${days > 0 ? `${days} days` : 'for ever'}`);
  } catch (error) {
    if (/not found/i.test(error.message)) return fault(`${name} does not exist`, `temporal operator namespace create --namespace ${name}`);
    return skipped('Temporal cannot be asked');
  }
}

async function searchAttributes(env) {
  const wanted = await readSearchAttributes();
  if (wanted === undefined) return good('the workflows set none of their own');
  try {
    const { customAttributes } = await withConnection(env, (connection) =>
      connection.operatorService.listSearchAttributes({ namespace: env.TEMPORAL_NAMESPACE ?? 'default' }),
    );
    const missing = Object.entries(wanted).filter(([name]) => customAttributes[name] === undefined);
    if (missing.length === 0) return good(Object.keys(wanted).join(', '));
    const commands = missing.map(([name, type]) => `temporal operator search-attribute create --name ${name} --type ${type}`);
    return fault(`missing: ${missing.map(([name]) => name).join(', ')}`, commands.join(' && '));
  } catch {
    return skipped('Temporal cannot be asked');
  }
}

async function pollers(env, queue) {
  const taskQueue = await queueName(queue);
  let described;
  try {
    described = await withConnection(env, (connection) =>
      connection.workflowService.describeTaskQueue({
        namespace: env.TEMPORAL_NAMESPACE ?? 'default',
        taskQueue: { name: taskQueue },
        // Workflow tasks run on the core queue only; the other two have activity workers.
        taskQueueType: queue === 'core' ? 1 : 2,
      }),
    );
  } catch {
    return skipped('Temporal cannot be asked');
  }
  const pollers = described.pollers ?? [];
  const old = queue === 'core' ? pollers.filter((poller) => !runsBundleOnDisk(poller)) : [];
  if (pollers.length > 0 && old.length === pollers.length) return fault(`${pollers.length} on ${taskQueue}, with another workflow bundle than dist/`, 'start the hub anew, so that its workers run the last build');
  if (pollers.length > 0) return good(`${pollers.length - old.length} on ${taskQueue}${old.length > 0 ? `, ${old.length} of an earlier build` : ''}`);
  return fault(`nobody polls ${taskQueue}`, `start a worker: node dist/activities/workerMain.js ${queue}; log: .hub/logs/worker-${queue}.log`);
}

/** The SDK's build id ends with the sha256 of the bundle that the worker runs. */
function runsBundleOnDisk({ workerVersionCapabilities, deploymentOptions }) {
  const version = readJson(path.join(distDir, 'workflow-bundle.json'))?.version;
  const buildId = workerVersionCapabilities?.buildId || deploymentOptions?.buildId;
  return version === undefined || !buildId || buildId.endsWith(`+${version}`);
}

async function queueName(queue) {
  const file = path.join(distDir, 'domain', 'workflowIds.js');
  if (!fs.existsSync(file)) throw new Error('dist/domain/workflowIds.js is missing; run: npm run build');
  const { TASK_QUEUES } = await import(pathToFileURL(file).href);
  return TASK_QUEUES[queue];
}
