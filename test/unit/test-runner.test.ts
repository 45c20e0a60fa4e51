import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../support/projectRoot.js';

interface Check {
  readonly name: string;
  readonly reason: string;
}
interface Result {
  readonly passed: number;
  readonly failures: readonly Check[];
  readonly skips: readonly Check[];
}
const { runTestFiles } = (await import(pathToFileURL(path.join(projectRoot, 'scripts', 'lib', 'testKind.mjs')).href)) as {
  runTestFiles: (input: { kind: string; files: string[]; concurrency: number; limitMs: number; env: NodeJS.ProcessEnv; verbose: boolean; signal: AbortSignal }) => Promise<Result>;
};

const folder = mkdtempSync(path.join(tmpdir(), 'hub-runner-'));
after(() => rmSync(folder, { recursive: true }));
// Without it, a package.json that somebody left in the folder of temporary files decides how the tests below are read.
writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'commonjs' }));

async function runSource(name: string, source: string, limitMs = 20_000, signal = new AbortController().signal): Promise<Result> {
  const file = path.join(folder, `${name}.test.js`);
  writeFileSync(file, source);
  // Else the inner runner believes to be a part of this one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return runTestFiles({ kind: 'unit', files: [file], concurrency: 1, limitMs, env, verbose: false, signal });
}

const head = "const { test, describe } = require('node:test'); const assert = require('node:assert');";

describe('npm test', () => {
  test('counts what passed and names what failed and what was skipped, with the reason', async () => {
    const result = await runSource('mixed', `${head}
      test('good', () => {});
      test('bad', () => assert.equal(1, 2));
      test('later', { skip: 'no xmlsec1' }, () => {});
      describe('group', () => { test('inner', () => assert.fail('because')); });`);
    assert.equal(result.passed, 1);
    assert.deepEqual(result.failures.map(({ name }) => name.replace(/^.*: /, '')), ['bad', 'group › inner']);
    assert.deepEqual(result.skips.map(({ name, reason }) => [name.replace(/^.*: /, ''), reason]), [['later', 'no xmlsec1']]);
  });

  test('fails a file without a test, one that cannot be loaded and one that throws after its tests', async () => {
    assert.match((await runSource('empty', '')).failures[0]?.reason ?? '', /holds no test/);
    assert.equal((await runSource('broken', "require('./no-such-module')")).failures.length, 1);
    assert.equal((await runSource('late', `${head} test('good', () => {}); setTimeout(() => { throw new Error('late'); }, 50);`)).failures.length, 1);
  });

  test('ends what takes too long and counts it as failed', async () => {
    const { failures } = await runSource('endless', `${head} test('endless', () => new Promise((resolve) => setTimeout(resolve, 60_000)));`, 1_500);
    assert.match(failures[0]?.reason ?? '', /took longer/);
  });

  test('ends the tests at once when it is interrupted, and calls nothing failed that was not', async () => {
    const begun = path.join(folder, 'begun');
    const interrupt = new AbortController();
    const running = runSource('interrupted', `${head} require('node:fs').writeFileSync(${JSON.stringify(begun)}, String(process.pid)); test('endless', () => new Promise((resolve) => setTimeout(resolve, 600_000)));`, 600_000, interrupt.signal);
    let hasEnded = false;
    void running.then(() => (hasEnded = true));
    while (!existsSync(begun) || readFileSync(begun, 'utf8') === '') {
      assert.ok(!hasEnded, 'it ended by itself');
      await sleep(20);
    }
    interrupt.abort();
    assert.deepEqual((await running).failures, []);
    const pid = Number(readFileSync(begun, 'utf8'));
    // A killed process is gone when its parent, or init in its place, has taken notice.
    for (const alive = (): boolean => { try { return process.kill(pid, 0); } catch { return false; } }; alive();) await sleep(20);
  });
});
