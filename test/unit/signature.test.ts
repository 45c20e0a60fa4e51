import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Instant } from '../../domain/brand.js';
import { PROFILE_CODES, type Cover, type ProfileCode, type SignatureRole } from '../../domain/card.js';
import { writeCard } from '../../formats/card/write.js';
import { attachSignature } from '../../formats/signature/attach.js';
import { prepareSignature, type PrepareInput } from '../../formats/signature/prepare.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { anchors, ca, cardData, signBytes, signedCard, signers, signRole, TEACHER } from '../support/cards.js';
import { organisation, person } from '../support/certificates.js';

const COVERS: Cover[] = ['annex', 'signature', 'block'];
const input = (card: Buffer, role: SignatureRole, cover: Cover = 'annex'): PrepareInput => {
  const { personalNumber, signedAt, der } = signers()[role];
  return { card, role, profile: 'v1.0', cover, signer: { personalNumber, signedAt, certificate: der } };
};
const prepare = (card: Buffer, role: SignatureRole, cover: Cover = 'annex') => {
  const prepared = prepareSignature(input(card, role, cover));
  assert.ok(prepared.ok, JSON.stringify(prepared));
  return prepared;
};
const codeOf = (result: { ok: true } | { ok: false; code: string }): string => (result.ok ? 'ok' : result.code);
const verify = (card: Buffer, cover: Cover = 'annex', profile: ProfileCode = 'v1.0') => verifyCard({ card, policy: { kind: 'own', profile, cover }, anchors });

describe('a card signed by teacher, principal and seal', () => {
  for (const cover of COVERS) {
    for (const profile of PROFILE_CODES) {
      for (const keyKind of ['rsa', 'p256', 'p384', 'p521'] as const) {
        test(`of ${profile} is valid with ${keyKind} keys under cover ${cover}, and hands out what was signed`, () => {
          const verdict = verify(signedCard({ seed: 5, profile, cover, keyKind }), cover, profile);
          assert.equal(verdict.verdict, 'valid', verdict.code);
          assert.deepEqual(verdict.verdict === 'valid' && verdict.card.data, cardData(5, profile));
          assert.deepEqual(verdict.signatures.map(({ role, personalNumber }) => [role, personalNumber]), [['teacher', TEACHER], ['principal', '099170000002'], ['seal', null]]);
        });
      }
      test(`of ${profile} is not one of the other profile, under cover ${cover}`, () => {
        assert.equal(verify(signedCard({ cover, profile }), cover, PROFILE_CODES.find((other) => other !== profile)).code, 'not-canonical');
      });
    }
    for (const other of COVERS.filter((one) => one !== cover)) {
      test(`under cover ${cover} does not pass for one under ${other}`, () => assert.equal(verify(signedCard({ cover }), other).code, 'signature-shape'));
    }
  }

  test('keeps its bytes before the place where a role signs', () => {
    const unsigned = writeCard(cardData(1)).toString();
    const signed = signedCard().toString();
    const head = unsigned.slice(0, unsigned.indexOf('</DANH_SACH_THONG_TIN_KY>'));
    assert.ok(signed.startsWith(head));
  });

  for (const profile of PROFILE_CODES) {
    test(`of ${profile} states certificate and role in a XAdES object where the campaign asks for it, and is held to that`, () => {
      const card = signedCard({ profile, cover: 'signature', xades: true });
      const code = (xades?: boolean, bytes = card) => verifyCard({ card: bytes, policy: { kind: 'own', profile, cover: 'signature', ...(xades === undefined ? {} : { xades }) }, anchors }).code;
      assert.deepEqual([code(true), code(), code(false)], ['valid', 'valid', 'signature-shape']);
      assert.equal(code(true, signedCard({ profile, cover: 'signature' })), 'signature-shape');
      const digest = createHash('sha256').update(signers().teacher.der).digest('base64');
      const text = card.toString();
      assert.match(text, /<ClaimedRole>GVCN<.*<ClaimedRole>CBQL<.*<ClaimedRole>KY_PHAT_HANH</);
      assert.ok(text.includes(`>${digest}</DigestValue></CertDigest>`));
      for (const changed of [text.replace('<ClaimedRole>GVCN', '<ClaimedRole>CBQL'), text.replace(`>${digest}</DigestValue></CertDigest>`, `>${createHash('sha256').update('x').digest('base64')}</DigestValue></CertDigest>`)]) {
        assert.notEqual(changed, text);
        assert.equal(code(true, Buffer.from(changed)), 'signature-shape');
      }
      assert.equal(text.match(/<SigningTime>/g)?.length, 3, 'each Signature states its time once');
    });
  }

  test('of v1.1 is signed by the teacher on its content, by principal and seal on all of its data', () => {
    const text = signedCard({ profile: 'v1.1' }).toString();
    const first = (tag: string) => new RegExp(`<${tag}>.*?<Reference URI="#([^"]+)"`).exec(text)?.[1];
    assert.deepEqual([first('GVCN'), first('CBQL'), first('KY_PHAT_HANH')], ['thongtinhocba', 'data', 'data']);
    assert.match(text, /<DANH_SACH_THONG_TIN_KY><GVCN>.*<\/GVCN><\/DANH_SACH_THONG_TIN_KY><PHAT_HANH_HOC_BA><CBQL>.*<\/CBQL><KY_PHAT_HANH>.*<\/KY_PHAT_HANH><\/PHAT_HANH_HOC_BA><\/HOC_BA>$/);
  });

  test('may be asked about while roles are still to come', () => {
    const card = signRole(writeCard(cardData(1)), 'teacher');
    assert.equal(verify(card).code, 'role-missing');
    assert.equal(verifyCard({ card, anchors, policy: { kind: 'own', profile: 'v1.0', cover: 'annex', roles: ['teacher'] } }).verdict, 'valid');
  });

  test('is not provable, which is not valid, without trust anchors', () => {
    const { verdict, code } = verifyCard({ card: signedCard(), policy: { kind: 'own', profile: 'v1.0', cover: 'annex' }, anchors: [] });
    assert.deepEqual([verdict, code], ['not-provable', 'no-anchors']);
  });

  test('is held to the signers the hub expects and to the time of its receipt', () => {
    const card = signedCard();
    const { fingerprint } = verify(card).signatures[2] as { fingerprint: string };
    const policy = { kind: 'own', profile: 'v1.0', cover: 'annex' } as const;
    const code = (more: object) => verifyCard({ card, policy, anchors, ...more }).code;
    assert.equal(code({ expected: { teacher: { personalNumber: TEACHER }, principal: { personalNumber: '099170000002' }, seal: { fingerprint } } }), 'valid');
    assert.equal(code({ expected: { teacher: { personalNumber: '099185000009' } } }), 'signer-unexpected');
    assert.equal(code({ expected: { principal: { personalNumber: TEACHER } } }), 'signer-unexpected');
    assert.equal(code({ expected: { seal: { fingerprint: '0'.repeat(64) } } }), 'seal-unapproved');
    assert.equal(code({ at: new Date('2026-06-02T01:11:00Z') }), 'valid');
    assert.equal(code({ at: new Date('2026-06-02T01:09:00Z') }), 'signing-time-future');
  });
});

describe('the first phase', () => {
  const card = writeCard(cardData(1));

  test('gives a hash of exactly the bytes to be signed, and a block that lacks nothing but the value', () => {
    const prepared = prepare(card, 'teacher');
    assert.deepEqual(prepared.digest, createHash('sha256').update(prepared.toBeSigned).digest());
    assert.ok(!prepared.block.includes('SignatureValue'));
    assert.ok(prepared.block.includes(`Id="${prepared.signatureId}"`));
  });

  test('is the same when it is repeated, so that a batch may resume', () => {
    assert.deepEqual(prepare(card, 'teacher').block, prepare(card, 'teacher').block);
  });

  test('writes the signing time in whole seconds of Vietnam', () => {
    assert.ok(prepare(card, 'teacher').block.includes('<NGAY_KY>2026-06-01T08:15:00+07:00</NGAY_KY>'));
  });

  const teacher = input(card, 'teacher');
  const withSigner = (signer: Partial<PrepareInput['signer']>, role: SignatureRole = 'teacher', on = card): string =>
    codeOf(prepareSignature({ ...input(on, role), signer: { ...input(on, role).signer, ...signer } }));
  const signedByTeacher = signRole(card, 'teacher');

  test('refuses a role out of turn or a second time', () => {
    assert.equal(codeOf(prepareSignature(input(card, 'principal'))), 'role-order');
    assert.equal(codeOf(prepareSignature(input(card, 'seal'))), 'role-order');
    assert.equal(codeOf(prepareSignature(input(signedByTeacher, 'teacher'))), 'role-taken');
  });

  test('refuses a certificate of someone else, and anybody the card does not name', () => {
    assert.equal(withSigner({ certificate: signers().principal.der }), 'holder-number');
    const other = person(ca, '099185000009');
    assert.equal(withSigner({ certificate: other.der, personalNumber: '099185000009' }), 'signer-number');
    assert.equal(withSigner({ certificate: person(ca, TEACHER, { keyKind: 'rsa-1024' }).der }), 'key-unsupported');
    assert.equal(withSigner({ certificate: Buffer.from('not a certificate') }), 'certificate-unreadable');
    assert.equal(withSigner({ certificate: Buffer.concat([teacher.signer.certificate, Buffer.from([0])]) }), 'certificate-unreadable');
  });

  test('refuses a person as the seal and an organisation as a person', () => {
    assert.equal(withSigner({ certificate: organisation(ca, '0990000001').der }), 'holder-kind');
    const both = signRole(signedByTeacher, 'principal');
    assert.equal(withSigner({ certificate: teacher.signer.certificate }, 'seal', both), 'holder-kind');
  });

  test('refuses a time before the role that signed earlier', () => {
    assert.equal(withSigner({ signedAt: '2026-06-01T01:14:59Z' as Instant }, 'principal', signedByTeacher), 'signing-time-order');
    assert.equal(withSigner({ signedAt: '2026-06-01T01:15:00Z' as Instant }, 'principal', signedByTeacher), 'ok');
  });
});

describe('the second phase', () => {
  const card = writeCard(cardData(1));
  const { key } = signers().teacher;
  const attach = (more: Partial<Parameters<typeof attachSignature>[0]> = {}) => {
    const prepared = prepare(card, 'teacher');
    return attachSignature({ card, block: prepared.block, profile: 'v1.0', cover: 'annex', signatureValue: signBytes(prepared.toBeSigned, key), ...more });
  };

  test('works from what was stored, in a process that knows nothing of the first', () => {
    const { block, toBeSigned } = prepare(card, 'teacher');
    const stored = JSON.parse(JSON.stringify({ block: block.toString('base64') })) as { block: string };
    const result = attach({ block: Buffer.from(stored.block, 'base64'), signatureValue: signBytes(toBeSigned, key) });
    assert.equal(codeOf(result), 'ok');
  });

  test('attaches no value that the certificate\'s key did not make', () => {
    const { toBeSigned } = prepare(card, 'teacher');
    const good = signBytes(toBeSigned, key);
    const flipped = Buffer.from(good);
    flipped[100] = (flipped[100] as number) ^ 1;
    for (const value of [flipped, good.subarray(1), Buffer.alloc(0), Buffer.alloc(256), signBytes(toBeSigned, signers().principal.key), signBytes(Buffer.from('x'), key)]) {
      assert.equal(codeOf(attach({ signatureValue: value })), 'signature-mismatch');
    }
  });

  test('refuses a block that was prepared on another card, or on this one before it changed', () => {
    const other = writeCard(cardData(2));
    assert.equal(codeOf(attach({ card: other })), 'block-stale');
    const edited = cardData(1);
    assert.equal(codeOf(attach({ card: writeCard({ ...edited, placeOfIssue: 'Xã Khác' }) })), 'block-stale');
    assert.equal(codeOf(attach({ cover: 'block' })), 'block-stale');
  });

  test('refuses a second attachment, so that an act carried out twice changes nothing', () => {
    const once = attach();
    assert.ok(once.ok);
    assert.equal(codeOf(attach({ card: once.card })), 'role-taken');
  });

  test('refuses blocks that are none', () => {
    assert.equal(codeOf(attach({ block: Buffer.from('<GVCN></GVCN>') })), 'block-unreadable');
    assert.equal(codeOf(attach({ block: Buffer.from('<HIEU_TRUONG></HIEU_TRUONG>') })), 'block-unreadable');
    assert.equal(codeOf(attach({ block: Buffer.from('junk') })), 'block-unreadable');
  });

  test('costs little beside RSA: 300 cards are prepared in far under a second of our own time', () => {
    const cards = Array.from({ length: 300 }, (_, place) => writeCard(cardData(place + 1)));
    const before = process.cpuUsage();
    for (const one of cards) prepare(one, 'teacher');
    const { user } = process.cpuUsage(before);
    // About 0.3 ms each on the machine this was written on; ten times that would be a mistake in the code, not a slow machine.
    assert.ok(user / 1_000 / cards.length < 3, `${user / 1_000 / cards.length} ms a card`);
  });
});
