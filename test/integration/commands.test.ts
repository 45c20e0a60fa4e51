import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { projectRoot } from '../support/projectRoot.js';

const run = (script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [path.join(projectRoot, 'scripts', script), ...args], { encoding: 'utf8', env: { ...process.env, ...env } });

interface Examination {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly finding: string; readonly remedy?: string }[];
}

describe('the doctor', () => {
  const nobody = 'http://127.0.0.1:1';
  const { status, stdout } = run('doctor.mjs', ['--json'], {
    DATABASE_URL: process.env['TEST_DATABASE_URL'] ?? '',
    TEMPORAL_ADDRESS: process.env['TEST_TEMPORAL_ADDRESS'] ?? '',
    SMTP_URL: 'smtp://127.0.0.1:1',
    KHO_URL: nobody, KHO_USER: 'so', KHO_PASSWORD: 'x',
    SIGNING_URL: nobody,
    HUB_BASE_URL: nobody,
  });
  const { ok, checks } = JSON.parse(stdout) as Examination;
  const stateOf = (name: string): string | undefined => checks.find((check) => check.name === name)?.state;

  test('finds what serves', () => {
    for (const name of ['Node', 'workflow bundle', 'PostgreSQL', 'clock', 'Temporal', 'namespace', 'time zone']) assert.equal(stateOf(name), 'good', name);
  });

  test('finds what does not, says what to do about each and ends with 1', () => {
    for (const name of ['migrations', 'pollers core', 'pollers batch', 'pollers outbound', 'web side', 'mail', 'Kho', 'signing service']) assert.equal(stateOf(name), 'fault', name);
    assert.deepEqual(checks.filter((check) => check.state === 'fault' && !check.remedy), []);
    assert.equal(ok, false);
    assert.equal(status, 1);
  });
});

describe('hub', () => {
  test('--help names its commands', () => {
    const { status, stdout } = run('hub.mjs', ['--help']);
    assert.equal(status, 0);
    for (const command of ['doctor', 'roster check', 'roster template', 'card', 'admin-link']) assert.ok(stdout.includes(`hub ${command}`), command);
  });

  test('ends with 3 when it is called without or with an unknown command', () => {
    assert.equal(run('hub.mjs', []).status, 3);
    const { status, stderr } = run('hub.mjs', ['no-such-command']);
    assert.equal(status, 3);
    assert.match(stderr, /no command no-such-command/);
  });

  test('every command explains itself and does nothing else', () => {
    for (const command of ['doctor', 'roster', 'card', 'certificate', 'evidence', 'admin-link']) {
      const { status, stdout } = run('hub.mjs', [command, '--help']);
      assert.equal(status, 0, command);
      assert.ok(stdout.includes(command), command);
      assert.doesNotMatch(stdout, /dat-mat-khau/);
    }
    assert.equal(run('hub.mjs', ['admin-link', '--foo']).status, 3);
  });

  test('roster check refuses a file that is not there as a bad call', () => {
    assert.equal(run('hub.mjs', ['roster', 'check', 'no-such-file.xlsx', '--json']).status, 3);
  });
});

describe('a script', () => {
  const scripts = ['demo', 'start', 'test', 'chaos', 'doctor', 'lint'];

  test('explains itself with --help and starts nothing', () => {
    for (const name of scripts) {
      const { status, stdout } = run(`${name}.mjs`, ['--help']);
      assert.equal(status, 0, name);
      assert.match(stdout, new RegExp(`^npm (run )?${name}`), name);
    }
  });

  test('refuses an option that nobody knows, in a sentence, with 3', () => {
    for (const name of scripts) {
      const { status, stdout, stderr } = run(`${name}.mjs`, ['--foo']);
      assert.deepEqual([status, stdout], [3, ''], name);
      assert.match(stderr, /^error: Unknown option '--foo'\n/, name);
    }
  });

  test('refuses a test that does not exist, even beside one that does', () => {
    const { status, stderr } = run('test.mjs', ['unit', 'nokind']);
    assert.equal(status, 3);
    assert.match(stderr, /^error: no test is called nokind; kinds: unit, /);
  });
});
