import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeLeftovers, temporaryBeside } from './files.mjs';
import { endProcess, identify } from './processes.mjs';
import { answers, isFree } from './ports.mjs';
import { SetupError } from './report.mjs';

/**
 * The dev server as a child of the supervisor.
 * @param {{hubDir: string, cli: string, port: number, uiPort: number, throwaway?: boolean, onProgress: (line: string) => void}} input
 *   throwaway: keeps its state in memory, for tests
 * @returns {Promise<import('./supervisor.mjs').ChildSpec>}
 */
export async function temporalChild({ hubDir, cli, port, uiPort, throwaway = false, onProgress }) {
  const store = throwaway ? undefined : await ensureStore({ hubDir, cli, port, onProgress });
  return {
    name: 'temporal',
    command: cli,
    args: serverArgs({ store, port, uiPort }),
    env: serverEnvironment(),
    spawnOptions: { cwd: hubDir },
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
    readyMs: 60_000,
    beforeStart: async () => {
      if (!(await isFree(port))) throw new SetupError(`port ${port} (temporal) is used by another program; stop it and try again`);
    },
    // The port was free a moment ago and the supervisor sees that the child lives, so what answers is the child.
    isReady: () => answersForDefault(port),
  };
}

function serverArgs({ store, port, uiPort }) {
  return [
    'server', 'start-dev',
    '--ip', '127.0.0.1',
    '--port', String(port),
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    // With a log written ahead a power cut may cost this store its last moments, never its order; what it forgets, PostgreSQL knows (docs/temporal.md).
    ...(store === undefined ? [] : ['--db-filename', path.join(store, 'temporal.db'), '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=1']),
    '--log-level', 'warn',
    '--log-format', 'json',
  ];
}

/**
 * The user's own Temporal profile must not steer our server. It is written in Go, whose collector by default runs each time a small heap
 * has doubled: here it may grow fivefold, but not beyond the limit.
 */
const serverEnvironment = () => ({ PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC', GOGC: '400', GOMEMLIMIT: '640MiB' });

/**
 * A dev server killed in its first 50 ms leaves a half-made database that never opens again. So a server makes it under
 * a temporary name, answers once, is stopped in order, and only then the folder gets its name.
 * @returns {Promise<string>} the folder of the database
 */
async function ensureStore({ hubDir, cli, port, onProgress }) {
  const store = path.join(hubDir, 'temporal');
  if (fs.existsSync(store)) return store;
  removeLeftovers(store);
  onProgress('making the Temporal store');
  const making = temporaryBeside(store);
  fs.mkdirSync(making, { recursive: true });
  const child = spawn(cli, serverArgs({ store: making, port }), { cwd: making, env: { ...serverEnvironment(), HUB_CHILD_OF: hubDir }, detached: true, stdio: 'ignore' });
  const gone = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const identity = identify(child.pid ?? 0, cli);
  try {
    const until = performance.now() + 60_000;
    while (!(await answersForDefault(port))) {
      if (child.exitCode !== null || performance.now() > until) throw new SetupError(`${cli} server start-dev makes no store in ${making}`);
      await sleep(50);
    }
  } finally {
    if (identity) await endProcess(identity);
    await gone;
  }
  fs.renameSync(making, store);
  return store;
}

/** Healthy when the frontend answers for the default namespace; the port opens earlier than that. */
async function answersForDefault(port) {
  if (!(await answers(port))) return false;
  const { Connection } = await import('@temporalio/client');
  let connection;
  try {
    connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 2_000 });
    await connection.withDeadline(Date.now() + 2_000, () => connection.workflowService.describeNamespace({ namespace: 'default' }));
    return true;
  } catch {
    // Whatever the fault, the answer is "not yet"; the caller's deadline turns it into an error.
    return false;
  } finally {
    await connection?.close();
  }
}

/**
 * Adds the search attributes that the workflows use and the namespace lacks.
 * @param {{address: string, namespace: string, attributes: Record<string, string>}} input name → Keyword, Int, Datetime, …
 */
export async function ensureSearchAttributes({ address, namespace, attributes }) {
  const { Connection } = await import('@temporalio/client');
  const { temporal } = (await import('@temporalio/proto')).default;
  const types = temporal.api.enums.v1.IndexedValueType;
  const connection = await Connection.connect({ address });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.entries(attributes).filter(([name]) => customAttributes[name] === undefined);
    if (missing.length === 0) return;
    const searchAttributes = Object.fromEntries(missing.map(([name, kind]) => [name, types[`INDEXED_VALUE_TYPE_${snake(kind)}`]]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } finally {
    await connection.close();
  }
}

const snake = (kind) => kind.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
