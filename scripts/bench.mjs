import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { distDir } from './lib/files.mjs';
import { install } from './lib/install.mjs';
import { progressPrinter, runScript, SetupError } from './lib/report.mjs';

/**
 * `npm run bench -- signing [--threads N] [--json]`: what signing and verifying cards cost beside raw RSA and SHA-256 of `openssl speed`
 * in the same run, on the same cores. With `--json` the last line is one JSON object.
 */
await runScript(async () => {
  const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' }, threads: { type: 'string' } }, allowPositionals: true });
  if (positionals.length !== 1 || positionals[0] !== 'signing') throw new SetupError('say what to measure: npm run bench -- signing', { exitCode: 3 });
  const threads = Number(values.threads ?? availableParallelism());
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > 64) throw new SetupError('--threads takes a whole number from 1 to 64', { exitCode: 3 });
  const onProgress = progressPrinter(process.stderr);
  const openssl = spawnSync('/bin/sh', ['-c', 'command -v openssl'], { encoding: 'utf8' }).stdout.trim();
  if (openssl === '') throw new SetupError('openssl is not installed: its speed is the measure');
  await install(onProgress);
  await build(onProgress);
  const { benchSigning } = await import(pathToFileURL(path.join(distDir, 'scripts', 'bench', 'signing.js')).href);
  const result = await benchSigning({ openssl, threads, onProgress });
  process.stdout.write(`${values.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
});
