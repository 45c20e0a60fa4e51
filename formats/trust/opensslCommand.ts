import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { isAbsolute } from 'node:path';

/** Where systems keep the command; Apple's own /usr/bin/openssl is LibreSSL, so the places of package managers come first. */
const USUAL_PLACES = ['/opt/homebrew/bin/openssl', '/usr/local/opt/openssl@3/bin/openssl', '/usr/local/bin/openssl', '/usr/bin/openssl', '/bin/openssl'];

/** 3.0.9 mended certificate policies that were silently ignored when malformed (CVE-2023-0465). */
const OLDEST: readonly [number, number, number] = [3, 0, 9];

export type OpensslCommand = { path: string; version: string } | { path: null; fault: string };

/**
 * The OpenSSL command to use: the one that is set, else the first of the usual places that is new enough.
 * @param configured absolute path, or undefined
 */
export async function findOpenssl(configured: string | undefined): Promise<OpensslCommand> {
  if (configured !== undefined && !isAbsolute(configured)) return { path: null, fault: `${configured} is no absolute path` };
  const seen: string[] = [];
  for (const path of configured === undefined ? USUAL_PLACES : [configured]) {
    if (!(await isExecutable(path))) continue;
    const version = await versionOf(path);
    const [, ...numbers] = /^OpenSSL (\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
    if (numbers.length === 3 && isNewEnough(numbers.map(Number))) return { path, version };
    seen.push(`${path} is ${version || 'no OpenSSL'}`);
  }
  return { path: null, fault: `OpenSSL ${OLDEST.join('.')} or newer is needed${seen.length > 0 ? `; ${seen.join(', ')}` : ''}` };
}

function isNewEnough(numbers: readonly number[]): boolean {
  const different = OLDEST.findIndex((oldest, place) => numbers[place] !== oldest);
  return different === -1 || (numbers[different] as number) > (OLDEST[different] as number);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Not there is what most places answer.
    return false;
  }
}

const versionOf = (path: string): Promise<string> =>
  new Promise((resolve) => {
    execFile(path, ['version'], { env: {}, timeout: 5_000, encoding: 'utf8' }, (fault, stdout) => resolve(fault === null ? stdout.trim() : ''));
  });
