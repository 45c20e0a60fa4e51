import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Diary } from '../../sandbox/autopilot/diary.js';
import { Stillness, waitingStep } from '../../sandbox/autopilot/stall.js';
import type { Counts, Standing } from '../../sandbox/autopilot/standing.js';

const counts = (more: Partial<Counts> = {}): Counts => ({
  expected: 10, collected: 8, reviewed: 8, signed: 8, sealed: 8, received: 8, submitted: 8, accepted: 8, refused: 0, missing: 0, held: 1, exempt: 1, excluded: 0, eligible: 8, eligibleSigned: 8, open: 0, waiting: 0, unexplained: 0, ...more,
});
const standing = (more: Partial<Standing> = {}): Standing => ({ state: 'running', counts: counts(), schools: [], heldBy: {}, waitingBy: {}, overdue: [], ...more });

describe('how long nothing has moved', () => {
  let clock = 0;
  const still = new Stillness(() => clock);
  const at = (second: number, now: Standing): number => {
    clock = second * 1_000;
    return still.of(now);
  };

  test('counts from the last standing that differed, in whatever part', () => {
    assert.equal(at(5, standing()), 0);
    assert.equal(at(185, standing()), 180_000);
    assert.equal(at(186, standing({ overdue: ['099'] })), 0);
    assert.equal(at(196, standing({ overdue: ['099'] })), 10_000);
    const moved = [{ schoolCode: '1', schoolName: 'A', counts: counts(), classes: [{ className: '1A', counts: counts({ signed: 7 }) }] }];
    assert.equal(at(200, standing({ overdue: ['099'], schools: moved })), 0);
  });
});

describe('the step a class waits for', () => {
  test('is the first that is not done for all whom nothing holds', () => {
    const waits = (more: Partial<Counts>): string => waitingStep(counts({ open: 3, ...more })) ?? 'nothing';
    assert.match(waits({ collected: 5, reviewed: 5, signed: 5 }), /^3 wait for data of the clerk/);
    assert.match(waits({ reviewed: 0, signed: 0 }), /^8 wait for the teacher/);
    assert.match(waits({ signed: 7 }), /^1 wait for the head/);
    assert.match(waits({ sealed: 6 }), /^2 wait for the seal/);
    assert.match(waits({ received: 6 }), /^2 wait for the Sở/);
    assert.match(waits({ submitted: 6 }), /^2 wait for a packet/);
    assert.match(waits({ accepted: 5 }), /^3 wait for the verdict/);
    assert.match(waits({ accepted: 7, refused: 1 }), /^1 wait for the correction/);
  });
  test('is none when all are done, held or exempt, and says so when the counts contradict each other', () => {
    assert.equal(waitingStep(counts()), null);
    assert.equal(waitingStep(counts({ open: 2 })), '2 cards that no step explains');
  });
});

describe('the diary of a school', () => {
  test('tells the last look and the last problem, with how long ago', () => {
    let now = 0;
    const diary = new Diary(() => now);
    assert.equal(diary.about('1'), 'last look none; last problem none');
    diary.problem('1', 'T01-HT', 'ký duyệt: task-closed');
    now = 40_000;
    diary.looked('1', 'T01-VT', 'seal 1A: idle');
    now = 43_000;
    assert.equal(diary.about('1'), 'last look 3 s ago (T01-VT: seal 1A: idle); last problem 43 s ago (T01-HT: ký duyệt: task-closed)');
    assert.equal(diary.about('2'), 'last look none; last problem none');
  });
});
