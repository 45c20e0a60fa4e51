import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FEWEST_STEPS, forecast } from '../../domain/forecast.js';

describe('where a count will stand at its deadline', () => {
  test('is certain when every day was like the other, and spread when days differed', () => {
    assert.deepEqual(forecast(100, [10, 10, 10, 10], 5, 1_000), { low: 150, middle: 150, high: 150 });
    const spread = forecast(100, [0, 20, 0, 20, 0, 20], 10, 1_000)!;
    assert.ok(spread.low < spread.middle && spread.middle < spread.high, JSON.stringify(spread));
    assert.ok(Math.abs(spread.middle - 200) <= 40, 'half of the days bring twenty');
  });
  test('lies within what can be, is the same for everybody who looks, and ends at the deadline', () => {
    const growth = [5, 40, 0, 13, 7, 90, 2];
    for (const ahead of [1, 3, 30]) {
      const found = forecast(950, growth, ahead, 1_000)!;
      assert.deepEqual(found, forecast(950, growth, ahead, 1_000));
      assert.ok(found.low >= 950 && found.low <= found.middle && found.middle <= found.high && found.high <= 1_000);
    }
    assert.deepEqual(forecast(950, growth, 0, 1_000), { low: 950, middle: 950, high: 950 });
  });
  test('widens the further away the deadline is', () => {
    const width = (ahead: number): number => { const { low, high } = forecast(0, [0, 100, 10, 60, 30], ahead, 1_000_000)!; return high - low; };
    assert.ok(width(1) < width(16) && width(4) < width(64));
  });
  test('is not made of too short a past', () => {
    assert.equal(forecast(10, Array.from({ length: FEWEST_STEPS - 1 }, () => 3), 5, 100), null);
  });
  test('bears days on which cards were taken back', () => {
    assert.equal(forecast(5, [-10, -10, -10], 3, 100)!.low, 0);
  });
});
