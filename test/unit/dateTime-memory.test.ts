import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { dateTimeMs, readDay } from '../../formats/card/dateTime.js';

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

describe('moments that are remembered', () => {
  /** Megabytes that stay in memory after `work` and a collection. */
  const kept = (work: () => void): number => {
    collect();
    const before = process.memoryUsage().heapUsed;
    work();
    collect();
    return (process.memoryUsage().heapUsed - before) / 2 ** 20;
  };
  const day = (place: number): string => new Date(Date.UTC(2000, 0, 1 + place)).toISOString().slice(0, 10);

  test('do not hold on to the documents they were cut from', () => {
    const grown = kept(() => {
      for (let place = 0; place < 200; place += 1) {
        const document = `<NGAY_SINH>${day(place)}T00:00:00+07:00</NGAY_SINH>${String(place).repeat(2 ** 19).slice(0, 2 ** 19)}`;
        assert.equal(readDay(document.slice(11, 36)), day(place));
      }
    });
    assert.ok(grown < 20, `${grown} MB of 100 stayed`);
  });

  test('are none of a hostile length', () => {
    const grown = kept(() => {
      for (let place = 0; place < 200; place += 1) assert.equal(dateTimeMs(`${place}${'x'.repeat(2 ** 19)}`), null);
    });
    assert.ok(grown < 20, `${grown} MB of 100 stayed`);
  });

  test('are read the same the second time', () => {
    for (const text of ['2024-06-10T08:15:00+07:00', '10/06/2024', '2024-02-31', '', 'hôm qua']) assert.deepEqual([readDay(text), dateTimeMs(text)], [readDay(text), dateTimeMs(text)]);
    assert.equal(readDay('10/06/2024'), '2024-06-10');
  });
});
