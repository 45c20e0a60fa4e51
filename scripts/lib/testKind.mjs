import path from 'node:path';
import readline from 'node:readline';
import { spawn } from 'node:child_process';
import { projectRoot } from './files.mjs';
import { signal } from './processes.mjs';

/**
 * Runs test files of one kind and counts.
 * @param {{kind: string, files: string[], concurrency: number, limitMs: number, env: Record<string, string>, verbose: boolean,
 *   signal: AbortSignal}} input signal: ends the tests
 * @returns {Promise<{passed: number, failures: Check[], skips: Check[]}>}
 * @typedef {{kind: string, name: string, reason: string}} Check
 */
export async function runTestFiles({ kind, files, concurrency, limitMs, env, verbose, signal: asked }) {
  const result = { passed: 0, failures: [], skips: [] };
  const output = new Map();
  const tested = new Set();
  const trail = [];
  const reporter = path.join(projectRoot, 'scripts', 'lib', 'testReporter.mjs');
  const args = ['--enable-source-maps', '--test', `--test-reporter=${reporter}`, ...concurrencyArgs(concurrency), ...files];
  const child = spawn(process.execPath, args, { cwd: projectRoot, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const timer = setTimeout(() => {
    result.failures.push({ kind, name: `all of ${kind}`, reason: `took longer than ${limitMs / 60_000} minutes and was ended` });
    signal(child.pid, 'SIGKILL', true);
  }, limitMs);
  // A test process that is interrupted must not leave the tests running behind it.
  const interrupt = () => signal(child.pid, 'SIGKILL', true);
  process.once('exit', interrupt);
  asked.addEventListener('abort', interrupt);
  const ended = new Promise((resolve) => child.once('exit', (code, killed) => resolve(killed ?? code)));
  for await (const text of readline.createInterface({ input: child.stdout })) take(JSON.parse(text));
  const reason = await ended;
  clearTimeout(timer);
  process.removeListener('exit', interrupt);
  asked.removeEventListener('abort', interrupt);
  if (reason !== 0 && result.failures.length === 0 && !asked.aborted) {
    result.failures.push({ kind, name: `all of ${kind}`, reason: `the test process ended with ${reason} without naming a failed test` });
  }
  return result;

  function take(event) {
    // With source maps Node names the source, else the compiled file.
    const place = event.file ? path.relative(projectRoot, event.file).replace(/^dist\//, '').replace(/\.[jt]sx?$/, '') : kind;
    if (event.kind === 'output') {
      output.set(place, `${output.get(place) ?? ''}${event.text}`.slice(-20_000));
      return;
    }
    if (event.kind === 'start') {
      trail[event.nesting] = event.name;
      return;
    }
    // Node reports a file without tests, or one that cannot be loaded, as a test by the file's own name.
    const wholeFile = event.nesting === 0 && path.isAbsolute(event.name) && event.name.endsWith('.test.js');
    const name = wholeFile ? place : `${place}: ${[...trail.slice(0, event.nesting), event.name].join(' › ')}`;
    if (event.skipped !== undefined && event.passed) {
      result.skips.push({ kind, name, reason: event.skipped === true ? 'skipped without a reason' : String(event.skipped) });
    } else if (!event.passed) {
      // A suite fails with its tests, which are named on their own, unless its own set-up failed.
      if (event.kind === 'suite' && /subtests? failed/.test(event.error)) return;
      if (/^Error.*: \d+ subtests? failed/m.test(event.error) || (wholeFile && tested.has(place))) return;
      result.failures.push({ kind, name, reason: event.error });
      print(`✖ ${name}\n${indent(event.error)}${output.has(place) ? `\n    output:\n${indent(output.get(place).trimEnd())}` : ''}`);
    } else if (event.kind === 'test') {
      if (wholeFile) {
        result.failures.push({ kind, name, reason: 'the file holds no test' });
        print(`✖ ${name}: the file holds no test`);
      } else {
        result.passed++;
        if (verbose) print(`✔ ${name} (${Math.round(event.milliseconds)} ms)`);
      }
    }
    if (!wholeFile) tested.add(place);
  }
}

const print = (text) => process.stdout.write(`${text}\n`);
const indent = (text) => text.split('\n').map((line) => `    ${line}`).join('\n');

/** The option came with Node 20.10; before it, Node ran one file per processor. */
function concurrencyArgs(concurrency) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 20 || minor >= 10 ? [`--test-concurrency=${concurrency}`] : [];
}
