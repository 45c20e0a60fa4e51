import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Instant, PlainDate } from '../../domain/brand.js';
import { basisPoints, COUNT_DEFINITIONS, formatRate, rate, RATE_CODES, RATES, type ProgressCounts } from '../../domain/rates.js';
import { formatCount, formatDay, formatInstant, formatLongDay, formatSpan, localDay } from '../../domain/vietnameseFormat.js';

const NBSP = '\u00a0';
const counts: ProgressCounts = {
  expected: 73_172, collected: 73_000, reviewed: 70_000, signed: 60_259, sealed: 60_259, received: 60_259, submitted: 60_259, accepted: 60_259,
  refused: 0, missing: 172, held: 300, exempt: 872, excluded: 41, eligible: 72_000, eligibleSigned: 60_200, open: 11_741, waiting: 11_740, unexplained: 1,
};

describe('a rate', () => {
  test('reads as the report of the field does', () => {
    assert.equal(formatRate(RATES.signed.of(counts)), `82,35${NBSP}%`);
    assert.equal(formatRate(RATES.accepted.of(counts)), `100,00${NBSP}%`);
    assert.equal(formatRate(RATES.eligibleSigned.of(counts)), `83,61${NBSP}%`);
  });
  test('keeps both its numbers', () => {
    assert.deepEqual({ ...RATES.signed.of(counts) }, { numerator: 60_259, denominator: 73_172 });
  });
  test('cannot be made of a numerator outside its denominator', () => {
    for (const [numerator, denominator] of [[2, 1], [-1, 1], [1, 0], [0.5, 1], [Number.NaN, 1], [1, Infinity]] as const) {
      assert.throws(() => rate(numerator, denominator), RangeError, `${numerator}/${denominator}`);
    }
  });
  test('is a dash when there is nothing to count', () => assert.equal(formatRate(rate(0, 0)), '–'));
  test('says 100 % only of everyone and 0 % only of nobody', () => {
    assert.equal(formatRate(rate(499_999, 500_000)), `99,99${NBSP}%`);
    assert.equal(formatRate(rate(1, 500_000)), `0,01${NBSP}%`);
    assert.equal(formatRate(rate(500_000, 500_000)), `100,00${NBSP}%`);
    assert.equal(formatRate(rate(0, 500_000)), `0,00${NBSP}%`);
  });
  test('is rounded half up in whole numbers', () => {
    // 1/20000 = 0,005 %; 3/20000 = 0,015 %: floating point would round one of them down.
    assert.equal(basisPoints(rate(3, 20_000)), 2);
    assert.equal(basisPoints(rate(1_001, 20_000)), 501);
    assert.equal(basisPoints(rate(2_469, 20_000)), 1_235);
    for (let denominator = 1; denominator <= 60; denominator += 1) {
      for (let numerator = 1; numerator < denominator; numerator += 1) {
        const exact = (BigInt(numerator) * 20_000n + BigInt(denominator)) / (2n * BigInt(denominator));
        assert.equal(basisPoints(rate(numerator, denominator)), Number(exact), `${numerator}/${denominator}`);
      }
    }
  });
  test('has a definition that names numerator and denominator, and so has every count', () => {
    for (const code of RATE_CODES) assert.match(RATES[code].sentence, /số/u);
    assert.deepEqual(Object.keys(COUNT_DEFINITIONS).sort(), Object.keys(counts).sort());
  });
});

describe('numbers and dates for Vietnamese readers', () => {
  test('dots stand between thousands', () => {
    assert.deepEqual([0, 7, 999, 1_000, 60_259, 1_234_567, -1_234].map(formatCount), ['0', '7', '999', '1.000', '60.259', '1.234.567', '-1.234']);
    assert.throws(() => formatCount(1.5), RangeError);
  });
  test('an instant is shown in local time, whatever the zone of the machine', () => {
    assert.equal(formatInstant('2026-06-19T17:30:00Z' as Instant), '00:30 20/06/2026');
    assert.equal(localDay('2026-06-19T16:59:59Z' as Instant), '2026-06-19');
    assert.equal(localDay('2026-06-20T00:30:00+07:00' as Instant), '2026-06-20');
    assert.throws(() => formatInstant('yesterday' as Instant), RangeError);
  });
  test('a day keeps its zeros', () => {
    assert.equal(formatDay('2026-06-05' as PlainDate), '05/06/2026');
    assert.equal(formatLongDay('2026-02-05' as PlainDate), 'ngày 05 tháng 02 năm 2026');
    assert.equal(formatLongDay('2026-06-15' as PlainDate), 'ngày 15 tháng 6 năm 2026');
  });
  test('a span never promises more than there is', () => {
    const minutes = (count: number): string => formatSpan(count * 60_000);
    assert.deepEqual([0.5, 59, 60, 179, 47 * 60, 48 * 60, 71 * 60].map(minutes), ['chưa đầy 1 phút', '59 phút', '1 giờ', '2 giờ', '47 giờ', '2 ngày', '2 ngày']);
  });
});
