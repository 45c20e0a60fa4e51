import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CARD_STATES, RECEIVED_STATES, type CardState } from '../../domain/cardState.js';
import { revokedTurn } from '../../domain/evidence.js';

describe('a card with a revoked certificate', () => {
  test('is nobody\'s work when a time-stamp proves that it was signed before', () => {
    for (const state of RECEIVED_STATES) assert.equal(revokedTurn({ role: 'principal', state, proven: true, signAgain: false }).owner, 'nobody');
  });

  test('is the Sở\'s to recall once it left for the Kho without such proof; the answer that is on its way comes first', () => {
    for (const state of ['packed', 'sending', 'unknown', 'submitted'] as const) {
      const turn = revokedTurn({ role: 'seal', state, proven: false, signAgain: false });
      assert.equal(turn.owner, 'department');
      assert.match(turn.act, /chờ kết quả, rồi thu hồi/);
    }
    const accepted = revokedTurn({ role: 'seal', state: 'accepted', proven: false, signAgain: false });
    assert.equal(accepted.owner, 'department');
    assert.match(accepted.act, /đề nghị Bộ thu hồi/);
  });

  test('comes back to the clerk when it was received and is not sent yet: it is kept from the Kho', () => {
    const { owner, act } = revokedTurn({ role: 'principal', state: 'received', proven: false, signAgain: false });
    assert.equal(owner, 'clerk');
    assert.match(act, /Không gửi Kho/);
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
