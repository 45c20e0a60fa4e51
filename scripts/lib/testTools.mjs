import fs from 'node:fs';
import { spawnSync } from 'node:child_process';

/** Programs that some checks hold our output against, and the Debian packages that bring them. */
const tools = [
  { program: 'xmlsec1', debianPackage: 'xmlsec1' },
  { program: 'java', debianPackage: 'default-jdk-headless' },
  { program: 'soffice', debianPackage: 'libreoffice-calc' },
  { program: 'pdfsig', debianPackage: 'poppler-utils' },
];

const present = (program) => spawnSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/**
 * Installs the tools that are missing, where that is allowed: root on a Debian. Elsewhere the checks that need them are
 * skipped and named at the end of the test run.
 * @param {(line: string) => void} onProgress @returns {string[]} programs that are still missing
 */
export function ensureTestTools(onProgress) {
  const missing = tools.filter(({ program }) => !present(program));
  if (missing.length === 0) return [];
  const allowed = process.getuid?.() === 0 && fs.existsSync('/etc/debian_version') && present('apt-get') && process.env.HUB_NO_APT !== '1';
  if (allowed) {
    const names = missing.map(({ debianPackage }) => debianPackage);
    onProgress(`installing ${names.join(' and ')} for the tests (apt-get)`);
    const apt = (...args) => spawnSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    const install = () => apt('install', '-y', '-qq', '--no-install-recommends', ...names);
    if (install().status !== 0 && apt('update', '-qq').status === 0) install();
  }
  return missing.map(({ program }) => program).filter((program) => !present(program));
}
