import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BAD_CALL, readArguments } from './lib/arguments.mjs';
import { benchCampaign } from './lib/benchCampaign.mjs';
import { build } from './lib/build.mjs';
import { distDir, projectRoot } from './lib/files.mjs';
import { startHub } from './lib/hub.mjs';
import { install } from './lib/install.mjs';
import { progressPrinter, runScript, SetupError } from './lib/report.mjs';
import { wipe } from './lib/wipe.mjs';

const help = `npm run bench -- signing [--threads N] [--json]
npm run bench -- pages [--seconds S] [--pupils N] [--keep DIR] [--json]
npm run bench -- campaign [--province P] [--pupils N] [--seed N] [--dir DIR] [--json]

What the hub costs beside what the bare work costs, measured in the same run.

  signing    signing and verifying cards, beside raw RSA and SHA-256 of \`openssl speed\` on the same cores
  pages      fifty people at once on a merged province of 500,000 pupils in a hub of its own: p95Ms and wireKb of every page,
             and the workbook of one row a card (workbookRatio, workbookPeakMb) beside exceljs's bare streaming writer on the same cells
  campaign   a whole campaign, beside as many raw signatures, COPY of the same rows, and the same workbooks read and written bare

  --pupils N   of pages: a smaller province of the same shape; default 500000
  --keep DIR   leaves that hub in DIR, and the next run with it finds its province there
  --province P, --pupils N, --seed N   of campaign: as of npm run demo; default can-tho
  --dir DIR    the campaign's hub; people and keys made there are used again; default .hub-bench
  --json       one JSON object on one line, last
`;

const BENCHES = { signing, pages, campaign };
const options = Object.fromEntries(['threads', 'seconds', 'keep', 'province', 'pupils', 'seed', 'dir'].map((name) => [name, { type: 'string' }]));

await runScript(async () => {
  const asked = readArguments({ help, options: { ...options, json: { type: 'boolean' } }, positionals: true });
  if (asked === undefined) return;
  const { values, positionals: [name, ...more] } = asked;
  const bench = Object.hasOwn(BENCHES, name ?? '') ? BENCHES[name] : undefined;
  if (bench === undefined || more.length > 0) throw new SetupError(`say what to measure\n\n${help}`, { exitCode: BAD_CALL });
  const result = await bench(values, progressPrinter(process.stderr));
  process.stdout.write(`${values.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
});

function load(name) {
  return import(pathToFileURL(path.join(distDir, 'scripts', 'bench', `${name}.js`)).href);
}

function whole(option, value, usual, most) {
  const number = Number(value ?? usual);
  if (!Number.isSafeInteger(number) || number < 1 || number > most) throw new SetupError(`--${option} takes a whole number from 1 to ${most}`, { exitCode: BAD_CALL });
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
  const pupils = whole('pupils', values.pupils, 500_000, 2_000_000);
  const dir = values.keep ?? path.join(projectRoot, '.hub', 'bench', 'pages');
  // Temporal stands for the api to reach; nothing runs on it here.
  const hub = await startHub({ dir, children: ['postgres', 'temporal', 'api'], throwaway: true, fresh: values.keep === undefined, env: { HUB_LOG_LEVEL: 'warn' }, onProgress });
  try {
    const { benchPages } = await load('pages');
    return await benchPages({ ownerUrl: hub.urls.owner, origin: hub.env.api.HUB_BASE_URL, seconds, pupils, onProgress });
  } finally {
    await hub.stop();
    if (values.keep === undefined) {
      wipe(dir);
      fs.rmSync(dir, { recursive: true, force: true });
    }
  }
}

async function campaign({ province = 'can-tho', pupils, seed, dir = path.join(projectRoot, '.hub-bench') }, onProgress) {
  await install(onProgress);
  await build(onProgress);
  return benchCampaign({ province, pupils, seed, dir, onProgress });
}
