import { spawnSync } from 'node:child_process';

/**
 * For the `skip` option of a test that needs a program: false when it is there, else the reason, which the closing lines
 * of `npm test` show. With CI=true a skipped check fails the run.
 */
export function skipWithout(program: 'xmlsec1' | 'soffice' | 'openssl' | 'java' | 'pdfsig'): string | false {
  const found = spawnSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
  return found ? false : `${program} is not installed`;
}
