import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Refused } from '../../api/http/refused.js';
import { buildInThread } from '../../api/http/thread.js';

describe('the line of files to make', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hub-line-'));
  const here = pathToFileURL(path.join(folder, 'caller.mjs')).href;
  const gate = new SharedArrayBuffer(4);
  before(() => {
    writeFileSync(path.join(folder, 'worker.mjs'), `
      import { parentPort, workerData } from 'node:worker_threads';
      if (workerData.gate) Atomics.wait(new Int32Array(workerData.gate), 0, 0);
      if (workerData.fault) throw new TypeError(workerData.fault);
      parentPort.postMessage(new TextEncoder().encode(workerData.text));`);
  });
  after(() => { rmSync(folder, { recursive: true }); });
  const make = (owner: string, job: { text?: string; fault?: string; gate?: SharedArrayBuffer }) => buildInThread('./worker.mjs', here, job, owner);
  const isBusy = (error: unknown): boolean => error instanceof Refused && error.code === 'files-busy' && error.status === 429;

  test('answers with the bytes, and with the fault of the thread', async () => {
    assert.equal((await make('an', { text: 'học bạ' })).toString(), 'học bạ');
    await assert.rejects(make('an', { fault: 'no template' }), { name: 'TypeError', message: 'no template' });
  });

  test('lets nobody fill it alone and has an end; what waits is made, and then there is room again', async () => {
    const begun = [...[1, 2, 3].map(() => make('an', { text: 'a', gate })), ...Array.from({ length: 39 }, (_, index) => make(`person ${index}`, { text: 'b', gate }))];
    await assert.rejects(make('an', { text: 'a' }), isBusy, 'a fourth of the same person');
    await assert.rejects(make('binh', { text: 'b' }), isBusy, 'two are made and forty wait');
    Atomics.store(new Int32Array(gate), 0, 1);
    Atomics.notify(new Int32Array(gate), 0);
    assert.equal((await Promise.all(begun)).length, 42);
    assert.equal((await make('an', { text: 'c' })).toString(), 'c');
  });
});
