import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findingOf, FINDINGS, type OurVerdict, type PacketState, type TheirWord } from '../../domain/reconciliation.js';

const PACKETS: PacketState[] = ['sending', 'unknown', 'submitted', 'done', 'parked'];
const WORDS: TheirWord[] = ['accepted', 'refused', 'pending', 'not-found', 'absent'];
const differs = (ours: OurVerdict, theirs: TheirWord, packet: PacketState): boolean | null => {
  const kind = findingOf({ ours, theirs, packet });
  return kind === null ? null : FINDINGS[kind].differs;
};

describe('what two verdicts about one card say together', () => {
  test('is nothing when both say the same, whatever the packet is doing', () => {
    for (const packet of PACKETS) for (const verdict of ['accepted', 'refused'] as const) assert.equal(findingOf({ ours: verdict, theirs: verdict, packet }), null);
  });
  test('is a difference whenever we hold a verdict that the Kho does not repeat', () => {
    for (const packet of PACKETS) for (const ours of ['accepted', 'refused'] as const) for (const theirs of WORDS) if (theirs !== ours) assert.equal(differs(ours, theirs, packet), true, `${ours} ${theirs}`);
  });
  test('of a parked packet the Kho does not have, is that it is parked: nothing is lost', () => {
    assert.equal(findingOf({ ours: null, theirs: 'not-found', packet: 'parked' }), 'parked');
    assert.equal(FINDINGS.parked.differs, false);
  });
  test('of a packet on its way, is that it is being asked about', () => {
    for (const packet of ['sending', 'unknown'] as const) assert.equal(findingOf({ ours: null, theirs: 'not-found', packet }), 'asking');
    assert.equal(findingOf({ ours: null, theirs: 'pending', packet: 'submitted' }), null);
    assert.equal(differs(null, 'accepted', 'submitted'), false);
  });
  test('of a packet with a receipt that the Kho has forgotten, is a difference', () => assert.equal(findingOf({ ours: null, theirs: 'not-found', packet: 'submitted' }), 'lost-by-kho'));
  test('says of every kind whose turn it is and what mends it', () => {
    for (const [kind, { turn, sentence, name }] of Object.entries(FINDINGS)) assert.ok(turn.length > 3 && sentence.length > 20 && name.length > 3, kind);
  });
});
