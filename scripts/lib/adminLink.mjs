import fs from 'node:fs';
import path from 'node:path';
import { execFile } from 'node:child_process';
import { distDir } from './files.mjs';
import { SetupError } from './report.mjs';

/**
 * The one-time link that makes a new hub's first administrator; each call makes another and ends the one before.
 * @param {Record<string, string>} env of the migration, since only the schema's owner may make a person
 * @returns {Promise<string | undefined>} undefined once an administrator has an account
 */
export async function firstAdministratorLink(env) {
  const entry = path.join(distDir, 'api', 'adminLinkMain.js');
  if (!fs.existsSync(entry)) throw new SetupError('dist/api/adminLinkMain.js is missing: this part is not written or did not compile');
  const { error, stdout, stderr } = await new Promise((resolve) => {
    execFile(process.execPath, [entry], { env }, (fault, out, err) => resolve({ error: fault, stdout: out, stderr: err }));
  });
  if (error === null) return JSON.parse(stdout).link;
  if (/has an account already/.test(stderr)) return undefined;
  throw new SetupError(`the first administrator's link could not be made: ${stderr.trim().split('\n')[0]}`, { cause: error });
}
