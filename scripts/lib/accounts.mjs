import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { shortHash } from './files.mjs';
import { SetupError } from './report.mjs';

/**
 * PostgreSQL refuses to run as root, so root lends it an account that owns nothing else.
 * @returns {{uid: number, gid: number, name: string} | undefined} undefined for an ordinary user, who runs it as himself
 */
export function databaseAccount() {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const entry = accounts.find((fields) => fields[0] === name);
    // macOS writes nobody as -2.
    if (entry && Number(entry[2]) > 0) return { uid: Number(entry[2]), gid: Number(entry[3]), name };
  }
  throw new SetupError('PostgreSQL does not run as root and there is no account postgres or nobody; add one: useradd --system postgres');
}

/** @returns {{uid?: number, gid?: number}} options of spawn */
export const spawnAs = (account) => (account ? { uid: account.uid, gid: account.gid } : {});

/** @returns {string} where PostgreSQL's data lie when the hub's folder is closed to its account */
export const placeElsewhere = (hubDir) =>
  path.join(process.platform === 'darwin' ? os.tmpdir() : '/var/tmp', `hoc-ba-so-hub-${shortHash(hubDir)}`);

/**
 * A place for what the account must reach: inside the hub's folder, or, when a folder above is closed to the account
 * (a checkout under /root, say), under the system's folder for lasting temporary files, named by the hub's path.
 * @param {string} hubDir @param {(line: string) => void} onProgress
 */
export function reachablePlace(hubDir, account, onProgress) {
  if (account === undefined || canEnter(hubDir, account)) return hubDir;
  const place = placeElsewhere(hubDir);
  fs.mkdirSync(place, { recursive: true, mode: 0o711 });
  const state = fs.lstatSync(place);
  if (!state.isDirectory() || state.uid !== 0) {
    throw new SetupError(`${place} belongs to somebody else; remove it, or run from a folder that the account ${account.name} can enter`);
  }
  fs.chmodSync(place, 0o711);
  onProgress(`the account ${account.name} cannot enter ${hubDir}, so PostgreSQL's data lie in ${place}`);
  return place;
}

/** @returns {boolean} whether the account can go into the folder, by trying it: modes alone do not tell of mounts and ACLs. */
export function canEnter(folder, account) {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...spawnAs(account), cwd: '/', stdio: 'ignore' }).status === 0;
}

/** @returns {boolean} whether the account can run the program */
export function canRun(program, account) {
  return spawnSync(program, ['--version'], { ...spawnAs(account), cwd: '/', stdio: 'ignore' }).status === 0;
}
