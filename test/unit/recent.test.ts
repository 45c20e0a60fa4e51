import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Recent } from '../../api/http/recent.js';

describe('an answer that many look at', () => {
  test('is read once while it is fresh, for each question', async () => {
    const recent = new Recent<string>(60_000, 60_000);
    let reads = 0;
    const read = (what: string) => () => { reads += 1; return Promise.resolve(what); };
    assert.deepEqual(await Promise.all([recent.of('a', read('one')), recent.of('a', read('two')), recent.of('b', read('three'))]), ['one', 'one', 'three']);
    assert.equal(reads, 2);
  });

  test('serves on while the next is read, and nobody waits for that', async () => {
    const recent = new Recent<string>(-1, 60_000);
    assert.equal(await recent.of('a', () => Promise.resolve('old')), 'old');
    let arrive: (value: string) => void = () => undefined;
    const coming = new Promise<string>((resolve) => { arrive = resolve; });
    let reads = 0;
    const slowly = (): Promise<string> => { reads += 1; return coming; };
    assert.deepEqual([await recent.of('a', slowly), await recent.of('a', slowly)], ['old', 'old']);
    assert.equal(reads, 1, 'one reads for all');
    arrive('new');
    await coming;
    assert.equal(await recent.of('a', () => Promise.resolve('newer')), 'new');
  });

  test('is not kept when it is a fault: the next who asks tries again, the old one stays in use', async () => {
    const first = new Recent<string>(60_000, 60_000);
    await assert.rejects(first.of('a', () => Promise.reject(new Error('away'))), /away/);
    assert.equal(await first.of('a', () => Promise.resolve('here')), 'here');
    const later = new Recent<string>(-1, 60_000);
    await later.of('a', () => Promise.resolve('old'));
    const failing = Promise.reject<string>(new Error('away'));
    assert.equal(await later.of('a', () => failing), 'old');
    await assert.rejects(failing);
    assert.equal(await later.of('a', () => Promise.resolve('new')), 'old');
    assert.equal(await later.of('a', () => Promise.resolve('newest')), 'new');
  });
});
