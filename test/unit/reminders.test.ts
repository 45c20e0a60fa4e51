import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../domain/seededRandom.js';
import type { Instant } from '../../domain/brand.js';
import { nextReminder, type ReminderPolicy, type ReminderState } from '../../domain/reminders.js';

const HOUR = 3_600;
const policy: ReminderPolicy = { remindBefore: 48 * HOUR, remindEvery: 24 * HOUR, escalateAfter: 24 * HOUR };
const hour = (hours: number): Instant => new Date(Date.UTC(2026, 4, 20) + hours * HOUR * 1_000).toISOString() as Instant;
const task = (dueAt: number, rest: Partial<ReminderState> = {}): ReminderState => ({ openedAt: hour(0), dueAt: hour(dueAt), remindedAt: null, escalatedAt: null, ...rest });

describe('the next reminder of an open task', () => {
  test('comes two days before a far deadline, not earlier', () => {
    assert.deepEqual(nextReminder({ ...task(240), policy, now: hour(0) }), { act: null, nextAt: hour(192) });
    assert.deepEqual(nextReminder({ ...task(240), policy, now: hour(192) }), { act: 'remind', nextAt: hour(216) });
  });
  test('waits one interval after opening when the deadline is near', () => {
    assert.deepEqual(nextReminder({ ...task(30), policy, now: hour(0) }), { act: null, nextAt: hour(24) });
  });
  test('comes at the deadline itself when that lies in the first interval', () => {
    assert.deepEqual(nextReminder({ ...task(5), policy, now: hour(1) }), { act: null, nextAt: hour(5) });
    assert.deepEqual(nextReminder({ ...task(5), policy, now: hour(5) }), { act: 'remind', nextAt: hour(29) });
  });
  test('waits one interval when the task was opened after its deadline', () => {
    assert.deepEqual(nextReminder({ ...task(-1, { escalatedAt: hour(0) }), policy, now: hour(0) }), { act: null, nextAt: hour(24) });
  });
  test('counts from a reminder that a person pressed', () => {
    assert.deepEqual(nextReminder({ ...task(30, { remindedAt: hour(20) }), policy, now: hour(24) }), { act: null, nextAt: hour(44) });
  });
  test('is silent after an extension until the new deadline is near', () => {
    assert.deepEqual(nextReminder({ ...task(480, { remindedAt: hour(20) }), policy, now: hour(60) }), { act: null, nextAt: hour(432) });
  });
  test('tells the office once, a day past the deadline, and reminds the person in the same wake', () => {
    const overdue = task(0, { openedAt: hour(-100), remindedAt: hour(0) });
    assert.deepEqual(nextReminder({ ...overdue, policy, now: hour(24) }), { act: 'escalate', nextAt: hour(24) });
    assert.deepEqual(nextReminder({ ...overdue, escalatedAt: hour(24), policy, now: hour(24) }), { act: 'remind', nextAt: hour(48) });
  });
  test('refuses a policy that would remind without end', () => {
    assert.throws(() => nextReminder({ ...task(5), policy: { ...policy, remindEvery: 0 }, now: hour(0) }), /remindEvery/);
  });
});

/** The same seed gives the same cases, so a failure can be repeated. */
function draws(seed: number): (below: number) => number {
  const next = seededRandom(seed);
  return (below) => Math.floor(next() * below);
}

type Event = { act: 'remind' | 'escalate'; at: number };

/** Lives one task through: wakes exactly when told, sometimes later, sometimes in between for no reason; deadlines may be extended. */
function live(seed: number): { events: Event[]; wakes: number; every: number; horizon: number; dueAtEscalation: number | null; escalateAfter: number } {
  const draw = draws(seed);
  const drawn: ReminderPolicy = { remindBefore: draw(100) * HOUR, remindEvery: (1 + draw(48)) * HOUR, escalateAfter: draw(72) * HOUR };
  let state = task(draw(300) - 60);
  const horizon = 600;
  const events: Event[] = [];
  let now = 0;
  let wakes = 0;
  let dueAtEscalation: number | null = null;
  const hoursOf = (at: Instant): number => (Date.parse(at) - Date.parse(hour(0))) / (HOUR * 1_000);
  while (now < horizon) {
    wakes += 1;
    assert.ok(wakes < 10_000, `seed ${seed}: never comes to rest`);
    const next = nextReminder({ ...state, policy: drawn, now: hour(now) });
    assert.ok(hoursOf(next.nextAt) >= now && Number.isFinite(hoursOf(next.nextAt)), `seed ${seed}: a wake in the past`);
    if (next.act === null) assert.ok(hoursOf(next.nextAt) > now, `seed ${seed}: nothing to do, yet no later wake`);
    if (next.act === 'remind') { events.push({ act: 'remind', at: now }); state = { ...state, remindedAt: hour(now) }; }
    if (next.act === 'escalate') { events.push({ act: 'escalate', at: now }); dueAtEscalation = hoursOf(state.dueAt); state = { ...state, escalatedAt: hour(now) }; }
    if (draw(20) === 0) state = { ...state, dueAt: hour(hoursOf(state.dueAt) + 1 + draw(72)) };
    const told = hoursOf(nextReminder({ ...state, policy: drawn, now: hour(now) }).nextAt);
    const choice = draw(4);
    if (choice === 0) now = Math.min(told, now + draw(5));
    else if (choice === 1) now = told + draw(10);
    else now = told;
  }
  return { events, wakes, every: drawn.remindEvery / HOUR, horizon, dueAtEscalation, escalateAfter: drawn.escalateAfter / HOUR };
}

test('500 drawn tasks: reminders keep their distance, the office is told once and not too early, and a wake always follows', () => {
  let reminders = 0;
  let escalations = 0;
  for (let seed = 1; seed <= 500; seed += 1) {
    const { events, every, horizon, dueAtEscalation, escalateAfter } = live(seed);
    const reminded = events.filter(({ act }) => act === 'remind').map(({ at }) => at);
    reminded.slice(1).forEach((at, index) => assert.ok(at - reminded[index]! >= every, `seed ${seed}: two reminders within ${every} h`));
    assert.ok(reminded.length <= Math.floor(horizon / every) + 1, `seed ${seed}: too many reminders`);
    const escalated = events.filter(({ act }) => act === 'escalate');
    assert.ok(escalated.length <= 1, `seed ${seed}: escalated twice`);
    if (escalated[0] !== undefined) assert.ok(escalated[0].at >= dueAtEscalation! + escalateAfter, `seed ${seed}: escalated too early`);
    reminders += reminded.length;
    escalations += escalated.length;
  }
  // The property would hold of a function that never does anything, too.
  assert.ok(reminders > 1_000 && escalations > 300, `${reminders} reminders, ${escalations} escalations`);
});
