import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../support/projectRoot.js';

test('whoever keeps the evidence holds no process up: told to stop it lets go at once, whatever the time to its next round', async () => {
  const keeper = pathToFileURL(path.join(projectRoot, 'dist', 'activities', 'evidence', 'keeper.js')).href;
  // No database to ask: each round ends with a warning, and the pause begins.
  const script = `
    const { startEvidenceKeeper } = await import(${JSON.stringify(keeper)});
    await new Promise((paused) => {
      const keeper = startEvidenceKeeper({ log: { info() {}, warn() { setImmediate(() => paused(keeper.stop())); } } }, { everyMs: 2 ** 30, renewAfterDays: 365 });
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'inherit'] });
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});
