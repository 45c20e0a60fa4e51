import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { builtState } from '../lib/build.mjs';
import { distDir, projectRoot, readJson } from '../lib/files.mjs';
import { fault, good, skipped } from './finding.mjs';

/** What the machine and the checkout must bring, hub or no hub. */
export const machineChecks = () => [
  { name: 'Node', run: node },
  { name: 'packages', run: packages },
  { name: 'build', run: built },
  { name: 'workflow bundle', run: bundle },
  { name: 'openssl', run: openssl },
  { name: 'time zone', run: timeZone },
  { name: 'disk', run: disk },
];

async function node() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 3)) return fault(`version ${process.versions.node}`, 'install Node 20.3 or newer');
  return good(`version ${process.versions.node}`);
}

async function packages() {
  const stamp = readJson(path.join(projectRoot, 'node_modules', '.hub-install.json'));
  return stamp ? good('installed as package-lock.json says') : fault('not installed, or not by our set-up', 'run: npm start, or: npm run build');
}

async function built() {
  const state = builtState();
  if (state === 'current') return good('dist/ is of the present sources');
  return fault(state === 'absent' ? 'dist/ is missing' : 'dist/ is of older sources', 'run: npm run build, then start the hub anew');
}

/** Workers that run another bundle than the one on disk were started before the last build. */
async function bundle() {
  const stamp = readJson(path.join(distDir, 'workflow-bundle.json'));
  if (!stamp || !fs.existsSync(path.join(distDir, 'workflow-bundle.js'))) return fault('dist/workflow-bundle.js is missing', 'run: npm run build');
  return good(`version ${stamp.version.slice(0, 12)}, ${stamp.modules.length} modules`);
}

async function openssl() {
  const { status, stdout, error } = spawnSync('openssl', ['version'], { encoding: 'utf8' });
  if (error || status !== 0) return fault('not found', 'install OpenSSL 3.0.9 or newer: certificates are judged by it');
  const major = Number(/OpenSSL (\d+)\./.exec(stdout)?.[1] ?? 0);
  return major >= 3 ? good(stdout.trim()) : fault(stdout.trim(), 'install OpenSSL 3 or newer');
}

/** Deadlines are local days: a Node without time zone data would move them by seven hours. */
async function timeZone() {
  const shown = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Ho_Chi_Minh', hour: '2-digit', hourCycle: 'h23' }).format(new Date('2026-06-30T17:00:00Z'));
  return shown === '00' ? good('Asia/Ho_Chi_Minh is +07:00') : fault(`17:00 UTC is shown as ${shown} h`, 'install a Node with full ICU and time zone data');
}

async function disk() {
  if (!fs.statfsSync) return skipped('this Node cannot tell');
  const { bavail, bsize } = fs.statfsSync(projectRoot);
  const gigabytes = (bavail * bsize) / 2 ** 30;
  return gigabytes >= 1 ? good(`${gigabytes.toFixed(1)} GiB free`) : fault(`${gigabytes.toFixed(1)} GiB free`, 'free at least 1 GiB; PostgreSQL stops on a full disk');
}
