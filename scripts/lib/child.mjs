import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from './report.mjs';

/**
 * @typedef {object} ChildSpec
 * @property {string} name also the name of its log file
 * @property {string} command @property {string[]} args @property {Record<string, string>} env
 * @property {import('node:child_process').SpawnOptions} [spawnOptions]
 * @property {NodeJS.Signals} [stopSignal] @property {number} [graceMs] time to end by itself before it is killed
 * @property {number} [readyMs] time until it must serve
 * @property {() => Promise<void>} [beforeStart] run before each start, restarts included
 * @property {(child: {pid: number}) => Promise<boolean>} [isReady] default: its log shows a line with {"ready":true}
 */

const logLimitBytes = 20 << 20;

/** Every child carries the hub's folder in its environment: by this a later start finds those that no record names. */
export const childMarker = (hubDir) => `HUB_CHILD_OF=${hubDir}`;

/** Starts the process; `ended` resolves with the exit code or signal, and never rejects. */
export function spawnChild(spec, hubDir) {
  const logFile = path.join(hubDir, 'logs', `${spec.name}.log`);
  fs.mkdirSync(path.dirname(logFile), { recursive: true });
  if (fs.existsSync(logFile) && fs.statSync(logFile).size > logLimitBytes) fs.renameSync(logFile, `${logFile}.1`);
  const handle = fs.openSync(logFile, 'a');
  const logStart = fs.fstatSync(handle).size;
  const child = spawn(spec.command, spec.args, {
    ...spec.spawnOptions,
    env: { ...spec.env, HUB_CHILD_OF: hubDir },
    detached: true,
    stdio: ['ignore', handle, handle],
  });
  fs.closeSync(handle);
  const state = { pid: child.pid, logFile, logStart, reason: undefined };
  state.ended = new Promise((resolve) => {
    const end = (reason) => {
      state.reason ??= reason;
      resolve(state.reason);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
  });
  return state;
}

/** Waits until the child serves. Ends with an error that shows its last words when it dies or takes too long. */
export async function waitUntilReady({ spec, process: child }, isStopping) {
  const isReady = spec.isReady ?? saidReady;
  const until = performance.now() + (spec.readyMs ?? 30_000);
  while (!(await isReady(child)) || child.reason !== undefined) {
    if (isStopping()) throw new SetupError('stopped while starting');
    if (child.reason !== undefined) throw new SetupError(`${spec.name} ended (${child.reason}) before it served: ${lastWords(child)}`);
    if (performance.now() > until) throw new SetupError(`${spec.name} does not serve after ${(spec.readyMs ?? 30_000) / 1000} s: ${lastWords(child)}`);
    await sleep(50);
  }
}

/** Runs a process to its end; any other end than exit code 0 is an error. */
export async function runOnce(spec, hubDir) {
  const child = spawnChild(spec, hubDir);
  const reason = await child.ended;
  if (reason !== 'exit code 0') throw new SetupError(`${spec.name} failed (${reason}): ${lastWords(child)}`);
}

const saidReady = async (child) => said(child).split('\n').some((line) => line.startsWith('{') && /"ready":\s*true/.test(line));

function said({ logFile, logStart }) {
  const handle = fs.openSync(logFile, 'r');
  try {
    const size = Math.max(0, fs.fstatSync(handle).size - logStart);
    const buffer = Buffer.alloc(Math.min(size, 1 << 20));
    fs.readSync(handle, buffer, 0, buffer.length, logStart);
    return buffer.toString('utf8');
  } finally {
    fs.closeSync(handle);
  }
}

function lastWords(child) {
  const lines = said(child).trim().split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  // A stack ends with the version of Node; the line that tells stands above it.
  const telling = lines.filter((line) => /error|cannot|not set|refuse/i.test(line));
  return `${(telling.length > 0 ? telling : lines).slice(-2).join(' | ').slice(-600) || 'it said nothing'} (log: ${child.logFile})`;
}
