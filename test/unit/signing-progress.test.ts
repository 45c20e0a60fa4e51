import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { batchesOnTop, isUnderWay, type BatchState, type SigningBatch } from '../../domain/signingProgress.js';

const now = new Date('2026-05-25T08:00:00+07:00');
const batch = (state: BatchState, over: Partial<SigningBatch> = {}): SigningBatch => ({
  id: state, role: 'principal', state, failureCode: null, personId: 'p', personName: 'Người ký', account: 'a', authority: null, classNames: ['1A'],
  createdAt: now, expiresAt: now, requestedAt: null, attachedAt: null, total: 3, prepared: 3, collected: 0, attached: 0, dropped: 0, ...over,
});
const onTop = (batches: SigningBatch[], stillToSign: boolean): string[] => batchesOnTop(batches, { now, stillToSign }).map((one) => one.id);

describe('signings on top of a page', () => {
  test('everything under way stands there, older endings do not', () => {
    assert.deepEqual(onTop([batch('requested'), batch('declined')], true), ['requested']);
    assert.ok((['new', 'prepared', 'requested', 'collected'] as const).every((state) => isUnderWay(batch(state))));
  });

  test('a signing that ended without signatures stands there as long as there is something to sign', () => {
    assert.deepEqual(onTop([batch('expired')], true), ['expired']);
    assert.deepEqual(onTop([batch('expired')], false), []);
  });

  test('a finished one stands there for an hour, so that the signer comes back to the result', () => {
    const attached = (minutesAgo: number): SigningBatch => batch('attached', { attachedAt: new Date(now.getTime() - minutesAgo * 60_000) });
    assert.deepEqual(onTop([attached(59)], true), ['attached']);
    assert.deepEqual(onTop([attached(61)], true), []);
    assert.deepEqual(onTop([], true), []);
  });
});
