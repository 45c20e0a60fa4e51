import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { outagePause, retryVerdict } from '../../activities/mail/retry.js';
import { deliveryOf } from '../../activities/mail/transport.js';

describe('a mail the server did not take', () => {
  test('is given up after three permanent refusals', () => {
    const refused = { kind: 'refused', code: 'eenvelope 550 rcpt-to' } as const;
    assert.deepEqual([0, 1, 2].map((attempts) => retryVerdict(refused, attempts).kind), ['again', 'again', 'give-up']);
  });
  test('is tried for about three days after temporary refusals, never more than a quarter of an hour apart', () => {
    const deferred = { kind: 'deferred', code: 'emessage 451 data' } as const;
    let seconds = 0;
    let attempts = 0;
    for (;;) {
      const verdict = retryVerdict(deferred, attempts);
      if (verdict.kind === 'give-up') break;
      assert.ok(verdict.afterSeconds >= 5 && verdict.afterSeconds <= 900);
      seconds += verdict.afterSeconds;
      attempts += 1;
    }
    assert.ok(seconds > 2.5 * 86_400 && seconds < 5 * 86_400, `${seconds} s`);
  });
  test('waits with all others while the server is away, at most half a minute', () => {
    assert.deepEqual([1, 2, 3, 5, 6, 60].map(outagePause), [1, 2, 4, 16, 30, 30]);
  });
});

describe('an answer of the mail server', () => {
  const fault = (code: string, responseCode?: number, command?: string): Error => Object.assign(new Error('550 <mai@truong.example> unknown'), { code, responseCode, command });
  test('about the recipient or the mail is the mail\'s own fault', () => {
    assert.deepEqual(deliveryOf(fault('EENVELOPE', 550, 'RCPT TO')), { kind: 'refused', code: 'eenvelope 550 rcpt-to' });
    assert.deepEqual(deliveryOf(fault('EMESSAGE', 554, 'DATA')), { kind: 'refused', code: 'emessage 554 data' });
    assert.deepEqual(deliveryOf(fault('EENVELOPE', 450, 'RCPT TO')), { kind: 'deferred', code: 'eenvelope 450 rcpt-to' });
    assert.deepEqual(deliveryOf(fault('EENVELOPE', undefined, 'API')), { kind: 'refused', code: 'eenvelope api' });
  });
  test('about us, or none at all, is an outage for all mails', () => {
    const outages = [fault('EAUTH', 535, 'AUTH PLAIN'), fault('EENVELOPE', 550, 'MAIL FROM'), fault('EMESSAGE', 421, 'DATA'), fault('ECONNECTION'), fault('ETIMEDOUT'), new Error('what?'), 'what?'];
    for (const outage of outages) assert.equal(deliveryOf(outage).kind, 'unreachable');
  });
  test('leaves nothing of the server\'s words in the code, which is stored and logged', () => {
    for (const error of [fault('EENVELOPE', 550, 'RCPT TO'), fault('<mai@truong.example>', 550, 'RCPT TO:<mai@truong.example>'), new Error('mai@truong.example')]) {
      assert.doesNotMatch(deliveryOf(error).code, /@|mai/);
    }
  });
});
