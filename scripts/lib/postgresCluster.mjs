import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { canRun, spawnAs } from './accounts.mjs';
import { removeLeftovers, temporaryBeside } from './files.mjs';
import { hydratePostgres, nativeDir } from './postgresBinaries.mjs';
import { SetupError } from './report.mjs';

export const ownerRole = 'hub_owner';
export const databaseName = 'hub';

/**
 * UTF8 and the C locale: codes and ids, which are nearly all we index, sort by code point, fast and the same on every
 * machine and version. The provider is the built-in one, because libc's C would leave "Đ" without a lower case.
 * Where people read a list, the query says COLLATE "vi-x-icu"; a default ICU collation would bind every index to the
 * version of ICU that this package happens to carry.
 */
const localeArgs = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/**
 * @returns {string} a folder with bin/, lib/ and share/ that the account can reach; a copy when node_modules is closed to it
 */
export function reachableBinaries(place, account, onProgress) {
  hydratePostgres();
  const original = nativeDir();
  if (account === undefined || canRun(path.join(original, 'bin', 'postgres'), account)) return original;
  const version = path.basename(path.dirname(original));
  const copy = path.join(place, `postgres-programs-${version}`);
  if (!fs.existsSync(copy)) {
    removeLeftovers(copy);
    onProgress(`copying PostgreSQL's programs to ${copy}, where the account ${account.name} can run them`);
    const making = temporaryBeside(copy);
    fs.cpSync(original, making, { recursive: true, verbatimSymlinks: true });
    fs.renameSync(making, copy);
  }
  if (!canRun(path.join(copy, 'bin', 'postgres'), account)) {
    throw new SetupError(`PostgreSQL's programs do not run on this machine (${copy}/bin/postgres --version fails); set DATABASE_URL to a server of your own`);
  }
  return copy;
}

/**
 * Makes the cluster under a temporary name, with the database in it, and renames it when a server has run on it once.
 * @param {{hubDir: string, binaries: string, place: string, account: object | undefined, password: string, onProgress: (line: string) => void}} input
 * @returns {Promise<string>} the data folder
 */
export async function ensureCluster({ hubDir, binaries, place, account, password, onProgress }) {
  const data = path.join(place, 'postgres');
  if (fs.existsSync(data)) return data;
  removeLeftovers(data);
  onProgress('making the database cluster');
  const making = temporaryBeside(data);
  fs.mkdirSync(making, { mode: 0o700 });
  const passwordFile = path.join(making, 'password');
  const cluster = path.join(making, 'data');
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const name of [making, passwordFile]) fs.chownSync(name, account.uid, account.gid);
  const init = ['-D', cluster, '-U', ownerRole, `--pwfile=${passwordFile}`, '-A', 'scram-sha-256', ...localeArgs, '--no-instructions', '--no-sync'];
  await run(path.join(binaries, 'bin', 'initdb'), init, { account, cwd: making, hubDir });
  // A server alone with its cluster: makes the database and proves that the cluster opens, before it gets its name.
  await run(path.join(binaries, 'bin', 'postgres'), ['--single', '-D', cluster, 'postgres'], {
    account,
    cwd: making,
    hubDir,
    input: `CREATE DATABASE ${databaseName};\n`,
    failOn: 'ERROR:',
  });
  fs.renameSync(cluster, data);
  fs.rmSync(making, { recursive: true, force: true });
  return data;
}

function run(program, args, { account, cwd, hubDir, input = '', failOn }) {
  return new Promise((resolve, reject) => {
    // Only what PostgreSQL needs: a PGDATA or LC_ALL of the user's would change what is made.
    const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', HUB_CHILD_OF: hubDir };
    const child = spawn(program, args, { ...spawnAs(account), cwd, env });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (cause) => reject(new SetupError(`${program} cannot be started: ${cause.message}`, { cause })));
    child.once('close', (code) => {
      const failed = code !== 0 || (failOn && output.includes(failOn));
      const last = output.trim().split('\n').slice(-3).join(' | ');
      if (failed) reject(new SetupError(`${path.basename(program)} failed (${code}): ${last}`));
      else resolve();
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
