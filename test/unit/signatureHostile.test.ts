import assert from 'node:assert/strict';
import { sign, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import type { SignatureRole } from '../../domain/card.js';
import { writeCard } from '../../formats/card/write.js';
import { certificateFacts } from '../../formats/signature/certificate.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { escapeText } from '../../formats/xml/text.js';
import { anchors, ca, cardData, PRINCIPAL, signedCard, signers, TAX_CODE, TEACHER } from '../support/cards.js';
import { authority, issue, NOT_AFTER, organisation, person, type Signer } from '../support/certificates.js';

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const TAGS = { teacher: 'GVCN', principal: 'CBQL', seal: 'KY_PHAT_HANH' } as const;
const codeOf = (card: Buffer | string): string => verifyCard({ card: Buffer.from(card as string), policy: { kind: 'own', profile: 'v1.0', cover: 'annex' }, anchors }).code;
const good = signedCard({ seed: 11 }).toString();
const blockOf = (card: string, role: SignatureRole): string => new RegExp(`<${TAGS[role]}>.*</${TAGS[role]}>`).exec(card)?.[0] ?? assert.fail();

/** An attacker with a key of his own: rewrites a role's block as he likes and signs SignedInfo properly. */
function forge(role: SignatureRole, edit: (block: string) => string, key: KeyObject = signers()[role].key, digest = 'sha256'): string {
  const edited = edit(blockOf(good, role));
  const info = /<SignedInfo>.*?<\/SignedInfo>/.exec(edited)?.[0] ?? assert.fail('no SignedInfo');
  const value = sign(digest, Buffer.from(info.replace('<SignedInfo>', `<SignedInfo xmlns="${DSIG}">`)), { key, dsaEncoding: 'ieee-p1363' }).toString('base64');
  const signed = edited.replace(/<SignatureValue>[^<]*/, () => `<SignatureValue>${value}`);
  return good.replace(blockOf(good, role), () => signed);
}

const withCertificate = (role: SignatureRole, { der, key }: Signer): string =>
  forge(role, (block) => block
    .replace(/<X509Certificate>[^<]*/, `<X509Certificate>${der.toString('base64')}`)
    .replace(/<X509SubjectName>[^<]*/, () => `<X509SubjectName>${escapeText(certificateFacts(der)?.subjectName ?? '')}`), key);

describe('an own card that someone has worked on is refused', () => {
  test('though the forger is able: an unchanged block signed again is valid', () => assert.equal(codeOf(forge('seal', (block) => block)), 'valid'));

  const shapes: [string, string, string][] = [
    ['a signature from another pupil', good.replace(blockOf(good, 'principal'), () => blockOf(signedCard({ seed: 12 }).toString(), 'principal')), 'signature-shape'],
    ['another pupil\'s signature with the ids made to fit', good.replace(blockOf(good, 'principal'), () => blockOf(signedCard({ seed: 12 }).toString(), 'principal').replaceAll(cardData(12).cardId, cardData(11).cardId)), 'data-changed'],
    ['a comment that splits a value', good.replace('<SO_CCCD>099', '<SO_CCCD>0<!---->99'), 'not-canonical'],
    ['a CDATA section that splits a value', good.replace('<SO_CCCD>099', '<SO_CCCD>0<![CDATA[9]]>9'), 'not-canonical'],
    ['a processing instruction that splits a value', good.replace('<SO_CCCD>099', '<SO_CCCD>0<?x?>99'), 'not-canonical'],
    ['a DTD', `<!DOCTYPE HOC_BA [<!ATTLIST DU_LIEU_HOC_BA id ID #IMPLIED>]>${good}`, 'not-canonical'],
    ['an entity', good.replace('<SO_CCCD>099', '<SO_CCCD>&#48;99'), 'not-canonical'],
    ['a second id of the data on another element', good.replace('<TONG_KET>', `<TONG_KET id="data-${cardData(11).cardId}">`), 'not-canonical'],
    ['a second id by another spelling', good.replace('<DU_LIEU_HOC_BA id="', '<DU_LIEU_HOC_BA ID="x" id="'), 'not-canonical'],
    ['a second id by xml:id', good.replace('<TONG_KET>', `<TONG_KET xml:id="data-${cardData(11).cardId}">`), 'not-canonical'],
    ['the principal twice', good.replace(blockOf(good, 'principal'), (block) => block + block), 'role-order'],
    ['the seal twice', good.replace(blockOf(good, 'seal'), (block) => block + block), 'role-order'],
    ['the seal before the principal', good.replace(blockOf(good, 'principal') + blockOf(good, 'seal'), () => blockOf(good, 'seal') + blockOf(good, 'principal')), 'role-order'],
    ['no seal', good.replace(blockOf(good, 'seal'), ''), 'role-missing'],
    ['the signed data moved aside and other data in its place', wrap((data, other) => `<HOC_BA>${other}${data}`), 'not-canonical'],
    ['the signed data wrapped inside other data', wrap((data, other) => `<HOC_BA>${other.replace('</DU_LIEU_HOC_BA>', `${data}</DU_LIEU_HOC_BA>`)}`), 'not-canonical'],
    ['the signed data hidden in a Signature\'s Object', wrap((_data, other) => `<HOC_BA>${other}`, (data, rest) => rest.replace('<Object>', `<Object>${data}</Object><Object>`)), 'signature-shape'],
    ['the signed data hidden beside the role blocks', wrap((_data, other) => `<HOC_BA>${other}`, (data, rest) => rest.replace('<GVCN>', `${data}<GVCN>`)), 'role-order'],
    ['two SignedInfo', good.replace(/<SignedInfo>.*?<\/SignedInfo>/, '$&$&'), 'signature-shape'],
    ['two SignatureValue', good.replace(/<SignatureValue>.*?<\/SignatureValue>/, '$&$&'), 'signature-shape'],
    ['two DigestValue', good.replace(/<DigestValue>.*?<\/DigestValue>/, '$&$&'), 'signature-shape'],
    ['white space between elements', good.replace('</DU_LIEU_HOC_BA>', '</DU_LIEU_HOC_BA>\n'), 'not-canonical'],
    ['an empty-element tag', good.replace(/><\/Transform>/, '/>'), 'not-canonical'],
    ['a declaration in front', `<?xml version="1.0"?>${good}`, 'not-canonical'],
    ['a batch around it', `<DANH_SACH_HOC_BA>${good}</DANH_SACH_HOC_BA>`, 'not-canonical'],
    ['nothing', '', 'not-canonical'],
  ];
  for (const [name, card, code] of shapes) {
    test(`with ${name}`, () => {
      assert.ok(card !== good, 'the case must change the card');
      assert.equal(codeOf(card), code);
    });
  }

  /** The four shapes of signature wrapping: the signed data go elsewhere, changed data stand where they are read. */
  function wrap(place: (data: string, other: string) => string, edit = (_data: string, rest: string): string => rest): string {
    const data = /<DU_LIEU_HOC_BA[^]*<\/DU_LIEU_HOC_BA>/.exec(good)?.[0] ?? assert.fail();
    const other = data.replace(/<DUOC_LEN_LOP>\d/, (found) => `<DUOC_LEN_LOP>${found.endsWith('1') ? 0 : 1}`);
    assert.ok(other !== data);
    return place(data, other) + edit(data, good.slice(good.indexOf(data) + data.length));
  }
});

describe('a signer who steps outside the profile is refused, whatever he signs properly', () => {
  const digestOf = /(<DigestValue>)[^<]*/;
  const cases: [string, () => string, string][] = [
    ['SHA-1 as signature method', () => forge('seal', (block) => block.replace('2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#rsa-sha1'), undefined, 'sha1'), 'signature-shape'],
    ['SHA-1 as digest method', () => forge('seal', (block) => block.replace('2001/04/xmlenc#sha256', '2000/09/xmldsig#sha1')), 'signature-shape'],
    ['HMAC', () => forge('seal', (block) => block.replace('xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256')), 'signature-shape'],
    ['inclusive canonicalisation', () => forge('seal', (block) => block.replace('2001/10/xml-exc-c14n#', 'TR/2001/REC-xml-c14n-20010315')), 'signature-shape'],
    ['an XSLT transform', () => forge('seal', (block) => block.replace('<Transforms>', '<Transforms><Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></Transform>')), 'signature-shape'],
    ['an empty URI', () => forge('seal', (block) => block.replace(/URI="#data-[^"]*"/, 'URI=""')), 'signature-shape'],
    ['an external URI', () => forge('seal', (block) => block.replace(/URI="#data-/, 'URI="http://example.invalid/#data-')), 'signature-shape'],
    ['a URI of something else', () => forge('seal', (block) => block.replace(/URI="#data-/, 'URI="#other-')), 'signature-shape'],
    ['a digest of other data', () => forge('seal', (block) => block.replace(digestOf, `$1${Buffer.alloc(32).toString('base64')}`)), 'data-changed'],
    ['no reference to the signing time', () => forge('seal', (block) => block.replace(/<Reference URI="#time.*?<\/Reference>/, '')), 'signature-shape'],
    ['no reference to the data', () => forge('seal', (block) => block.replace(/<Reference URI="#data.*?<\/Reference>/, '')), 'signature-shape'],
    ['10,000 references', () => forge('seal', (block) => block.replace(/<Reference URI="#data.*?<\/Reference>/, (one) => one.repeat(10_000))), 'not-canonical'],
    ['a Manifest', () => forge('seal', (block) => block.replace('<Object>', '<Object><Manifest></Manifest></Object><Object>')), 'signature-shape'],
    ['a KeyValue', () => forge('seal', (block) => block.replace('<X509Data>', '<KeyValue></KeyValue><X509Data>')), 'signature-shape'],
    ['a chain in KeyInfo', () => forge('seal', (block) => block.replace(/<X509Certificate>.*?<\/X509Certificate>/, '$&$&')), 'signature-shape'],
    ['a signing time without offset', () => forge('seal', (block) => block.replaceAll('+07:00', '')), 'signature-shape'],
    ['the key of someone else', () => forge('principal', (block) => block, signers().teacher.key), 'signature-mismatch'],
    ['an RSA key of 1024 bits', () => withCertificate('principal', person(ca, PRINCIPAL, { keyKind: 'rsa-1024' })), 'signature-shape'],
  ];
  for (const [name, card, code] of cases) test(`with ${name}`, () => assert.equal(codeOf(card()), code));
});

describe('a certificate that does not carry the signature is refused', () => {
  const lookAlike = authority('CA thử nghiệm', 'look-alike');
  const cases: [string, SignatureRole, Signer, string][] = [
    ['one of another person', 'principal', person(ca, '099170000009'), 'holder-number'],
    ['one of an organisation in a person\'s role', 'principal', organisation(ca, TAX_CODE), 'holder-kind'],
    ['one of a person as the seal', 'seal', person(ca, PRINCIPAL), 'holder-kind'],
    ['one that names nobody', 'teacher', issue(ca, ''), 'holder-kind'],
    ['one whose name only looks like a number', 'teacher', issue(ca, '', { commonName: `X\nUID=CCCD:${TEACHER}` }), 'holder-kind'],
    ['one whose name looks like a second part', 'teacher', issue(ca, '', { commonName: `X + UID=CCCD:${TEACHER}` }), 'holder-kind'],
    ['one of a look-alike authority', 'principal', person(lookAlike, PRINCIPAL), 'issuer-unknown'],
    ['one that was expired at signing', 'principal', person(ca, PRINCIPAL, { notAfter: new Date('2026-06-02T01:14:59Z') }), 'certificate-not-valid-then'],
    ['one that was not valid yet', 'principal', person(ca, PRINCIPAL, { notBefore: new Date('2026-06-02T01:15:01Z'), notAfter: NOT_AFTER }), 'certificate-not-valid-then'],
    ['one that is an authority itself', 'principal', person(ca, PRINCIPAL, { ca: true }), 'issuer-unknown'],
    ['one that signed itself', 'principal', selfSigned(), 'issuer-unknown'],
  ];
  for (const [name, role, signer, code] of cases) test(name, () => assert.equal(codeOf(withCertificate(role, signer)), code));

  test('one that is no certificate', () => assert.equal(codeOf(forge('seal', (block) => block.replace(/<X509Certificate>[^<]*/, '<X509Certificate>AAAA'))), 'signature-shape'));

  test('one that is valid at signing and expires later stays good', () => {
    const brief = person(ca, PRINCIPAL, { notAfter: new Date('2026-06-02T01:15:01Z') });
    assert.equal(codeOf(withCertificate('principal', brief)), 'valid');
  });

  function selfSigned(): Signer {
    const { key, certificate } = authority('Tự ký', 'self-signed', `CCCD:${PRINCIPAL}`);
    return { key, certificate, der: certificate.raw };
  }
});

test('an unsigned card is not valid', () => assert.equal(codeOf(writeCard(cardData(11))), 'role-missing'));
