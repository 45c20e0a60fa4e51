import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPathCertificate, type PathCertificate } from '../../formats/trust/certificate.js';
import { readOcsp } from '../../formats/trust/ocsp.js';
import { writeOcspQuery } from '../../formats/trust/ocspQuery.js';
import { der } from '../../sandbox/trust/der.js';
import { NO_CHECK, ocspAnswer, type AnswerOptions } from '../support/ocsp.js';
import { authority, extension, instant, issue, keysOf, list, purposes, usage, type CertificateOptions, type Issued } from '../support/trustPki.js';
import { agency, agencyList, answerTo, codeOf, NOW, root, rootList } from '../support/trustQuestions.js';

const signer = issue(agency, 'Người ký');
const other = issue(agency, 'Người khác');
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const delegate = (commonName: string, by: Issued, more: readonly Buffer[], options: CertificateOptions = {}): Issued => issue(by, commonName, { usage: usage(0), more: [purposes([OCSP_SIGNING]), ...more], ...options });
const responder = delegate('Trả lời', agency, [NO_CHECK]);
const before = instant('2026-05-01');
const T = instant('2026-06-05');
/** The agency's list is what is missing: an answer takes its place. */
const by = (options: Partial<AnswerOptions> = {}, about = signer): Buffer => ocspAnswer(about, { issuer: agency, ...options });
const withAnswer = (options: Partial<AnswerOptions> = {}, about = signer): Promise<string> => codeOf(signer, { crls: [rootList], ocsps: [by(options, about)] });

describe('an OCSP answer', () => {
  test('proves what no list does: of the authority itself, or of a responder it entitled, named by name or by key', async () => {
    assert.equal(await codeOf(signer, { crls: [rootList] }), 'crl-missing');
    for (const options of [{}, { by: responder }, { byKey: true }, { by: responder, byKey: true }, { hash: 'sha256' as const }]) assert.equal(await withAnswer(options), 'valid', JSON.stringify(Object.keys(options)));
  });

  test('proves a signer\'s status and not that of its authority', async () => {
    assert.equal(await codeOf(signer, { crls: [], ocsps: [by()] }), 'crl-missing');
    assert.equal(await codeOf(signer, { crls: [], ocsps: [by(), ocspAnswer(agency, { issuer: root })] }), 'valid');
    assert.equal(await codeOf(signer, { crls: [], ocsps: [by(), ocspAnswer(agency, { issuer: root, status: { at: before } })] }), 'issuer-revoked');
  });

  test('that says revoked wins over a list that is silent; a list that says revoked over an answer that says good', async () => {
    assert.equal(await withAnswer({ status: { at: before } }), 'revoked');
    assert.equal(await codeOf(signer, { crls: [rootList, agencyList], ocsps: [by({ status: { at: before, reason: 1 } })] }), 'revoked');
    assert.equal(await codeOf(signer, { crls: [rootList, list(agency, [{ certificate: signer, at: before }])], ocsps: [by()] }), 'revoked');
  });

  test('that does not know the certificate proves nothing', async () => {
    assert.equal(await withAnswer({ status: 'unknown' }), 'crl-missing');
  });

  test('that a hold is on leaves it unproven', async () => {
    assert.equal(await withAnswer({ status: { at: before, reason: 6 } }), 'on-hold');
    assert.equal(await codeOf(signer, { crls: [rootList, agencyList], ocsps: [by({ status: { at: before, reason: 6 }, from: instant('2026-06-10') })] }), 'on-hold');
    assert.equal(await codeOf(signer, { at: T, crls: [rootList], ocsps: [by({ status: { at: before, reason: 6 } }), by({ from: instant('2026-06-12') })] }), 'valid', 'lifted since');
  });

  test('holds in its window only, and for minutes where it names no end', async () => {
    assert.equal(await withAnswer({ to: NOW }), 'crl-stale');
    assert.equal(await withAnswer({ to: null }), 'crl-stale');
    assert.equal(await withAnswer({ from: new Date(NOW.getTime() - 60_000), to: null }), 'valid');
    assert.equal(await withAnswer({ status: { at: before }, to: instant('2026-06-02') }), 'revoked', 'a revocation is for good');
  });

  test('of later says what was so at an earlier time, unless the certificate had expired by then', async () => {
    const ask = (options: Partial<AnswerOptions>, about = signer) => codeOf(about, { at: T, crls: [rootList], ocsps: [by({ from: instant('2026-06-10'), ...options }, about)] });
    assert.equal(await ask({}), 'valid');
    assert.equal(await ask({ status: { at: before } }), 'revoked');
    assert.equal(await ask({ status: { at: instant('2026-06-08') } }), 'valid-revoked-later');
    const invalidity = extension('2.5.29.24', der.generalizedTime(before));
    assert.equal(await ask({ status: { at: instant('2026-06-08') }, singleMore: [invalidity] }), 'revoked', 'the key was in other hands before');
    const brief = issue(agency, 'Hết hạn sớm', { to: instant('2026-06-07') });
    assert.equal(await ask({}, brief), 'crl-stale');
    assert.equal(await ask({ singleMore: [extension('1.3.6.1.5.5.7.48.1.6', der.generalizedTime(before))] }, brief), 'valid', 'it keeps what it knew');
  });

  test('about another certificate, or of another authority\'s, is about nobody here', async () => {
    assert.equal(await withAnswer({}, other), 'crl-missing');
    const twin = authority(root, 'Tổ chức chứng thực', { keys: keysOf('trùng tên OCSP') });
    assert.equal(await codeOf(signer, { crls: [rootList], ocsps: [ocspAnswer(signer, { issuer: twin })], intermediates: [agency.der, twin.der] }), 'crl-missing');
    assert.equal(await withAnswer({ issuer: agency, by: twin, sent: [twin.der] }), 'crl-missing');
  });

  const unentitled: readonly (readonly [string, () => Issued, Partial<AnswerOptions>?])[] = [
    ['a signer of the same authority', () => other],
    ['the signer itself', () => signer],
    ['a responder without the purpose', () => issue(agency, 'Không mục đích', { usage: usage(0), more: [NO_CHECK] })],
    ['a web server', () => issue(agency, 'Máy chủ', { usage: usage(0), more: [purposes(['1.3.6.1.5.5.7.3.1']), NO_CHECK] })],
    ['a responder of the root, not of the authority', () => delegate('Trả lời gốc', root, [NO_CHECK])],
    ['a responder below a signer', () => delegate('Trả lời dưới', other, [NO_CHECK])],
    ['a responder of nobody', () => issue(null, 'Tự xưng', { usage: usage(0), more: [purposes([OCSP_SIGNING]), NO_CHECK] })],
    ['an authority of the authority\'s', () => authority(agency, 'Cấp dưới', { more: [purposes([OCSP_SIGNING]), NO_CHECK] })],
    ['a responder whose certificate has run out', () => delegate('Trả lời cũ', agency, [NO_CHECK], { to: instant('2026-05-31') })],
    ['a responder whose certificate is not sent along', () => responder, { sent: [] }],
    ['a responder whose own revocation nobody can look up', () => delegate('Trả lời cần tra', agency, [])],
    ['a broken signature', () => agency, { spoil: true }],
    ['a broken signature of a responder', () => responder, { spoil: true }],
    ['another\'s signature in the authority\'s name', () => ({ ...agency, keys: keysOf('giả danh') })],
  ];
  for (const [what, who, options = {}] of unentitled) {
    test(`proves nothing under ${what}`, async () => {
      assert.equal(await withAnswer({ by: who(), ...options }), 'crl-missing');
      assert.equal(await withAnswer({ by: who(), status: { at: before }, ...options }), 'crl-missing', 'and takes nothing back');
    });
  }

  test('of a responder whose revocation is to be looked up counts when a list shows that it was not', async () => {
    const looked = delegate('Trả lời được tra', agency, []);
    const ask = (crls: readonly Buffer[]) => codeOf(signer, { crls: [rootList, ...crls], ocsps: [by({ by: looked, from: instant('2026-06-02') })], at: T });
    // The list speaks of authorities' helpers only: not of the signer, whose status the answer must prove.
    assert.equal(await ask([]), 'crl-missing');
    assert.equal(await ask([list(agency, [{ certificate: looked, at: before }])]), 'valid', 'the list alone proves the signer');
    const statements = [by({ by: looked, status: { at: before }, from: instant('2026-06-02') })];
    assert.equal(await codeOf(signer, { crls: [rootList, agencyList], ocsps: statements }), 'revoked');
    assert.equal(await codeOf(signer, { crls: [rootList, list(agency, [{ certificate: looked, at: before }])], ocsps: statements }), 'valid', 'a responder that was taken back takes nothing back');
  });

  test('is not looked at for a path alone, and does not mend a path that does not hold', async () => {
    assert.equal(await codeOf(signer, { revocation: 'none', crls: [], ocsps: [by({ status: { at: before } })] }), 'valid');
    const stranger = issue(authority(null, 'Gốc lạ'), 'Người lạ');
    assert.equal(await codeOf(stranger, { crls: [], ocsps: [ocspAnswer(stranger, { issuer: authority(null, 'Gốc lạ') })] }), 'issuer-unknown');
  });

  test('lets an answer be kept no longer than it holds', async () => {
    const { holds } = await answerTo(signer, { crls: [rootList], ocsps: [by({ to: instant('2026-06-20') })] });
    assert.ok(holds?.to !== null && holds !== null && holds.to.getTime() <= instant('2026-06-20').getTime());
  });
});

describe('the reading of OCSP answers', () => {
  const good = by({ by: responder, nonce: Buffer.alloc(16, 7) });

  test('gives what the answer states, its nonce among it', () => {
    const answer = readOcsp(good)!;
    assert.deepEqual([answer.nonce, answer.statements.length, answer.certificates.length, answer.producedAt], [Buffer.alloc(16, 7), 1, 1, instant('2026-06-01').getTime()]);
    assert.equal(readOcsp(by())!.nonce, null);
  });

  test('is of answers only: not of refusals, of other bytes, of a cut answer, nor of one with a critical extension nobody here knows', () => {
    assert.equal(readOcsp(der.sequence(der.enumerated(6))), null, 'unauthorized');
    assert.equal(readOcsp(agencyList), null);
    assert.equal(readOcsp(Buffer.alloc(0)), null);
    assert.equal(readOcsp(Buffer.concat([good, Buffer.from([0])])), null);
    const unknown = der.sequence(der.oid('1.3.6.1.4.1.99999.8'), der.boolean(true), der.octets(der.nothing));
    assert.equal(readOcsp(by({ more: [unknown] })), null);
    assert.equal(readOcsp(by({ singleMore: [unknown] })), null);
    assert.equal(readOcsp(by({ sent: Array.from({ length: 5 }, () => responder.der) })), null);
    for (let end = 1; end < good.length; end += 7) assert.equal(readOcsp(good.subarray(0, end)), null);
  });

  test('never throws, whatever one byte says', () => {
    for (let at = 0; at < good.length; at += 1) {
      const changed = Buffer.from(good);
      changed[at] = (changed[at] as number) ^ 0x21;
      readOcsp(changed);
    }
  });
});

describe('the asking', () => {
  test('names the certificate and carries the nonce; a short nonce is no protection', () => {
    const [certificate, issuer] = [signer, agency].map((one) => readPathCertificate(one.der)) as [PathCertificate, PathCertificate];
    const query = writeOcspQuery({ certificate, issuer, nonce: Buffer.alloc(20, 5) });
    assert.ok(query.includes(Buffer.alloc(20, 5)) && query.includes(Buffer.from(certificate.serial, 'hex')));
    assert.throws(() => writeOcspQuery({ certificate, issuer, nonce: Buffer.alloc(4) }), RangeError);
  });
});
