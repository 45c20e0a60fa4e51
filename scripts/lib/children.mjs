import fs from 'node:fs';
import path from 'node:path';
import { distDir } from './files.mjs';
import { SetupError } from './report.mjs';

/** Every process of the hub, in the order of need: name → compiled entry and arguments. */
const entries = {
  kho: ['sandbox/kho/main.js'],
  trust: ['sandbox/trust/main.js'],
  signing: ['sandbox/signing/main.js'],
  mailbox: ['sandbox/mailbox/main.js'],
  'worker-core': ['activities/workerMain.js', 'core'],
  'worker-batch': ['activities/workerMain.js', 'batch'],
  'worker-outbound': ['activities/workerMain.js', 'outbound'],
  api: ['api/main.js'],
};

/** A packet's trees live for a moment and fill hundreds of megabytes: where there is memory to spare Node lets them lie until a gigabyte is full. */
const nodeOptions = { kho: ['--max-old-space-size=768'] };

export const sandboxChildren = ['kho', 'trust', 'signing', 'mailbox'];
export const hubChildren = ['worker-core', 'worker-batch', 'worker-outbound', 'api'];
export const allChildren = ['postgres', 'temporal', ...sandboxChildren, ...hubChildren];

/**
 * One of the hub's own processes.
 * @param {string} name @param {Record<string, string>} env @param {string} hubDir
 * @returns {import('./child.mjs').ChildSpec}
 */
export function nodeChild(name, env, hubDir) {
  const [entry, ...args] = entries[name];
  return { name, ...nodeCommand(entry, args, [...(nodeOptions[name] ?? []), ...profiling(name)]), env, spawnOptions: { cwd: hubDir }, stopSignal: 'SIGTERM', graceMs: 20_000, readyMs: 60_000 };
}

/** Brings the database up to date and ends. */
export const migrateChild = (env, hubDir) => ({ name: 'migrate', ...nodeCommand('db/migrateMain.js', []), env, spawnOptions: { cwd: hubDir } });

/** A CPU profile a thread, in a folder a process, for looking into a bench; profiles of a long run fill memory, so they are asked for apart. */
const profiling = (name) => (process.env.HUB_PROFILE && process.env.HUB_PROFILE_CPU ? ['--cpu-prof', `--cpu-prof-dir=${path.join(process.env.HUB_PROFILE, name)}`, '--cpu-prof-interval=2000'] : []);

function nodeCommand(entry, args, more = []) {
  const file = path.join(distDir, entry);
  if (!fs.existsSync(file)) throw new SetupError(`dist/${entry} is missing: this part is not written or did not compile`);
  return { command: process.execPath, args: ['--enable-source-maps', ...more, file, ...args] };
}
