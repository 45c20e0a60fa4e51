import fs from 'node:fs';
import path from 'node:path';
import { BAD_CALL, readArguments } from './lib/arguments.mjs';
import { build } from './lib/build.mjs';
import { findChromium } from './lib/chromium.mjs';
import { distDir, projectRoot } from './lib/files.mjs';
import { install } from './lib/install.mjs';
import { lint } from './lib/lint.mjs';
import { progressPrinter, runScript, SetupError } from './lib/report.mjs';
import { stopOnSignals } from './lib/signals.mjs';
import { runTestFiles } from './lib/testKind.mjs';
import { endTestRun, testRunMarker } from './lib/testRun.mjs';
import { startTestServers } from './lib/testServers.mjs';
import { ensureTestTools } from './lib/testTools.mjs';

/**
 * Kinds in the order they run, in two lanes side by side. Within a lane the quick ones come first, so that a fault shows early. One lane
 * mostly computes, the other mostly waits for deadlines and for a browser: together they fill two cores, and neither starves the other.
 */
const kinds = {
  unit: { lane: 'computing', concurrency: 2, minutes: 10 },
  integration: { lane: 'computing', concurrency: 2, minutes: 15 },
  replay: { lane: 'computing', concurrency: 1, minutes: 5 },
  e2e: { lane: 'computing', concurrency: 1, minutes: 15 },
  workflow: { lane: 'waiting', concurrency: 2, minutes: 15 },
  browser: { lane: 'waiting', concurrency: 1, minutes: 20 },
  privacy: { lane: 'waiting', concurrency: 1, minutes: 10 },
  chaos: { lane: 'waiting', concurrency: 1, minutes: 20 },
};

const help = `npm test [-- KIND… | FILE…] [--verbose]

Every test, on servers of its own; or only those of a kind, or of a file by its source path.

  KIND       ${Object.keys(kinds).join(', ')}
  --verbose  names each check that passed
`;

await runScript(async () => {
  const asked = readArguments({ help, options: { verbose: { type: 'boolean' } }, positionals: true });
  if (asked === undefined) return;
  const wanted = asked.positionals;
  const unknown = wanted.filter((one) => !isTest(one));
  if (unknown.length > 0) throw new SetupError(`no test is called ${unknown.join(' ')}; kinds: ${Object.keys(kinds).join(', ')}`, { exitCode: BAD_CALL });
  const onProgress = progressPrinter();
  const { signal } = stopOnSignals(onProgress);
  const totals = { passed: 0, failures: [], skips: [] };
  const whole = wanted.length === 0;
  try {
    await install(onProgress);
    await checkedBuild(totals, onProgress);
    if (totals.failures.length === 0) await runAll({ wanted, whole, verbose: asked.values.verbose === true, totals, onProgress, signal });
  } finally {
    conclude(totals);
  }
  if (signal.aborted) process.stderr.write('error: interrupted; not every check ran\n');
  const incomplete = process.env.CI === 'true' && totals.skips.length > 0;
  if (incomplete) process.stderr.write('error: with CI=true every check must run\n');
  return totals.failures.length > 0 || incomplete || signal.aborted ? 1 : 0;
});

/** A mistyped name must not quietly run less than was asked. */
function isTest(name) {
  if (kinds[name] !== undefined) return true;
  const source = path.normalize(name.replace(/^dist\//, '').replace(/\.js$/, ''));
  return source.startsWith(`test${path.sep}`) && ['', '.ts', '.test.ts'].some((ending) => fs.existsSync(path.join(projectRoot, `${source}${ending}`)));
}

async function checkedBuild(totals, onProgress) {
  try {
    await build(onProgress);
  } catch (error) {
    onProgress(error.message);
    totals.failures.push({ kind: 'build', name: 'build', reason: error.message });
  }
}

async function runAll({ wanted, whole, verbose, totals, onProgress, signal }) {
  if (whole) await checkedLint(totals, onProgress);
  const plan = planOf(wanted);
  const missing = ensureTestTools(onProgress);
  if (missing.length > 0) onProgress(`not on this machine, and not to be installed: ${missing.join(', ')}`);
  const chromium = plan.some(({ kind }) => kind === 'browser') ? await findChromium(onProgress) : undefined;
  const servers = await startTestServers({ onProgress, signal });
  try {
    const env = testEnvironment(servers, chromium);
    const lanes = [...new Set(plan.map(({ kind }) => kinds[kind].lane))].map((lane) => plan.filter(({ kind }) => kinds[kind].lane === lane));
    await Promise.all(lanes.map((lane) => runLane({ lane, env, totals, verbose, onProgress, signal })));
  } finally {
    if (signal.aborted) await endTestRun();
    await servers.stop();
  }
}

async function runLane({ lane, env, totals, verbose, onProgress, signal }) {
  for (const { kind, files } of lane) {
    if (signal.aborted) return;
    const begun = performance.now();
    const { concurrency, minutes } = kinds[kind];
    const result = await runTestFiles({ kind, files, concurrency, limitMs: minutes * 60_000, env, verbose, signal });
    totals.passed += result.passed;
    totals.failures.push(...result.failures);
    totals.skips.push(...result.skips);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    onProgress(`${kind}: ${result.passed} passed, ${result.failures.length} failed, ${result.skips.length} skipped in ${seconds} s`);
  }
}

async function checkedLint(totals, onProgress) {
  const faults = await lint();
  if (faults === undefined) totals.passed++;
  else totals.failures.push({ kind: 'lint', name: 'lint', reason: faults });
  onProgress(`lint: ${faults === undefined ? 'clean' : 'faults, see above'}`);
}

/** @returns {{kind: string, files: string[]}[]} compiled test files by kind; an argument is a kind or the path of a source file */
function planOf(wanted) {
  const chosen = wanted.map((argument) => path.normalize(argument).replace(/\.tsx?$/, '').replace(/\.js$/, ''));
  const isWanted = (kind, file) => {
    const name = path.join('test', kind, file.replace(/\.js$/, ''));
    return chosen.length === 0 || chosen.some((one) => one === kind || name === one || name === `${one}.test` || `dist/${name}` === one || name.startsWith(`${one}/`));
  };
  return Object.keys(kinds)
    .map((kind) => {
      const home = path.join(distDir, 'test', kind);
      const found = fs.existsSync(home) ? fs.readdirSync(home, { recursive: true }) : [];
      return { kind, files: found.filter((file) => file.endsWith('.test.js') && isWanted(kind, file)).sort().map((file) => path.join(home, file)) };
    })
    .filter(({ files }) => files.length > 0);
}

/** The user's own servers never see a test: their addresses are taken out, the tests' put in under other names. */
function testEnvironment(servers, chromium) {
  const { DATABASE_URL, TEMPORAL_ADDRESS, ...rest } = process.env;
  return {
    ...rest,
    ...testRunMarker,
    HUB_PREPARED: '1',
    TEST_DATABASE_URL: servers.databaseUrl,
    TEST_TEMPORAL_ADDRESS: servers.temporalAddress,
    ...(chromium ? { TEST_CHROMIUM: JSON.stringify(chromium) } : {}),
  };
}

/** The last lines are for machines and for people in a hurry: what did not run, then the counts. */
function conclude({ passed, failures, skips }) {
  const list = (title, checks) => checks.length > 0 && process.stdout.write(`\n${title}\n${checks.map(({ name, reason }) => `  ${name}: ${reason.split('\n')[0]}`).join('\n')}\n`);
  list('Failed:', failures);
  list('Did not run:', skips);
  process.stdout.write(`\n${passed} passed, ${failures.length} failed, ${skips.length} skipped\n`);
}
