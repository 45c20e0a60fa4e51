import fs from 'node:fs';
import path from 'node:path';
import { execFile } from 'node:child_process';
import { readArguments } from './arguments.mjs';
import { distDir } from './files.mjs';
import { SetupError } from './report.mjs';
import { runningEnvironment } from './running.mjs';

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

const help = `hub admin-link [--json]

Makes a new one-time link, good for 48 hours, with which the first administrator of this hub chooses a password. A link made before
ends. Once an administrator has an account there is no such link: further ones are invited on the page "Người dùng cấp Sở".
`;

/** @param {string[]} argv */
export async function adminLinkCommand(argv) {
  const asked = readArguments({ help, options: { json: { type: 'boolean' } }, argv });
  if (asked === undefined) return 0;
  // Making the first administrator is the owner's act: the web side's role may not write people.
  const link = await firstAdministratorLink({ ...process.env, ...runningEnvironment().migrate });
  if (link === undefined) throw new SetupError('an administrator has an account already: sign in, or let an administrator make a link on the page "Người dùng cấp Sở"');
  process.stdout.write(asked.values.json ? `${JSON.stringify({ link })}\n` : `The first administrator's one-time link; links made before have ended:\n  ${link}\n`);
  return 0;
}
