import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseAccount, reachablePlace, spawnAs } from './accounts.mjs';
import { shortHash } from './files.mjs';
import { databaseName, ensureCluster, ownerRole, reachableBinaries } from './postgresCluster.mjs';
import { endProcess, findMarked } from './processes.mjs';

/** Recovery after a kill replays the log; a machine busy with nothing else needs seconds, a laden one longer. */
const recoveryMs = 60_000;

/** @returns {string} the name that PostgreSQL puts into the title of every process of this hub's cluster */
export const clusterName = (hubDir) => `hub-${shortHash(hubDir)}`;

/** @returns {string} address of the embedded database for its owner, who is superuser of the cluster */
export const ownerUrlOf = (port, password) => `postgres://${ownerRole}:${encodeURIComponent(password)}@127.0.0.1:${port}/${databaseName}`;

/**
 * The embedded PostgreSQL as a child of the supervisor.
 * @param {{hubDir: string, port: number, password: string, throwaway?: boolean, onProgress: (line: string) => void}} input
 *   throwaway: no waiting for the disk, for data that a test deletes anyway
 * @returns {Promise<import('./supervisor.mjs').ChildSpec & {url: string}>} url: of the owner, who is superuser
 */
export async function postgresChild({ hubDir, port, password, throwaway = false, onProgress }) {
  const account = databaseAccount();
  const place = reachablePlace(hubDir, account, onProgress);
  const binaries = reachableBinaries(place, account, onProgress);
  const data = await ensureCluster({ hubDir, binaries, place, account, password, onProgress });
  const name = clusterName(hubDir);
  const url = ownerUrlOf(port, password);
  return {
    name: 'postgres',
    command: path.join(binaries, 'bin', 'postgres'),
    args: ['-D', data, ...Object.entries(settings({ port, name, throwaway })).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'Asia/Ho_Chi_Minh' },
    spawnOptions: { ...spawnAs(account), cwd: data },
    // Fast shutdown: ends sessions and writes a checkpoint. SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    graceMs: recoveryMs,
    readyMs: recoveryMs,
    beforeStart: () => clearRemains(clusterTitles(hubDir), data),
    isReady: (child) => answersAsOwn({ url, pid: child.pid, name, data }),
    url,
  };
}

function settings({ port, name, throwaway }) {
  return {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    cluster_name: name,
    max_connections: 200,
    // A campaign writes each card's bytes several times: with a gigabyte between checkpoints whole pages would go to the log again and again.
    shared_buffers: '256MB',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    timezone: 'Asia/Ho_Chi_Minh',
    log_timezone: 'Asia/Ho_Chi_Minh',
    // PostgreSQL writes the row and the statement of an error into its log, and with them a pupil's name. The error
    // reaches the program that made it all the same.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(process.env.HUB_PROFILE ? { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.max': 2_000, track_functions: 'all' } : {}),
    ...(throwaway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 400 } : {}),
  };
}

/**
 * After a killed server its own children live on for a moment, and its pid file stays. A new server refuses to start
 * beside the first and, when the number is in use again, because of the second.
 */
async function clearRemains(titles, data) {
  const until = performance.now() + recoveryMs;
  for (let remains = findMarked({ titles }); remains.length > 0; remains = findMarked({ titles })) {
    if (performance.now() > until) throw new Error(`processes of an earlier PostgreSQL do not end: ${remains.map(({ pid }) => pid).join(', ')}`);
    await Promise.all(remains.map((one) => endProcess(one, { politely: 'SIGQUIT', graceMs: 2_000 })));
  }
  fs.rmSync(path.join(data, 'postmaster.pid'), { force: true });
}

/**
 * What stands in the titles of this cluster's processes. By title, since the account's processes hide their environment
 * from a root without its full powers, as in a container.
 */
export const clusterTitles = (hubDir) => [`cluster_name=${clusterName(hubDir)} `, `postgres: ${clusterName(hubDir)}: `];

/** Ready when it takes queries, and ours when it says our cluster's name while our child is the one with the pid file. */
async function answersAsOwn({ url, pid, name, data }) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // Without a listener a connection lost after the answer would end the supervisor.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query('SHOW cluster_name');
    const owner = Number(fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    if (rows[0].cluster_name !== name || owner !== pid) throw new Error('another PostgreSQL answers on our port');
    return true;
  } catch (error) {
    if (['ECONNREFUSED', 'ECONNRESET', '57P03'].includes(error.code) || /timeout|terminated/i.test(error.message)) return false;
    throw error;
  } finally {
    await Promise.race([client.end(), sleep(1_000)]).catch(() => undefined);
  }
}
