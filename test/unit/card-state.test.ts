import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { CARD_STATE_NAMES, CARD_STATES, CARD_TRANSITIONS, mayBecome, RECEIVED_STATES, SEALED_STATES, SIGNED_STATES, type CardState } from '../../domain/cardState.js';
import { projectRoot } from '../support/projectRoot.js';

describe('the states of a report card', () => {
  test('are named for people, and every state but the last can be left and reached', () => {
    assert.deepEqual(Object.keys(CARD_STATE_NAMES).sort(), [...CARD_STATES].sort());
    assert.deepEqual(CARD_STATES.filter((state) => CARD_TRANSITIONS[state].length === 0), ['superseded']);
    assert.deepEqual(CARD_STATES.filter((state) => !CARD_STATES.some((from) => mayBecome(from, state))), [], 'drafted is reached again by a return');
  });
  test('never go back behind the Sở: what it received is sent, refused, recalled or replaced, but not signed again', () => {
    const received = new Set<CardState>(RECEIVED_STATES);
    for (const from of RECEIVED_STATES) for (const to of CARD_TRANSITIONS[from]) assert.ok(received.has(to) || to === 'recalled' || to === 'superseded', `${from} → ${to}`);
  });
  test('leave "may have been sent" only by an answer or by sending the same again', () => {
    assert.deepEqual([...CARD_TRANSITIONS.sending].sort(), ['submitted', 'unknown']);
    assert.deepEqual([...CARD_TRANSITIONS.unknown].sort(), ['sending', 'submitted']);
    assert.deepEqual(CARD_STATES.filter((from) => mayBecome(from, 'accepted')), ['submitted'], 'only a verdict accepts');
  });
  test('count in steps: received is sealed, sealed is signed', () => {
    for (const state of RECEIVED_STATES) assert.ok((SEALED_STATES as readonly CardState[]).includes(state));
    for (const state of SEALED_STATES) assert.ok((SIGNED_STATES as readonly CardState[]).includes(state));
    assert.deepEqual(CARD_STATES.filter((state) => !(SIGNED_STATES as readonly CardState[]).includes(state)).sort(), ['drafted', 'recalled', 'superseded', 'teacher_signed']);
  });
});

/** Sources that may hold SQL; in a compiled tree the same statements stand in the .js twins. */
const sources = ['db', 'activities', 'api'].flatMap((folder) => readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.includes('migrations')).map((file) => path.join(folder, file)));

describe('code that changes a card', () => {
  test('does so in one place: only moveCards writes the state', () => {
    assert.ok(sources.length > 80, 'the sources are there to be read');
    const writers = sources.filter((file) => /UPDATE\s+report_card(?:\s+\w+)?\s+SET\b(?:(?!\bFROM\b|\bWHERE\b)[^;`])*\bstate\s*=/i.test(readFileSync(path.join(projectRoot, file), 'utf8')));
    assert.deepEqual(writers, [path.join('db', 'cards', 'move.ts')]);
  });
  test('asks only for transitions of the table: each pair written in a call is one', () => {
    let pairs = 0;
    for (const file of sources) {
      const text = readFileSync(path.join(projectRoot, file), 'utf8');
      for (const [, from, to] of text.matchAll(/from: \['(\w+)'(?:, '\w+')*\], to: '(\w+)'/g)) {
        assert.ok(mayBecome(from as CardState, to as CardState), `${file}: ${from} → ${to}`);
        pairs += 1;
      }
    }
    assert.ok(pairs >= 7, `${pairs} calls found`);
  });
});
