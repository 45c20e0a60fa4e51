import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { der } from '../../sandbox/trust/der.js';
import { authority, extension, instant, issue, keysOf, list, nameOf, policies, purposes, usage, type Issued } from '../support/trustPki.js';
import { agency, agencyList, answerTo, codeOf, root, rootList } from '../support/trustQuestions.js';

const signer = issue(agency, 'Người ký');
const POLICY = '1.3.6.1.4.1.99999.1';
const OTHER_POLICY = '1.3.6.1.4.1.99999.2';
const permitted = (name: Buffer): Buffer => extension('2.5.29.30', der.sequence(der.explicit(0, der.sequence(der.explicit(4, name)))), true);
const organisation = (name: string): Buffer => der.sequence(der.set(der.sequence(der.oid('2.5.4.6'), der.printable('VN'))), der.set(der.sequence(der.oid('2.5.4.10'), der.utf8(name))));

/** A path through an authority of its own, without revocation: what is wrong lies in the path. */
const through = (between: Issued, leaf: Issued, changes: Parameters<typeof codeOf>[1] = {}): Promise<string> =>
  codeOf(leaf, { intermediates: [between.der], revocation: 'none', ...changes });

describe('a certificate path', () => {
  test('holds from signer over authority to anchor, with lists of both, and is named', async () => {
    const answer = await answerTo(signer);
    assert.deepEqual([answer.verdict, answer.code], ['valid', 'valid']);
    assert.deepEqual(answer.path, ['CN=Người ký,O=Thử nghiệm,C=VN', 'CN=Tổ chức chứng thực,O=Thử nghiệm,C=VN', 'CN=Gốc tin cậy,O=Thử nghiệm,C=VN']);
  });

  test('is refused before a certificate is valid and from the second it expires', async () => {
    const short = issue(agency, 'Người ký', { from: instant('2026-06-10'), to: instant('2026-06-20') });
    const codes = await Promise.all(['2026-06-09', '2026-06-10', '2026-06-19', '2026-06-20'].map((day) => codeOf(short, { at: instant(day) })));
    assert.deepEqual(codes, ['not-yet-valid', 'valid', 'valid', 'expired']);
    const former = authority(root, 'Tổ chức cũ', { to: instant('2026-01-01') });
    assert.equal(await through(former, issue(former, 'Người ký')), 'expired');
  });

  test('is refused when nobody known issued it', async () => {
    const stranger = authority(null, 'Gốc lạ');
    assert.equal(await codeOf(issue(stranger, 'Người ký')), 'issuer-unknown');
    assert.equal(await codeOf(signer, { intermediates: [] }), 'issuer-unknown');
  });

  test('is refused for a look-alike of the anchor or of the authority that has another key', async () => {
    const likeRoot = authority(null, 'Gốc tin cậy', { keys: keysOf('giả mạo') });
    const likeAgency = authority(likeRoot, 'Tổ chức chứng thực', { keys: keysOf('giả mạo 2') });
    const forged = issue(likeAgency, 'Người ký');
    for (const intermediates of [[likeAgency.der, likeRoot.der], [likeAgency.der], [agency.der]]) assert.match(await codeOf(forged, { intermediates }), /^(issuer-unknown|signature-wrong)$/);
    assert.match(await codeOf(likeRoot, { intermediates: [], role: 'any' }), /^(issuer-unknown|signature-wrong)$/);
  });

  test('is refused as forged, not as unproven, when the signature on the certificate is broken', async () => {
    const broken = Buffer.from(signer.der);
    broken[broken.length - 1] = (broken[broken.length - 1] as number) ^ 1;
    assert.equal(await codeOf({ ...signer, der: broken }), 'signature-wrong');
    assert.equal(await codeOf({ ...signer, der: broken }, { crls: [] }), 'signature-wrong');
  });

  test('never rests on an intermediate that is only sent along', async () => {
    assert.equal(await codeOf(signer, { anchors: [authority(null, 'Gốc khác').der], intermediates: [agency.der, root.der] }), 'issuer-unknown');
  });

  test('keeps to the length its authorities allow', async () => {
    const bounded = authority(root, 'Không cấp tiếp', { pathLength: 0 });
    const below = authority(bounded, 'Cấp dưới');
    assert.equal(await through(bounded, issue(bounded, 'Người ký')), 'valid');
    assert.equal(await codeOf(issue(below, 'Người ký'), { intermediates: [bounded.der, below.der], revocation: 'none' }), 'path-too-long');
  });

  test('takes eight intermediates and refuses nine', async () => {
    const line = Array.from({ length: 8 }).reduce<Issued[]>((made, _, place) => [...made, authority(made.at(-1) ?? root, `Cấp ${place}`)], []);
    const leaf = issue(line.at(-1) as Issued, 'Người ký');
    const intermediates = line.map((one) => one.der);
    assert.equal(await codeOf(leaf, { intermediates, revocation: 'none' }), 'valid');
    assert.equal(await codeOf(leaf, { intermediates: [...intermediates, agency.der], revocation: 'none' }), 'too-many-intermediates');
  });

  test('keeps to the names its authority may certify', async () => {
    const bounded = authority(root, 'Chỉ cho một tổ chức', { more: [permitted(organisation('Thử nghiệm'))] });
    assert.equal(await through(bounded, issue(bounded, 'Người ký')), 'valid');
    const elsewhere = authority(root, 'Chỉ cho tổ chức khác', { more: [permitted(organisation('Nơi khác'))] });
    assert.equal(await through(elsewhere, issue(elsewhere, 'Người ký')), 'name-not-permitted');
  });

  test('keeps to the policies that are asked for', async () => {
    const between = authority(root, 'Có chính sách', { more: [policies(POLICY)] });
    const leaf = issue(between, 'Người ký', { more: [policies(POLICY)] });
    assert.equal(await through(between, leaf, { policies: [POLICY], explicitPolicy: true }), 'valid');
    assert.equal(await through(between, leaf, { explicitPolicy: true }), 'valid');
    assert.equal(await through(between, leaf, { policies: [OTHER_POLICY], explicitPolicy: true }), 'policy-not-met');
    assert.equal(await through(agency, signer, { explicitPolicy: true }), 'policy-not-met');
    const anyPolicy = authority(root, 'Mọi chính sách', { more: [policies('2.5.29.32.0')] });
    const under = issue(anyPolicy, 'Người ký', { more: [policies(POLICY)] });
    assert.equal(await through(anyPolicy, under, { policies: [POLICY], explicitPolicy: true }), 'valid');
    assert.equal(await through(anyPolicy, under, { policies: [POLICY], explicitPolicy: true, inhibitAny: true }), 'policy-not-met');
  });

  test('holds mapped policies unless mapping is inhibited', async () => {
    const mapping = extension('2.5.29.33', der.sequence(der.sequence(der.oid(POLICY), der.oid(OTHER_POLICY))), true);
    const between = authority(root, 'Ánh xạ', { more: [policies(POLICY), mapping] });
    const leaf = issue(between, 'Người ký', { more: [policies(OTHER_POLICY)] });
    assert.equal(await through(between, leaf, { policies: [POLICY], explicitPolicy: true }), 'valid');
    assert.equal(await through(between, leaf, { policies: [POLICY], explicitPolicy: true, inhibitMapping: true }), 'policy-not-met');
  });

  test('is refused over a certificate that may not issue', async () => {
    assert.equal(await codeOf(issue(signer, 'Người khác'), { intermediates: [signer.der, agency.der], revocation: 'none' }), 'issuer-not-authority');
    const listsOnly = authority(root, 'Chỉ ký danh sách', { usage: usage(6) });
    assert.notEqual(await through(listsOnly, issue(listsOnly, 'Người ký')), 'valid');
  });

  test('is refused for a critical extension nobody here knows', async () => {
    assert.equal(await codeOf(issue(agency, 'Người ký', { more: [extension('1.3.6.1.4.1.99999.7', der.nothing, true)] })), 'extension-unknown');
    assert.equal(await codeOf(issue(agency, 'Người ký', { more: [extension('1.3.6.1.4.1.99999.7', der.nothing)] })), 'valid');
  });

  test('is refused for RSA-1024 and SHA-1, of the signer and of an authority', async () => {
    assert.equal(await codeOf(issue(agency, 'Người ký', { keys: keysOf('yếu', 1024) })), 'weak');
    assert.equal(await codeOf(issue(agency, 'Người ký', { hash: 'sha1' })), 'weak');
    const weak = authority(root, 'Tổ chức SHA-1', { hash: 'sha1' });
    assert.equal(await through(weak, issue(weak, 'Người ký')), 'weak');
  });

  test('holds over a weak authority that is excepted by fingerprint, and over no other, and for no weak signer', async () => {
    const weak = authority(root, 'Tổ chức SHA-1', { hash: 'sha1', serial: 77 });
    const weakAuthorities = [createHash('sha256').update(weak.der).digest('hex')];
    assert.equal(await through(weak, issue(weak, 'Người ký'), { weakAuthorities }), 'valid');
    assert.equal(await through(weak, issue(weak, 'Người ký', { hash: 'sha1' }), { weakAuthorities }), 'weak');
    const other = authority(root, 'Tổ chức SHA-1 khác', { hash: 'sha1' });
    assert.equal(await through(other, issue(other, 'Người ký'), { weakAuthorities }), 'weak');
    const lists = [rootList, list(weak)];
    assert.equal(await codeOf(issue(weak, 'Người ký'), { intermediates: [weak.der], crls: lists, weakAuthorities }), 'valid');
    const revoked = issue(weak, 'Người ký');
    assert.equal(await codeOf(revoked, { intermediates: [weak.der], crls: [rootList, list(weak, [{ certificate: revoked, at: instant('2026-05-01') }])], weakAuthorities }), 'revoked');
  });

  test('may run over authorities that are listed with the anchors, but never ends at one that is not self-signed', async () => {
    const listed = { intermediates: [], anchors: [root.der, agency.der] };
    assert.equal(await codeOf(signer, listed), 'valid');
    assert.equal(await codeOf(signer, { ...listed, at: instant('2026-05-15') }), 'valid');
    assert.equal(await codeOf(signer, { intermediates: [], anchors: [agency.der], revocation: 'none' }), 'issuer-unknown');
  });

  test('is unproven without anchors', async () => {
    assert.equal((await answerTo(signer, { anchors: [] })).verdict, 'not-provable');
  });
});

describe('the use of a certificate', () => {
  const DOCUMENT = '1.3.6.1.5.5.7.3.36';
  const WEB = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];

  test('of an authority is never signing', async () => {
    for (const role of ['person', 'organisation', 'timestamp', 'ocsp'] as const) assert.equal(await codeOf(agency, { intermediates: [], role }), 'authority-as-signer');
    assert.equal(await codeOf(agency, { intermediates: [], role: 'any' }), 'valid');
    assert.equal(await codeOf(agency, { intermediates: [], role: 'crl' }), 'valid');
  });

  test('of a web server is never signing; for documents and e-mail it is', async () => {
    for (const oids of [WEB, [WEB[0] as string], [WEB[1] as string], ['1.3.6.1.5.5.7.3.8']]) {
      for (const role of ['person', 'organisation'] as const) assert.equal(await codeOf(issue(agency, 'Máy chủ', { more: [purposes(oids)] }), { role }), 'not-for-this-use');
    }
    for (const oids of [[DOCUMENT], [...WEB, '1.3.6.1.5.5.7.3.4'], ['2.5.29.37.0']]) assert.equal(await codeOf(issue(agency, 'Người ký', { more: [purposes(oids)] })), 'valid');
  });

  test('follows its key usage', async () => {
    assert.equal(await codeOf(issue(agency, 'Mã hóa', { usage: usage(2) })), 'not-for-this-use');
    assert.equal(await codeOf(issue(agency, 'Chống chối bỏ', { usage: usage(1) })), 'valid');
    assert.equal(await codeOf(signer, { role: 'crl' }), 'not-for-this-use');
  });

  test('for time-stamps is that alone, and critical', async () => {
    const stamping = '1.3.6.1.5.5.7.3.8';
    const made = (oids: string[], critical: boolean): Issued => issue(agency, 'Dấu thời gian', { more: [purposes(oids, critical)] });
    const codes = await Promise.all([made([stamping], true), made([stamping], false), made([stamping, DOCUMENT], true), signer].map((one) => codeOf(one, { role: 'timestamp' })));
    assert.deepEqual(codes, ['valid', 'not-for-this-use', 'not-for-this-use', 'not-for-this-use']);
    assert.equal(await codeOf(issue(agency, 'OCSP', { more: [purposes(['1.3.6.1.5.5.7.3.9'])] }), { role: 'ocsp' }), 'valid');
    assert.equal(await codeOf(signer, { role: 'ocsp' }), 'not-for-this-use');
  });
});

describe('bytes that are no certificate in DER', () => {
  const malformed = {
    'nothing': Buffer.alloc(0),
    'bytes left over': Buffer.concat([signer.der, Buffer.from([0])]),
    'cut short': signer.der.subarray(0, -1),
    'a list': agencyList,
    'PEM': Buffer.from('-----BEGIN CERTIFICATE-----'),
    'a length in a longer form than needed': longLength(signer.der),
    'indefinite length': Buffer.concat([Buffer.from([0x30, 0x80]), signer.der.subarray(4), Buffer.from([0, 0])]),
    'an extension twice': issue(agency, 'Người ký', { more: [usage(0)] }).der,
    'an Issuer of nothing but nesting': Buffer.concat(Array.from({ length: 5_000 }, () => Buffer.from([0x30, 0x80]))),
  };
  for (const [what, bytes] of Object.entries(malformed)) {
    test(`are refused: ${what}`, async () => {
      assert.equal(await codeOf({ ...signer, der: bytes }), 'certificate-malformed');
      assert.equal(await codeOf(signer, { intermediates: [agency.der, bytes] }), 'intermediate-malformed');
      assert.equal((await answerTo(signer, { anchors: [root.der, bytes] })).verdict, 'not-provable');
    });
  }

  test('names compare without case and repeated spaces, and no further', async () => {
    const shouting: Issued = { ...agency, subject: nameOf(' tổ CHứC  CHứNG THựC ') };
    assert.equal(await codeOf(issue(shouting, 'Người ký'), { at: instant('2026-05-01'), crls: [list(root), list(shouting)] }), 'valid');
    assert.equal(await codeOf(issue({ ...agency, subject: nameOf('TỔ CHỨC CHỨNG THỰC') }, 'Người ký')), 'issuer-unknown');
  });
});

/** The outer SEQUENCE's two length bytes as three. */
function longLength(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x30, 0x83, 0x00]), bytes.subarray(2)]);
}
