import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { allChildren, hubChildren, migrateChild, nodeChild, sandboxChildren } from './children.mjs';
import { composeEnvironment } from './environment.mjs';
import { defaultHubDir, distDir } from './files.mjs';
import { install } from './install.mjs';
import { tryLock } from './lock.mjs';
import { claimPorts } from './ports.mjs';
import { postgresChild } from './postgres.mjs';
import { SetupError } from './report.mjs';
import { hubSecrets } from './secrets.mjs';
import { createSupervisor } from './supervisor.mjs';
import { endSurvivors } from './survivors.mjs';
import { ensureSearchAttributes, temporalChild } from './temporal.mjs';
import { findTemporalCli } from './temporalCli.mjs';
import { wipe } from './wipe.mjs';

/**
 * Installs, builds and starts a hub, and keeps it alive until stop().
 * @param {object} [options]
 * @param {boolean} [options.fresh] forget everything but the ports and begin anew
 * @param {string} [options.dir] the hub's folder; another one than the usual is a hub of its own, beside the user's
 * @param {string[]} [options.children] which processes, by name; default all. The servers named here are started even
 *   when DATABASE_URL or TEMPORAL_ADDRESS is absent from it
 * @param {Record<string, number>} [options.ports] ports that must be these
 * @param {boolean} [options.throwaway] for tests: the database does not wait for the disk, Temporal keeps its state in memory
 * @param {boolean} [options.prepared] packages and build are there already; default HUB_PREPARED=1, which npm test sets so that
 *   an edit in the middle of a run does not exchange the code under test
 * @param {Record<string, string>} [options.env] more environment for every Node process of the hub
 * @param {(hubDir: string) => Promise<void>} [options.furnish] called when all is built and before the sandbox's processes start
 * @param {(line: string) => void} [options.onProgress]
 * @param {AbortSignal} [options.signal] stops a start that is under way
 * @returns {Promise<{dir: string, env: Record<string, Record<string, string>>, ports: Record<string, number>, secrets: Record<string, string>,
 *   urls: {owner: string, temporal: string}, pids: () => Record<string, number>, child: (name: string) => {pid: number, logFile: string,
 *   kill: (signal?: NodeJS.Signals) => void} | undefined, hold: (name: string) => Promise<() => void>, peakMemoryMb: () => Record<string, number>, stop: () => Promise<void>}>} when every process serves
 */
export async function startHub({
  fresh = false, dir = defaultHubDir, children = allChildren, ports: portOverrides, throwaway = false, env: more = {}, furnish = async () => undefined,
  prepared = process.env.HUB_PREPARED === '1', onProgress = () => undefined, signal,
} = {}) {
  const hubDir = path.resolve(dir);
  const lock = tryLock(path.join(hubDir, 'run', 'lock'), 'running this hub');
  if (!lock.held) throw new SetupError(`this hub runs already (process ${lock.holder.pid}); stop it with Ctrl-C or: kill ${lock.holder.pid}`);
  const supervisor = createSupervisor({ hubDir, onProgress });
  let stopping;
  const stop = () => (stopping ??= supervisor.stop().finally(lock.release));
  signal?.addEventListener('abort', () => void stop().catch(() => undefined));
  try {
    if (signal?.aborted) throw new SetupError('stopped while starting');
    await endSurvivors(hubDir, onProgress);
    if (fresh) wipe(hubDir);
    const wanted = (name) => children.includes(name);
    const embedded = { postgres: wanted('postgres') && !process.env.DATABASE_URL, temporal: wanted('temporal') && !process.env.TEMPORAL_ADDRESS };
    const packages = prepared ? undefined : install(onProgress);
    // The CLI comes from elsewhere than the packages, so both are fetched at once.
    const [cli] = await Promise.all([embedded.temporal ? findTemporalCli({ onProgress, packages }) : undefined, packages]);
    const ports = await claimPorts(hubDir, { usual: hubDir === defaultHubDir, overrides: portOverrides, onProgress });
    const secrets = hubSecrets(hubDir);
    const start = { supervisor, hubDir, ports, throwaway, onProgress };
    const [, ownerUrl, temporalAddress] = await settleAll([
      prepared ? undefined : build(onProgress),
      embedded.postgres ? startPostgres(start, secrets) : process.env.DATABASE_URL,
      embedded.temporal ? startTemporal(start, cli) : process.env.TEMPORAL_ADDRESS,
    ]);
    const env = withMore(composeEnvironment({ hubDir, ports, secrets, ownerUrl, temporalAddress }), more);
    await furnish(hubDir);
    await startProcesses({ ...start, env, children, ownerUrl });
    return { dir: hubDir, env, ports, secrets, urls: { owner: ownerUrl, temporal: temporalAddress }, pids: supervisor.pids, child: supervisor.child, hold: supervisor.hold, peakMemoryMb: supervisor.peakMemoryMb, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startPostgres({ supervisor, hubDir, ports, throwaway, onProgress }, secrets) {
  const spec = await postgresChild({ hubDir, port: ports.postgres, password: secrets.databaseOwnerPassword, throwaway, onProgress });
  await supervisor.start(spec);
  onProgress('PostgreSQL serves');
  return spec.url;
}

async function startTemporal({ supervisor, hubDir, ports, throwaway, onProgress }, cli) {
  await supervisor.start(await temporalChild({ hubDir, cli, port: ports.temporal, uiPort: ports.temporalUi, throwaway, onProgress }));
  onProgress('Temporal serves');
  return `127.0.0.1:${ports.temporal}`;
}

async function startProcesses({ supervisor, hubDir, env, children, ownerUrl, onProgress }) {
  const wanted = (names) => names.filter((name) => children.includes(name));
  const needsDatabase = wanted(hubChildren).length > 0;
  if (needsDatabase && !ownerUrl) throw new SetupError('no database: name postgres among the children or set DATABASE_URL');
  const serve = async (name) => {
    fs.mkdirSync(path.join(hubDir, name), { recursive: true });
    await supervisor.start(nodeChild(name, env[name], hubDir));
    if (name === 'kho') await openKhoAccount(env.common);
    onProgress(`${name} serves`);
  };
  const prepare = async () => {
    if (!needsDatabase) return;
    await supervisor.runOnce(migrateChild(env.migrate, hubDir));
    await registerSearchAttributes(env.common);
    onProgress('database is up to date');
  };
  // The stand-ins for the outside need no database; the trust services write the trust anchors that workers read.
  await settleAll([prepare(), ...wanted(sandboxChildren).map(serve)]);
  await settleAll(wanted(hubChildren).map(serve));
}

/** The Ministry gives a Sở its account at the Kho; in the sandbox we play the Ministry. Putting it twice changes nothing. */
async function openKhoAccount({ KHO_URL, KHO_UNIT_CODE, KHO_USER, KHO_PASSWORD }) {
  const response = await fetch(new URL('/sandbox/units', KHO_URL), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ma_don_vi: KHO_UNIT_CODE, user_name: KHO_USER, password: KHO_PASSWORD }),
  });
  if (!response.ok) throw new Error(`the sandbox Kho opens no account: HTTP ${response.status}`);
}

/** The workflows say which search attributes they set; a server without them would refuse every start of one. */
async function registerSearchAttributes({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace }) {
  const attributes = await readSearchAttributes();
  if (address && attributes) await ensureSearchAttributes({ address, namespace, attributes });
}

/** @returns {Promise<Record<string, string> | undefined>} name → type, from workflows/searchAttributes.ts */
export async function readSearchAttributes() {
  const file = path.join(distDir, 'workflows', 'searchAttributes.js');
  return fs.existsSync(file) ? (await import(pathToFileURL(file).href)).searchAttributeTypes : undefined;
}

/** Waits for all, then fails with the first fault: nothing may still be starting while stop() counts the children. */
async function settleAll(promises) {
  const results = await Promise.allSettled(promises);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return results.map(({ value }) => value);
}

const withMore = (environments, more) => Object.fromEntries(Object.entries(environments).map(([name, env]) => [name, { ...env, ...more }]));
