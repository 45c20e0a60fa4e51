import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { der } from '../../sandbox/trust/der.js';
import { authority, extension, instant, issue, keysOf, list, listsBy, purposes, scope, scopeFlag, someReasons, usage, type Issued } from '../support/trustPki.js';
import { agency, agencyList, answerTo, codeOf, root, rootList } from '../support/trustQuestions.js';

const signer = issue(agency, 'Người ký');
const HOLD = 6;
const REMOVED = 8;
const KEY_COMPROMISE = 1;
const before = instant('2026-05-01');
const T = instant('2026-06-05');
const after = instant('2026-06-10');
const laterRoot = list(root, [], { from: instant('2026-06-12') });
const revokedAt = (at: Date, more: object = {}): Buffer => list(agency, [{ certificate: signer, at, ...more }]);
/** A list of the agency issued after T. */
const later = (at: Date, more: object = {}): Buffer => list(agency, [{ certificate: signer, at, ...more }], { from: instant('2026-06-12') });

/** The same lists looked at now, and as lists issued after the time in question: one answer by OpenSSL, one by our own reading. */
async function bothWays(certificate: Issued, crls: readonly Buffer[], changes: Parameters<typeof codeOf>[1] = {}): Promise<string> {
  const now = await codeOf(certificate, { crls, ...changes });
  const then = await codeOf(certificate, { crls, at: instant('2026-05-15'), ...changes });
  assert.equal(now, then);
  return now;
}

describe('revocation', () => {
  test('is unproven without any list, with the signer\'s only, or with the authority\'s only', async () => {
    const answer = await answerTo(signer, { crls: [] });
    assert.deepEqual([answer.verdict, answer.code], ['not-provable', 'crl-missing']);
    for (const crls of [[agencyList], [rootList]]) assert.equal(await bothWays(signer, crls), 'crl-missing');
  });

  test('refuses a signer or an authority that is in a list', async () => {
    assert.equal(await bothWays(signer, [rootList, revokedAt(before)]), 'revoked');
    assert.equal(await bothWays(signer, [list(root, [{ certificate: agency, at: before }]), agencyList]), 'issuer-revoked');
    assert.equal(await bothWays(issue(agency, 'Người khác'), [rootList, revokedAt(before)]), 'valid');
  });

  test('is not looked at when it is not asked for', async () => {
    assert.equal(await codeOf(signer, { crls: [rootList, revokedAt(before)], revocation: 'none' }), 'valid');
  });

  test('is unproven by a list that has run out or is not valid yet', async () => {
    assert.equal(await codeOf(signer, { crls: [rootList, list(agency, [], { to: instant('2026-06-14') })] }), 'crl-stale');
    assert.equal(await codeOf(signer, { crls: [rootList, list(agency, [], { from: instant('2026-06-16') })] }), 'crl-not-yet-valid');
    assert.equal(await codeOf(signer, { at: T, crls: [laterRoot, list(agency, [], { from: before, to: instant('2026-06-04') })] }), 'crl-stale');
  });

  test('is unproven by a list without an end, which would never grow old', async () => {
    assert.equal(await bothWays(signer, [rootList, list(agency, [], { to: null })]), 'crl-unusable');
  });

  test('takes the newest of several lists', async () => {
    const newest = list(agency, [{ certificate: signer, at: after }], { from: instant('2026-06-11'), number: 2 });
    assert.equal(await codeOf(signer, { crls: [rootList, agencyList, newest] }), 'revoked');
    assert.equal(await codeOf(signer, { crls: [rootList, newest, agencyList] }), 'revoked');
  });

  test('is unproven by a list that another signed in the authority\'s name, or with a broken or weak signature', async () => {
    const stranger = list(agency, [], { keys: keysOf('kẻ lạ') });
    const broken = Buffer.from(agencyList);
    broken[broken.length - 1] = (broken[broken.length - 1] as number) ^ 1;
    for (const crl of [broken, list(agency, [], { hash: 'sha1' })]) assert.equal(await bothWays(signer, [rootList, crl]), 'crl-unusable');
    for (const at of [null, instant('2026-05-15')]) assert.equal((await answerTo(signer, { at, crls: [rootList, stranger] })).verdict, 'not-provable');
  });

  test('believes no list of another issuer', async () => {
    const neighbour = authority(root, 'Tổ chức khác');
    assert.equal(await bothWays(signer, [rootList, list(neighbour)], { intermediates: [agency.der, neighbour.der] }), 'crl-missing');
  });

  test('believes no list of an authority of the same name under another anchor', async () => {
    const otherRoot = authority(null, 'Gốc thứ hai');
    const namesake = authority(otherRoot, 'Tổ chức chứng thực', { keys: keysOf('trùng tên') });
    const changes = { anchors: [root.der, otherRoot.der], intermediates: [agency.der, namesake.der] };
    for (const at of [null, instant('2026-05-15')]) assert.notEqual(await codeOf(signer, { ...changes, at, crls: [rootList, list(otherRoot), list(namesake)] }), 'valid');
  });

  test('believes a separate key for lists that the authority certified, and none without that right or itself revoked', async () => {
    const forLists = (named: object, serial: number): Issued => issue(root, 'Tổ chức chứng thực', { keys: keysOf('khóa danh sách'), serial, ...named });
    const right = forLists({ usage: usage(6) }, 901);
    const wrong = forLists({ usage: usage(0) }, 902);
    const crl = list({ ...agency, keys: right.keys });
    assert.equal(await bothWays(signer, [rootList, crl], { intermediates: [agency.der, right.der] }), 'valid');
    assert.equal((await answerTo(signer, { crls: [rootList, crl], intermediates: [agency.der, wrong.der] })).verdict, 'not-provable');
    assert.equal((await answerTo(signer, { at: before, crls: [rootList, crl], intermediates: [agency.der, wrong.der] })).verdict, 'not-provable');
    assert.equal(await bothWays(signer, [list(root, [{ certificate: right, at: before }]), crl], { intermediates: [agency.der, right.der] }), 'crl-unusable');
  });

  test('does not read a list with a critical extension nobody here knows', async () => {
    const unknown = extension('1.3.6.1.4.1.99999.8', der.nothing, true);
    assert.equal(await bothWays(signer, [rootList, list(agency, [], { more: [unknown] })]), 'crl-unusable');
    assert.equal(await bothWays(signer, [rootList, list(agency, [{ certificate: agency, at: before, more: [unknown] }])]), 'crl-unusable');
  });
});

describe('a hold', () => {
  const onHold = revokedAt(before, { reason: HOLD });

  test('leaves what was signed unproven until it is lifted, and is no revocation for good', async () => {
    const answer = await answerTo(signer, { crls: [rootList, onHold] });
    assert.deepEqual([answer.verdict, answer.code], ['not-provable', 'on-hold']);
    assert.match(answer.reason, /tạm dừng/);
    assert.equal(await codeOf(signer, { at: T, crls: [laterRoot, later(before, { reason: HOLD })] }), 'on-hold');
    assert.equal(await bothWays(issue(agency, 'Người khác'), [rootList, onHold]), 'valid');
  });

  test('of the authority does the same', async () => {
    assert.equal(await bothWays(signer, [list(root, [{ certificate: agency, at: before, reason: HOLD }]), agencyList]), 'on-hold');
  });

  test('that a later list no longer holds is lifted; one that became a revocation is one', async () => {
    const first = list(agency, [{ certificate: signer, at: before, reason: HOLD }], { from: instant('2026-06-01'), number: 1 });
    assert.equal(await codeOf(signer, { at: T, crls: [laterRoot, first, list(agency, [], { from: instant('2026-06-12'), number: 2 })] }), 'valid');
    assert.equal(await codeOf(signer, { at: T, crls: [laterRoot, first, later(before, { reason: KEY_COMPROMISE })] }), 'revoked');
  });

  test('that began after the time in question leaves it as it was', async () => {
    assert.equal(await codeOf(signer, { at: T, crls: [laterRoot, later(after, { reason: HOLD })] }), 'valid');
  });
});

describe('a delta list', () => {
  const delta = (entries: Parameters<typeof list>[1], options: object = {}): Buffer => list(agency, entries, { number: 2, base: 1, ...options });

  test('adds a revocation, announced or not, and takes back a hold', async () => {
    assert.equal(await bothWays(signer, [rootList, agencyList, delta([{ certificate: signer, at: before }])]), 'revoked');
    const onHold = revokedAt(before, { reason: HOLD });
    assert.equal(await bothWays(signer, [rootList, onHold]), 'on-hold');
    const freshest = extension('2.5.29.46', der.sequence(der.sequence(der.explicit(0, der.explicit(0, der.implicit(6, Buffer.from('http://danh-sach.example/delta')))))));
    const announced = list(agency, [{ certificate: signer, at: before, reason: HOLD }], { more: [freshest] });
    assert.equal(await bothWays(signer, [rootList, announced, delta([{ certificate: signer, at: before, reason: REMOVED }])]), 'valid');
  });

  test('proves nothing without the complete list it starts from', async () => {
    assert.equal((await answerTo(signer, { crls: [rootList, delta([])] })).verdict, 'not-provable');
    assert.equal((await answerTo(signer, { at: instant('2026-05-15'), crls: [rootList, delta([])] })).verdict, 'not-provable');
  });

  test('of another series, or older than the complete list, takes nothing back', async () => {
    const onHold = list(agency, [{ certificate: signer, at: before, reason: HOLD }], { number: 5 });
    for (const wrong of [{ number: 9, base: 7 }, { number: 3, base: 1 }]) {
      assert.equal(await bothWays(signer, [rootList, onHold, delta([{ certificate: signer, at: before, reason: REMOVED }], wrong)]), 'on-hold');
    }
  });
});

describe('the scope of a list', () => {
  test('is kept: lists for authorities, attributes or another point say nothing of a signer', async () => {
    assert.equal(await bothWays(signer, [rootList, list(agency, [], { more: [scope(scopeFlag(1))] })]), 'valid');
    const named = scope(der.explicit(0, der.explicit(0, der.implicit(6, Buffer.from('http://danh-sach.example/2')))));
    for (const more of [[scope(scopeFlag(2))], [scope(scopeFlag(5))], [named]]) assert.equal(await bothWays(signer, [rootList, list(agency, [], { more })]), 'crl-missing');
  });

  test('in reasons is added up: some reasons alone prove nothing', async () => {
    const some = list(agency, [], { more: [scope(someReasons(3, 1, 2))] });
    const others = list(agency, [], { more: [scope(someReasons(3, 3, 4, 5, 6, 7, 8))] });
    for (const at of [null, instant('2026-05-15')]) {
      assert.equal((await answerTo(signer, { at, crls: [rootList, some] })).verdict, 'not-provable');
      assert.equal(await codeOf(signer, { at, crls: [rootList, some, others] }), 'valid');
    }
  });

  test('reaches to other issuers in an indirect list, where certificate and list both say so', async () => {
    const lister = authority(root, 'Nơi ra danh sách');
    const pointing = issue(agency, 'Người ký', { more: [listsBy(lister.subject)] });
    const indirect = [scope(scopeFlag(4))];
    const changes = { intermediates: [agency.der, lister.der] };
    assert.equal(await bothWays(pointing, [rootList, list(lister, [], { more: indirect })], changes), 'valid');
    const revoking = list(lister, [{ certificate: pointing, at: before, issuer: agency.subject }], { more: indirect });
    assert.equal(await bothWays(pointing, [rootList, revoking], changes), 'revoked');
    const ofLister = list(lister, [{ certificate: pointing, at: before }], { more: indirect });
    assert.equal(await bothWays(pointing, [rootList, ofLister], changes), 'valid');
    // Not declared indirect by the list, or not by the certificate.
    assert.equal((await answerTo(pointing, { ...changes, crls: [rootList, list(lister)] })).verdict, 'not-provable');
    assert.equal((await answerTo(pointing, { ...changes, at: instant('2026-05-15'), crls: [rootList, list(lister)] })).verdict, 'not-provable');
    assert.equal(await bothWays(signer, [rootList, list(lister, [], { more: indirect })], changes), 'crl-missing');
  });
});

describe('revocation at an earlier time, by lists issued since', () => {
  const asOf = (crls: readonly Buffer[], at: Date = T): Promise<string> => codeOf(signer, { crls, at });

  test('does not reach back: revoked later than T is valid at T, and says since when', async () => {
    const answer = await answerTo(signer, { at: T, crls: [laterRoot, later(after, { reason: KEY_COMPROMISE })] });
    assert.deepEqual([answer.verdict, answer.code, answer.revokedSince], ['valid', 'valid-revoked-later', after]);
    assert.equal(await asOf([laterRoot, later(T)]), 'revoked');
    assert.equal(await asOf([laterRoot, later(before)]), 'revoked');
  });

  test('reaches back to the invalidity date, when that is the earlier one', async () => {
    assert.equal(await asOf([laterRoot, later(after, { invalidFrom: before })]), 'revoked');
    assert.equal(await asOf([laterRoot, later(after, { invalidFrom: T })]), 'revoked');
    assert.equal(await asOf([laterRoot, later(after, { invalidFrom: instant('2026-06-08') })]), 'valid-revoked-later');
    assert.equal(await asOf([laterRoot, later(before, { invalidFrom: after })]), 'revoked');
  });

  test('is proven by a later list for the whole path, and not by one for a part', async () => {
    assert.equal(await asOf([laterRoot, list(agency, [], { from: instant('2026-06-12') })]), 'valid');
    assert.equal(await asOf([laterRoot]), 'crl-missing');
    assert.equal(await asOf([list(root, [{ certificate: agency, at: before }], { from: instant('2026-06-12') }), later(after)]), 'issuer-revoked');
  });

  test('is not proven by silence after the certificate expired, when entries may have left the list', async () => {
    const short = issue(agency, 'Người ký', { to: instant('2026-06-11') });
    const lists = (more: readonly Buffer[] = []): Buffer[] => [laterRoot, list(agency, [], { from: instant('2026-06-12'), more })];
    assert.equal(await codeOf(short, { at: T, crls: lists() }), 'crl-stale');
    assert.equal(await codeOf(short, { at: T, crls: lists([extension('2.5.29.60', der.generalizedTime(instant('2026-01-01')))]) }), 'valid');
    assert.equal(await codeOf(short, { at: T, crls: [laterRoot, list(agency, [{ certificate: short, at: before }], { from: instant('2026-06-12') })] }), 'revoked');
  });

  test('does not rest on a list signed after its authority was revoked', async () => {
    const fallen = list(root, [{ certificate: agency, at: after }], { from: instant('2026-06-12') });
    assert.equal(await asOf([fallen, list(agency, [], { from: instant('2026-06-12') })]), 'crl-unusable');
    assert.equal(await asOf([fallen, list(agency, [], { from: instant('2026-06-08') })]), 'valid-revoked-later');
  });

  test('leaves the path to be judged at T: expired since is valid then, not valid then stays refused', async () => {
    const expiredSince = issue(agency, 'Người ký', { to: instant('2026-06-14') });
    assert.equal(await codeOf(expiredSince, { at: T, crls: [laterRoot, list(agency, [], { from: instant('2026-06-12') })] }), 'valid');
    assert.equal(await codeOf(expiredSince), 'expired');
    assert.equal(await codeOf(issue(agency, 'Người ký', { from: after }), { at: T, crls: [laterRoot, later(after)] }), 'not-yet-valid');
  });

  test('now, no list from the future counts', async () => {
    const future = list(agency, [], { from: instant('2026-06-20') });
    assert.equal(await codeOf(signer, { crls: [rootList, future] }), 'crl-not-yet-valid');
    assert.equal(await codeOf(signer, { at: instant('2026-06-15'), crls: [rootList, future] }), 'valid');
  });

  test('a time-stamping certificate is judged as any other', async () => {
    const stamper = issue(agency, 'Dấu thời gian', { more: [purposes(['1.3.6.1.5.5.7.3.8'], true)] });
    assert.equal(await codeOf(stamper, { at: T, role: 'timestamp', crls: [laterRoot, list(agency, [{ certificate: stamper, at: before }], { from: instant('2026-06-12') })] }), 'revoked');
  });
});
