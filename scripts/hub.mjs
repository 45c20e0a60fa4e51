#!/usr/bin/env node
import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { distDir, projectRoot } from './lib/files.mjs';
import { runScript } from './lib/report.mjs';

const help = `hub: tools of the Học Bạ Số Hub

  hub doctor [--json]                      check all that the hub needs, and say what to do about each fault
  hub roster check FILE [--json]           check a roster workbook offline (exit 0 no error, 1 errors, 3 bad call)
  hub roster template [--sample N] --out FILE
                                           write the roster template, with N valid pupils when asked
  hub card verify FILE [--bundle B] …      check a signed report card, or a batch, offline; by its exported bundle too
  hub certificate check …                  check a certificate's path, revocation and policies offline
  hub evidence export|verify …             what proves when a card was received; hub evidence --help
  hub admin-link [--json]                  make a new one-time link for the first administrator; the one before ends
  hub --help                               this text; hub COMMAND --help for more

Start everything with: npm start · see it play a whole campaign with: npm run demo
`;

/** Command → the compiled program that does it. */
const programs = {
  roster: 'formats/roster/cli.js',
  card: 'formats/card/cli.js',
  certificate: 'formats/trust/cli.js',
};

const [command, ...args] = process.argv.slice(2);
if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
  process.stdout.write(help);
  process.exitCode = command === undefined ? 3 : 0;
} else if (command === 'doctor') {
  process.exitCode = await run([path.join(projectRoot, 'scripts', 'doctor.mjs'), ...args], process.env);
} else if (command === 'evidence') {
  const { evidenceCommand } = await import('./lib/evidenceCommand.mjs');
  process.exitCode = await evidenceCommand(args);
} else if (command === 'admin-link') {
  const { adminLinkCommand } = await import('./lib/adminLink.mjs');
  process.exitCode = await runScript(() => adminLinkCommand(args)).then(() => process.exitCode);
} else if (programs[command] === undefined) {
  process.stderr.write(`hub: there is no command ${command}; see hub --help\n`);
  process.exitCode = 3;
} else {
  process.exitCode = await runProgram(programs[command]);
}

async function runProgram(entry) {
  const file = path.join(distDir, entry);
  if (!fs.existsSync(file)) {
    process.stderr.write(`hub: ${command} is not built; run: npm run build\n`);
    return 3;
  }
  const { main } = await import(file);
  return (await main(args)) ?? process.exitCode ?? 0;
}

function run(nodeArgs, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, nodeArgs, { stdio: 'inherit', env });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 1 : code));
  });
}
