import fs from 'node:fs';
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A pid alone is not an identity: numbers are used again. With the start time it is one.
 * @typedef {{pid: number, startedAt: string, command: string}} ProcessIdentity
 */

const hasProc = fs.existsSync('/proc/self/stat');

/** @returns {string | undefined} the process's start time in the system's own words, undefined when it is gone. */
export function startTimeOf(pid) {
  if (hasProc) {
    const stat = readProc(pid, 'stat');
    if (stat === undefined) return undefined;
    // The command name in brackets may hold blanks and brackets; fields are counted after its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  }
  const line = ps(['-o', 'stat=,lstart=', '-p', String(pid)]).trim();
  return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
}

/** @returns {boolean} whether exactly this process (not another with its number) still runs. */
export const isAlive = (identity) => identity.startedAt !== undefined && startTimeOf(identity.pid) === identity.startedAt;

/** @returns {ProcessIdentity | undefined} */
export function identify(pid, command) {
  const startedAt = startTimeOf(pid);
  return startedAt === undefined ? undefined : { pid, startedAt, command };
}

/**
 * Processes whose environment holds one of the markers (NAME=value), or whose command line holds one of the titles.
 * Finds a child that is missing in the records because its parent died between starting it and writing its pid down.
 * @param {{markers?: string[], titles?: string[]}} signs
 * @returns {ProcessIdentity[]} without this process and its ancestors
 */
export function findMarked({ markers = [], titles = [] }) {
  const own = new Set(ancestors(process.pid));
  const matches = ({ pid, command, environment }) =>
    !own.has(pid) && (markers.some((marker) => environment.includes(`\0${marker}\0`)) || titles.some((title) => command.includes(title)));
  return listProcesses(markers.length > 0)
    .filter(matches)
    .map(({ pid, command }) => identify(pid, command.slice(0, 200)))
    .filter((identity) => identity !== undefined);
}

function listProcesses(withEnvironment) {
  if (!hasProc) {
    // macOS shows the environment of one's own processes after the command, set off by blanks, when asked with `e`.
    return ps(['-axww', ...(withEnvironment ? ['-E'] : []), '-o', 'pid=,command='])
      .split('\n')
      .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+\s+/, '') }))
      .map((entry) => ({ ...entry, environment: `\0${entry.command.replaceAll(' ', '\0')}\0` }));
  }
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      command: (readProc(name, 'cmdline') ?? '').replaceAll('\0', ' ').trim(),
      environment: withEnvironment ? `\0${readProc(name, 'environ') ?? ''}\0` : '',
    }));
}

/** @returns {number} memory in MiB: its peak where the system keeps one, else what it holds now; 0 when it is gone */
export function residentMegabytes(pid) {
  const kilobytes = hasProc
    ? (/^VmHWM:\s+(\d+)/m.exec(readProc(pid, 'status') ?? '')?.[1] ?? 0)
    : Number.parseInt(ps(['-o', 'rss=', '-p', String(pid)]), 10) || 0;
  return Math.round(Number(kilobytes) / 1024);
}

/** Sends a signal to a process, or with `group` to its whole group. A process that is already gone is no error. */
export function signal(pid, name, group = false) {
  try {
    process.kill(group ? -pid : pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** @returns {Promise<boolean>} whether the process ended within the time. */
export async function waitForEnd(identity, milliseconds) {
  const until = performance.now() + milliseconds;
  while (isAlive(identity)) {
    if (performance.now() > until) return false;
    await sleep(25);
  }
  return true;
}

/**
 * Ends one process: politely, then by force together with its group.
 * @param {ProcessIdentity} identity @param {{politely?: NodeJS.Signals, graceMs?: number}} [how]
 */
export async function endProcess(identity, { politely = 'SIGTERM', graceMs = 10_000 } = {}) {
  if (!isAlive(identity)) return;
  signal(identity.pid, politely);
  if (await waitForEnd(identity, graceMs)) return;
  signal(identity.pid, 'SIGKILL', true);
  signal(identity.pid, 'SIGKILL');
  if (!(await waitForEnd(identity, 5_000))) throw new Error(`process ${identity.pid} (${identity.command}) does not end`);
}

function ancestors(pid) {
  const chain = [];
  for (let at = pid; at > 1 && !chain.includes(at); at = parentOf(at)) chain.push(at);
  return chain;
}

function parentOf(pid) {
  if (!hasProc) return Number.parseInt(ps(['-o', 'ppid=', '-p', String(pid)]), 10) || 0;
  const stat = readProc(pid, 'stat');
  return stat === undefined ? 0 : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function readProc(pid, name) {
  try {
    return fs.readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // Gone in the meantime, or another user's: neither is ours.
    return undefined;
  }
}

function ps(args) {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    // ps answers 1 when no process matches.
    if (error.status === 1) return '';
    throw error;
  }
}
