import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { distDir, projectRoot } from './lib/files.mjs';
import { startHub } from './lib/hub.mjs';
import { install } from './lib/install.mjs';
import { progressPrinter, runScript, SetupError } from './lib/report.mjs';
import { wipe } from './lib/wipe.mjs';

/**
 * `npm run bench -- signing [--threads N] [--json]`: what signing and verifying cards cost beside raw RSA and SHA-256 of `openssl speed`
 * in the same run, on the same cores.
 * `npm run bench -- pages [--seconds S] [--keep DIR] [--json]`: fifty people at once on a merged province of 500,000 pupils in a hub of
 * its own; `p95Ms` and `wireKb` of every page. `--keep` leaves that hub in DIR, and the next run with it finds its province there.
 * With `--json` the last line is one JSON object.
 */
const BENCHES = { signing, pages };

await runScript(async () => {
  const { values, positionals: [name, ...more] } = parseArgs({ options: { json: { type: 'boolean' }, threads: { type: 'string' }, seconds: { type: 'string' }, keep: { type: 'string' } }, allowPositionals: true });
  const bench = BENCHES[name];
  if (bench === undefined || more.length > 0) throw new SetupError(`say what to measure: npm run bench -- ${Object.keys(BENCHES).join(' | ')}`, { exitCode: 3 });
  const result = await bench(values, progressPrinter(process.stderr));
  process.stdout.write(`${values.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
});

function load(name) {
  return import(pathToFileURL(path.join(distDir, 'scripts', 'bench', `${name}.js`)).href);
}

function whole(option, value, usual, most) {
  const number = Number(value ?? usual);
  if (!Number.isSafeInteger(number) || number < 1 || number > most) throw new SetupError(`--${option} takes a whole number from 1 to ${most}`, { exitCode: 3 });
  return number;
}

async function signing(values, onProgress) {
  const threads = whole('threads', values.threads, availableParallelism(), 64);
  const openssl = spawnSync('/bin/sh', ['-c', 'command -v openssl'], { encoding: 'utf8' }).stdout.trim();
  if (openssl === '') throw new SetupError('openssl is not installed: its speed is the measure');
  await install(onProgress);
  await build(onProgress);
  const { benchSigning } = await load('signing');
  return benchSigning({ openssl, threads, onProgress });
}

async function pages(values, onProgress) {
  const seconds = whole('seconds', values.seconds, 120, 3_600);
  const dir = values.keep ?? path.join(projectRoot, '.hub', 'bench', 'pages');
  // Temporal stands for the api to reach; nothing runs on it here.
  const hub = await startHub({ dir, children: ['postgres', 'temporal', 'api'], throwaway: true, fresh: values.keep === undefined, env: { HUB_LOG_LEVEL: 'warn' }, onProgress });
  try {
    const { benchPages } = await load('pages');
    return await benchPages({ ownerUrl: hub.urls.owner, origin: hub.env.api.HUB_BASE_URL, seconds, onProgress });
  } finally {
    await hub.stop();
    if (values.keep === undefined) {
      wipe(dir);
      fs.rmSync(dir, { recursive: true, force: true });
    }
  }
}
