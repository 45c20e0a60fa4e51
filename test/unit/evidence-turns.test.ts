import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CARD_STATES, RECEIVED_STATES, type CardState } from '../../domain/cardState.js';
import { revokedTurn } from '../../domain/evidence.js';

describe('a card with a revoked certificate', () => {
  test('is nobody\'s work when a time-stamp proves that it was signed before', () => {
    for (const state of RECEIVED_STATES) assert.equal(revokedTurn({ role: 'principal', state, proven: true, signAgain: false }).owner, 'nobody');
  });

  test('is the Sở\'s to recall once it was received without such proof', () => {
    for (const state of RECEIVED_STATES.filter((one) => one !== 'refused')) assert.deepEqual(revokedTurn({ role: 'seal', state, proven: false, signAgain: false }), { owner: 'department', act: 'Thu hồi học bạ này và để trường lập bản mới.' });
  });

  test('is the clerk\'s to make anew once it was kept from the Kho, or refused by it', () => {
    assert.deepEqual(revokedTurn({ role: 'principal', state: 'refused', proven: false, signAgain: false }), { owner: 'clerk', act: 'Lập lại học bạ rồi ký lại bằng chứng thư mới.' });
  });

  test('is otherwise the signer\'s, whoever that is, and always says what is next', () => {
    const owners = { subjectTeacher: 'teacher', teacher: 'teacher', principal: 'approver', seal: 'clerk' } as const;
    for (const [role, owner] of Object.entries(owners) as [keyof typeof owners, string][]) {
      for (const state of CARD_STATES.filter((one: CardState) => !(RECEIVED_STATES as readonly CardState[]).includes(one))) {
        for (const signAgain of [true, false]) {
          const turn = revokedTurn({ role, state, proven: false, signAgain });
          assert.equal(turn.owner, owner);
          assert.match(turn.act, /ký lại/i);
        }
      }
    }
  });
});
