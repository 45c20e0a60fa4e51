import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runOnce, spawnChild, waitUntilReady } from './child.mjs';
import { writeJson } from './files.mjs';
import { endProcess, identify, residentMegabytes } from './processes.mjs';
import { SetupError } from './report.mjs';

/** What must outlive whom: first go those that write, then Temporal, last the database they all write to. */
const stopOrder = [(name) => !['temporal', 'postgres'].includes(name), (name) => name === 'temporal', (name) => name === 'postgres'];

// The first restart is at once; a child that cannot live is tried ever more seldom, and for ever, since what it lacks
// (a disk, a database) may come back without anybody at the keyboard.
const restartDelaysMs = [100, 500, 1_000, 2_000, 5_000, 10_000];
const steadyAfterMs = 60_000;

export const recordsFile = (hubDir) => path.join(hubDir, 'run', 'children.json');

/**
 * Keeps children alive until told to stop. Each is in a process group of its own, so that Ctrl-C reaches only the
 * supervisor, and writes to its log file directly, so that it neither dies nor blocks when the supervisor is killed.
 * @param {{hubDir: string, onProgress: (line: string) => void}} options
 */
export function createSupervisor({ hubDir, onProgress }) {
  const running = new Map();
  const peaks = {};
  const sampler = setInterval(() => {
    for (const { spec, identity } of running.values()) {
      if (identity) peaks[spec.name] = Math.max(peaks[spec.name] ?? 0, residentMegabytes(identity.pid));
    }
  }, 1_000).unref();
  let stopping;
  let announceStop;
  const stopped = new Promise((resolve) => (announceStop = resolve));

  const record = () => {
    const entries = [...running.values()].filter((child) => child.identity).map((child) => [child.spec.name, child.identity]);
    writeJson(recordsFile(hubDir), Object.fromEntries(entries));
  };

  async function launch(child) {
    await child.spec.beforeStart?.();
    if (stopping) throw new SetupError('stopped while starting');
    child.process = spawnChild(child.spec, hubDir);
    child.identity = identify(child.process.pid ?? 0, child.spec.name);
    child.startedAt = performance.now();
    record();
    await waitUntilReady(child, () => stopping !== undefined);
  }

  async function keepAlive(child) {
    for (let failures = 0; ; failures++) {
      const reason = await child.process.ended;
      child.identity = undefined;
      await Promise.race([stopped, child.held]);
      if (stopping) return;
      if (performance.now() - child.startedAt > steadyAfterMs) failures = 0;
      await Promise.race([stopped, sleep(restartDelaysMs[Math.min(failures, restartDelaysMs.length - 1)])]);
      if (stopping) return;
      try {
        await launch(child);
        onProgress(`${child.spec.name} ended (${reason}) and was started again (pid ${child.identity?.pid})`);
      } catch (error) {
        if (stopping) return;
        onProgress(`${child.spec.name} ended (${reason}) and does not start: ${error.message}`);
        if (child.identity) await endProcess(child.identity, { politely: child.spec.stopSignal, graceMs: child.spec.graceMs });
      }
    }
  }

  /** Starts a child, returns when it serves; from then on it is kept alive. */
  async function start(spec) {
    const child = { spec };
    running.set(spec.name, child);
    await launch(child);
    child.keeper = keepAlive(child).catch((error) => onProgress(`${spec.name} is no longer watched: ${error.stack}`));
    return child.process;
  }

  async function endOne(child) {
    if (child.identity) await endProcess(child.identity, { politely: child.spec.stopSignal, graceMs: child.spec.graceMs });
    await child.keeper;
  }

  /**
   * Kills a child and keeps it away until the function that this returns is called: an outage, for tests.
   * @param {string} name @returns {Promise<() => void>}
   */
  async function hold(name) {
    const child = running.get(name);
    let release;
    child.held = new Promise((resolve) => (release = resolve));
    if (child.identity) process.kill(child.identity.pid, 'SIGKILL');
    await child.process.ended;
    return release;
  }

  /** Ends all children in order; may be called more than once and while starting. */
  function stop() {
    stopping ??= (async () => {
      announceStop();
      clearInterval(sampler);
      for (const belongs of stopOrder) {
        const children = [...running.values()].filter((child) => belongs(child.spec.name));
        await Promise.all(children.map(endOne));
      }
      fs.rmSync(recordsFile(hubDir), { force: true });
    })();
    return stopping;
  }

  return {
    start,
    hold,
    runOnce: (spec) => runOnce(spec, hubDir),
    stop,
    /** @returns {{pid: number, logFile: string, kill: (signal?: NodeJS.Signals) => void} | undefined} */
    child: (name) => {
      const child = running.get(name);
      if (child?.identity === undefined) return undefined;
      const { pid } = child.identity;
      return { pid, logFile: child.process.logFile, kill: (signal = 'SIGKILL') => process.kill(pid, signal) };
    },
    /** @returns {Record<string, number>} the most memory each process was seen to use, in MiB; restarts included */
    peakMemoryMb: () => ({ ...peaks }),
    pids: () => Object.fromEntries([...running.values()].filter((child) => child.identity).map((child) => [child.spec.name, child.identity.pid])),
  };
}
