import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { projectRoot, readJson, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { endProcess, findMarked } from './processes.mjs';
import { hydratePostgres } from './postgresBinaries.mjs';
import { SetupError } from './report.mjs';

const modules = path.join(projectRoot, 'node_modules');
const stampFile = path.join(modules, '.hub-install.json');

/**
 * Installs exactly what package-lock.json names, unless that has been done. The stamp is written last and names the
 * lock file's hash, so an interrupted or outdated installation is done again. An installation that the user made with
 * npm is taken as it is when npm finished it and its versions agree.
 * @param {(line: string) => void} onProgress
 */
export async function install(onProgress) {
  requireNode();
  const lockHash = hashOf('package-lock.json');
  if (isDone(lockHash)) return;
  await withLock(path.join(projectRoot, '.hub', 'locks', 'install'), 'installing packages', onProgress, async () => {
    if (isDone(lockHash)) return;
    if (!agreesWithLock()) {
      onProgress('installing packages (npm ci)');
      await npmCi();
    }
    if (!agreesWithLock()) {
      throw new SetupError('npm ci ended without error, yet node_modules differs from package-lock.json; delete node_modules and try again');
    }
    // Whether npm ran the package's script depends on the user's npm and its settings, so it is done here as well.
    hydratePostgres();
    writeJson(stampFile, { lockHash, node: process.version });
    onProgress('packages installed');
  });
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 3)) return;
  throw new SetupError(`Node ${process.versions.node} is too old; install Node 20.3 or newer`);
}

const hashOf = (name) => createHash('sha256').update(fs.readFileSync(path.join(projectRoot, name))).digest('hex');

const isDone = (lockHash) => readJson(stampFile)?.lockHash === lockHash;

/**
 * npm writes node_modules/.package-lock.json when it has finished; a package may only be absent when it is optional,
 * which is how the other platforms' binaries are marked.
 */
function agreesWithLock() {
  const installed = readJson(path.join(modules, '.package-lock.json'))?.packages;
  if (installed === undefined) return false;
  const wanted = Object.entries(readJson(path.join(projectRoot, 'package-lock.json')).packages);
  return wanted.every(([place, entry]) => {
    if (place === '') return true;
    const present = installed[place];
    if (present === undefined) return entry.optional === true || entry.devOptional === true;
    return present.version === entry.version && fs.existsSync(path.join(projectRoot, place));
  });
}

async function npmCi() {
  // An npm whose parent was killed goes on by itself; two in one node_modules would ruin each other's work.
  const marker = { HUB_INSTALL_OF: projectRoot };
  await Promise.all(findMarked({ markers: [`HUB_INSTALL_OF=${projectRoot}`] }).map((one) => endProcess(one, { graceMs: 2_000 })));
  const log = path.join(projectRoot, '.hub', 'logs', 'npm.log');
  fs.mkdirSync(path.dirname(log), { recursive: true });
  const handle = fs.openSync(log, 'w');
  // dev and optional are named because NODE_ENV or the user's npmrc may leave them out, and the build needs both.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=warn'];
  const throughNpm = process.env.npm_execpath?.endsWith('.js');
  const [command, commandArgs] = throughNpm ? [process.execPath, [process.env.npm_execpath, ...args]] : ['npm', args];
  const code = await new Promise((resolve, reject) => {
    const child = spawn(command, commandArgs, { cwd: projectRoot, env: { ...process.env, ...marker }, stdio: ['ignore', handle, handle] });
    child.once('error', (cause) => reject(new SetupError('npm cannot be started; install Node with npm', { cause })));
    child.once('exit', resolve);
  }).finally(() => fs.closeSync(handle));
  if (code === 0) return;
  const told = fs.readFileSync(log, 'utf8').split('\n').filter((line) => line.startsWith('npm error') || line.startsWith('npm ERR!'));
  throw new SetupError(`npm ci failed: ${told.slice(0, 3).join(' | ') || `exit code ${code}`} (all of it in ${path.relative(projectRoot, log)})`);
}
