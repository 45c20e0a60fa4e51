import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Instant } from '../../domain/brand.js';
import { faultPause, later, pollPause } from '../../domain/packetStep.js';
import { earliest, PLAN_LIMIT, type SchoolPlan } from '../../domain/plan.js';
import { DEFAULT_POLICY, policyHolds, type CampaignPolicy } from '../../domain/policy.js';
import { CHANGEABLE_STATUSES, EXEMPT_REASONS, HELD_REASONS, heldByRecord, heldReason, MOVEMENT_REASONS, PUPIL_REASONS, PUPIL_STATUSES } from '../../domain/pupilStatus.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';

const instant = (text: string): Instant => text as Instant;

describe('the next wake of a workflow', () => {
  test('is the earliest of its reasons, and never when there is none', () => {
    assert.equal(earliest(), null);
    assert.equal(earliest(null, null), null);
    assert.equal(earliest(null, instant('2026-06-02T00:00:00.000Z'), instant('2026-06-01T00:00:00.000Z'), null), '2026-06-01T00:00:00.000Z');
  });
  test('is compared in time and not in letters', () => {
    // 01:00 in Vietnam is still the day before in UTC.
    assert.equal(earliest(instant('2026-06-01T20:00:00.000Z'), instant('2026-06-02T01:00:00+07:00')), '2026-06-02T01:00:00+07:00');
    assert.equal(earliest(instant('2026-06-01T10:00:00Z'), instant('2026-06-01T10:00:00.500Z')), '2026-06-01T10:00:00Z');
  });
  test('comes in a plan of at most 4 KB, however much there is to do', () => {
    const plan: SchoolPlan = { work: Array.from({ length: PLAN_LIMIT }, () => ({ kind: 'prepare', id: '7b0e7c1e-0000-4000-8000-000000000000' })), nextWakeAt: instant('2026-06-01T10:00:00.500Z'), closed: false, asOf: instant('2026-06-01T10:00:00.500Z') };
    assert.ok(Buffer.byteLength(JSON.stringify(plan)) <= 4_096);
  });
});

describe('how often the Kho is asked', () => {
  test('young packets often, old ones rarely, and never without a pause', () => {
    assert.deepEqual([0, 1, 10, 60, 600, 86_400].map(pollPause), [0.5, 0.5, 5, 30, 300, 300]);
  });
  test('after faults at doubled distances, at most every ten minutes', () => {
    assert.deepEqual([0, 1, 2, 5, 9, 10, 1_000].map(faultPause), [1, 2, 4, 32, 512, 600, 600]);
  });
  test('a moment later is an instant in UTC', () => assert.equal(later(instant('2026-06-01T23:59:59+07:00'), 1.5), '2026-06-01T17:00:00.500Z'));
});

describe("a campaign's policy", () => {
  test('may be the default, and one of minutes for a rehearsal', () => {
    assert.ok(policyHolds(DEFAULT_POLICY));
    assert.ok(policyHolds({ ...DEFAULT_POLICY, remindBefore: 0, remindEvery: 60, mailSettle: 0, escalateAfter: 0, signingExpires: 120, signingPoll: 1, packetWait: 0, settle: 0, parkedRetry: 5, packetMaxCards: 1 }));
  });
  const bad: Partial<Record<keyof CampaignPolicy, unknown[]>> = {
    profile: ['v2', ''], cover: ['all'], remindEvery: [0, -1, NaN, Infinity, '60', null, undefined, 400 * 86_400], remindBefore: [-1, '0'], mailSettle: [-1, undefined], escalateAfter: [-1], signingExpires: [0, 1e12],
    signingPoll: [0], packetWait: [-1], settle: [-1, 'soon'], parkedRetry: [0], packetMaxCards: [0, 1.5, 5_001, '500'],
  };
  for (const [name, values] of Object.entries(bad)) {
    test(`is refused for a ${name} that would stop a school for ever`, () => {
      for (const value of values) assert.equal(policyHolds({ ...DEFAULT_POLICY, [name]: value }), false, String(value));
    });
  }
});

describe('a pupil who cannot have a card yet', () => {
  test('is held for being foreign, else for having no number, else not at all', () => {
    assert.equal(heldReason({ nationality: 'Việt Nam', personalNumber: '099216000001' }), null);
    assert.equal(heldReason({ nationality: 'Việt Nam', personalNumber: null }), 'no_personal_number');
    assert.equal(heldReason({ nationality: 'Lào', personalNumber: null }), 'foreign_pupil');
    assert.equal(heldReason({ nationality: 'Lào', personalNumber: '099216000001' }), 'foreign_pupil');
  });
  test('is held for a result of CHT, when nothing else holds first', () => {
    const one = generateProvince({ size: 'tiny', seed: 1 }).schools[0]!.classes[0]!.pupils[0]!;
    const [failed, passed] = (['CHT', 'HT'] as const).map((result) => ({ ...one, summary: { ...one.summary, result } }));
    const identity = (personalNumber: string | null) => ({ ...one.identity, nationality: 'Việt Nam', personalNumber });
    assert.equal(heldByRecord({ ...failed!, identity: identity('099216000001') }), 'awaiting_reassessment');
    assert.equal(heldByRecord({ ...failed!, identity: identity(null) }), 'no_personal_number');
    assert.equal(heldByRecord({ ...passed!, identity: identity('099216000001') }), null);
  });
  test('has a reason from one table with a Vietnamese name each', () => {
    assert.deepEqual(Object.keys(PUPIL_REASONS).sort(), [...Object.keys(HELD_REASONS), ...Object.keys(EXEMPT_REASONS), ...Object.keys(MOVEMENT_REASONS)].sort());
  });
  test('may still leave by a movement, exempted or not, but never comes back from one', () => {
    assert.deepEqual(CHANGEABLE_STATUSES.exclude_pupils, ['expected', 'held', 'exempt']);
    assert.deepEqual(CHANGEABLE_STATUSES.exempt_pupils, ['expected', 'held']);
    for (const statuses of Object.values(CHANGEABLE_STATUSES)) assert.ok(statuses.every((status) => PUPIL_STATUSES.includes(status) && status !== 'excluded'));
  });
});
