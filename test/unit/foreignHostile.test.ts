import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ca, cardData, PRINCIPAL, signedCard, signers, TAX_CODE, TEACHER } from '../support/cards.js';
import { authority, issue, organisation, person, type Signer } from '../support/certificates.js';
import { crlOf } from '../support/crl.js';
import { ALGORITHMS, foreignCard, plainRoles, type CardStyle, type RoleStyle, type SignatureStyle } from '../support/foreignCards.js';
import { assertValid, judgeCard, type Terms } from '../support/foreignVerdicts.js';

const [TEACHES, APPROVES, SEALS] = plainRoles() as [RoleStyle, RoleStyle, RoleStyle];
const good = foreignCard({ seed: 11 }).toString();
const other = foreignCard({ seed: 12 }).toString();
const data = /<DU_LIEU_HOC_BA[^]*<\/DU_LIEU_HOC_BA>/.exec(good)?.[0] ?? assert.fail();
const changedData = data.replace(/<DUOC_LEN_LOP>(\d)/, (_, digit) => `<DUOC_LEN_LOP>${digit === '1' ? 0 : 1}`);
const block = (card: string, tag: string): string => new RegExp(`<${tag}>[^]*</${tag}>`).exec(card)?.[0] ?? assert.fail();
/** A card whose principal signs as told; everyone else as usual. */
const approvedWith = (style: SignatureStyle, card: CardStyle = {}): string => foreignCard({ seed: 11, roles: [TEACHES, { ...APPROVES, ...style }, SEALS], ...card }).toString();
const edited = (from: string | RegExp, to: string): string => approvedWith({ edit: (signature) => replaced(signature, from, to) });
const approvedBy = (signer: Signer, personalNumber = PRINCIPAL): string => foreignCard({ seed: 11, roles: [TEACHES, { ...APPROVES, signer, personalNumber }, SEALS] }).toString();

function replaced(text: string, from: string | RegExp, to: string): string {
  const made = text.replace(from, to);
  assert.ok(made !== text, 'the case must change the card');
  return made;
}

type Case = [string, () => string | Buffer, string, Terms?];
function refuses(cases: readonly Case[]): void {
  for (const [name, card, code, terms] of cases) {
    test(name, async () => {
      const verdict = await judgeCard(card(), terms);
      assert.deepEqual([verdict.verdict, verdict.code], ['invalid', code]);
      assert.equal(verdict.card, null, 'nothing is handed out of an invalid card');
      assert.ok(verdict.message.length > 20 && verdict.who !== null && verdict.how !== null);
    });
  }
}

test('the card that the hostile ones are made of is valid', async () => assertValid(await judgeCard(good)));

describe('signed data in one place and other data where they are read', () => {
  const inObject = (card: string): string => card.replace('<Object>', `<Object>${data}</Object><Object>`);
  refuses([
    ['the signed data moved beside the data', () => good.replace(data, changedData + data), 'id-duplicate'],
    ['the signed data moved beside the data, whose id is another', () => good.replace(data, changedData.replace(/id="[^"]*"/, 'id="x"') + data), 'duplicate'],
    ['the signed data wrapped inside the data', () => good.replace(data, changedData.replace('</DU_LIEU_HOC_BA>', `${data}</DU_LIEU_HOC_BA>`)), 'id-duplicate'],
    ['the signed data inside the data, whose id is another', () => good.replace(data, changedData.replace(/id="[^"]*"/, 'id="x"').replace('</DU_LIEU_HOC_BA>', `${data}</DU_LIEU_HOC_BA>`)), 'unknown-block'],
    ['the signed data in a Signature\'s Object', () => inObject(good.replace(data, changedData.replace(/id="[^"]*"/, 'id="x"'))), 'id-spelling'],
    ['the signed data in an Object with Id', () => inObject(good.replace(data, changedData.replace(/id="[^"]*"/, 'id="x"'))).replace(/(<Object><DU_LIEU_HOC_BA) id=/, '$1 Id='), 'data-not-covered'],
    ['the signed data in a role block', () => good.replace(data, changedData.replace(/id="[^"]*"/, 'id="x"')).replace('<GVCN>', `<GVCN>${data}`), 'unknown-block'],
    ['the signed data around the card', () => `<X>${good}</X>`, 'unknown-root'],
    ['the data changed in place', () => good.replace(data, changedData), 'data-changed'],
    ['a signature moved from another pupil', () => good.replace(block(good, 'CBQL'), block(other, 'CBQL')), 'reference-unknown'],
    ['another pupil\'s signature with the ids made to fit', () => good.replace(block(good, 'CBQL'), block(other, 'CBQL').replaceAll(cardData(12).cardId, cardData(11).cardId)), 'data-changed'],
    ['another signature\'s time', () => good.replace(/(<CBQL>[^]*<SigningTime>)[^<]*/, '$12026-06-02T08:16:00+07:00'), 'signing-time-changed'],
  ]);
});

describe('two ids where one is looked up', () => {
  const id = `data-${cardData(11).cardId}`;
  const twice = (attribute: string): string => replaced(good, '<TONG_KET>', `<TONG_KET ${attribute}="${id}">`);
  refuses([
    ['by id', () => twice('id'), 'id-duplicate'],
    ['by Id', () => twice('Id'), 'id-spelling'],
    ['by ID', () => twice('ID'), 'id-spelling'],
    ['by iD', () => twice('iD'), 'id-spelling'],
    ['by xml:id', () => twice('xml:id'), 'xml-attribute'],
    ['by Id on a ds element', () => replaced(good, '<SignedInfo>', `<SignedInfo Id="${id}">`), 'id-duplicate'],
    ['by id on a ds element', () => replaced(good, '<SignedInfo>', '<SignedInfo id="y">'), 'id-spelling'],
    ['two spellings on one element', () => replaced(good, '<DU_LIEU_HOC_BA ', '<DU_LIEU_HOC_BA Id="y" '), 'id-spelling'],
  ]);
});

describe('what makes two readers see two things', () => {
  refuses([
    ['a comment that splits a value', () => replaced(good, '<SO_CCCD>099', '<SO_CCCD>0<!---->99'), 'comment'],
    ['a CDATA section that splits a value', () => replaced(good, '<SO_CCCD>099', '<SO_CCCD>0<![CDATA[9]]>9'), 'cdata'],
    ['a processing instruction that splits a value', () => replaced(good, '<SO_CCCD>099', '<SO_CCCD>0<?x?>99'), 'processing-instruction'],
    ['a comment before the card', () => `<!-- -->${good}`, 'comment'],
    ['a processing instruction after the card', () => `${good}<?x?>`, 'processing-instruction'],
    ['a DTD', () => `<!DOCTYPE HOC_BA [<!ATTLIST DU_LIEU_HOC_BA id ID #IMPLIED>]>${good}`, 'doctype'],
    ['an entity of a DTD', () => `<!DOCTYPE HOC_BA [<!ENTITY x SYSTEM "file:///etc/hostname">]>${replaced(good, '<SO_CCCD>', '<SO_CCCD>&x;')}`, 'doctype'],
    ['an undeclared entity', () => replaced(good, '<SO_CCCD>', '<SO_CCCD>&x;'), 'malformed'],
    ['XML 1.1', () => `<?xml version="1.1"?>${good}`, 'malformed'],
    ['another encoding', () => `<?xml version="1.0" encoding="utf-16"?>${good}`, 'not-utf8'],
    ['bytes that are no UTF-8', () => Buffer.concat([Buffer.from(good.slice(0, -9)), Buffer.from([0xff]), Buffer.from(good.slice(-9))]), 'not-utf8'],
    ['a default namespace over the card', () => replaced(good, '<HOC_BA>', '<HOC_BA xmlns="urn:x">'), 'unknown-root'],
    ['an element of another namespace among the data', () => replaced(good, '<TONG_KET>', '<x:THEM xmlns:x="urn:x"/><TONG_KET>'), 'unknown-block'],
    ['a Signature of another namespace', () => foreignCard({ idName: 'Id', roles: [TEACHES, { ...APPROVES, edit: (signature) => replaced(signature, 'http://www.w3.org/2000/09/xmldsig#', 'urn:x') }, SEALS] }), 'signature-shape'],
    ['decomposed text', () => foreignCard({ edit: (card) => card.replace('Xã Mẫu', 'Xã Mẫu'.normalize('NFD')) }), 'not-nfc'],
    ['nothing', () => '', 'malformed'],
  ]);
});

describe('signatures outside the accepted algorithms and shapes, though properly made', () => {
  const transform = (algorithm: string, inner = ''): SignatureStyle => ({ edit: (signature) => replaced(signature, /<Transforms>/, `<Transforms><Transform Algorithm="${algorithm}">${inner}</Transform>`) });
  refuses([
    ['an XPath transform', () => approvedWith(transform('http://www.w3.org/TR/1999/REC-xpath-19991116', '<XPath>not(ancestor::TONG_KET)</XPath>')), 'transform-unsupported'],
    ['an XPath filter 2', () => approvedWith(transform('http://www.w3.org/2002/06/xmldsig-filter2')), 'transform-unsupported'],
    ['an XSLT transform', () => approvedWith(transform('http://www.w3.org/TR/1999/REC-xslt-19991116')), 'transform-unsupported'],
    ['a Base64 transform', () => approvedWith(transform('http://www.w3.org/2000/09/xmldsig#base64')), 'transform-unsupported'],
    ['canonicalisation twice', () => approvedWith(transform(ALGORITHMS.inclusive)), 'transform-unsupported'],
    ['C14N 1.1', () => approvedWith({ transforms: ['http://www.w3.org/2006/12/xml-c14n11'] }), 'transform-unsupported'],
    ['exclusive C14N with comments', () => approvedWith({ transforms: [`${ALGORITHMS.exclusive}WithComments`] }), 'transform-unsupported'],
    ['SignedInfo by C14N with comments', () => approvedWith({ canonicalization: `${ALGORITHMS.inclusive}#WithComments` }), 'algorithm-unsupported'],
    ['empty Transforms', () => edited(/<Transforms>.*?<\/Transforms>/, '<Transforms></Transforms>'), 'signature-shape'],
    ['a Manifest', () => edited('<Object>', '<Object><Manifest></Manifest></Object><Object>'), 'manifest'],
    ['a Reference of Type Manifest', () => edited('<Reference URI', '<Reference Type="http://www.w3.org/2000/09/xmldsig#Manifest" URI'), 'reference-type'],
    ['a Type that is not true', () => edited('<Reference URI', '<Reference Type="http://www.w3.org/2000/09/xmldsig#Object" URI'), 'reference-type'],
    ['an external URI', () => edited(/URI="#data/, 'URI="http://example.invalid/#data'), 'reference-uri'],
    ['an empty URI', () => edited(/URI="#data[^"]*"/, 'URI=""'), 'reference-uri'],
    ['no URI', () => edited(/ URI="#data[^"]*"/, ''), 'reference-uri'],
    ['an XPointer', () => edited(/URI="#(data[^"]*)"/, 'URI="#xpointer(id(\'$1\'))"'), 'reference-uri'],
    ['a URI with escapes', () => edited(/URI="#data-/, 'URI="#data%2D'), 'reference-uri'],
    ['a URI of something that is not there', () => edited(/URI="#data-/, 'URI="#other-'), 'reference-unknown'],
    ['only the signing time covered', () => edited(/<Reference URI="#data.*?<\/Reference>/, ''), 'data-not-covered'],
    ['only a part of the data covered', () => approvedWith({ references: ({ time }) => [{ uri: '#part' }, { uri: `#${time}` }] }, { edit: (card) => card.replace('<TONG_KET>', '<TONG_KET id="part">') }), 'data-not-covered'],
    ['the signing time not covered', () => edited(/<Reference URI="#time.*?<\/Reference>/, ''), 'time-not-covered'],
    ['no signing time', () => edited(/(<Object>.*)<SigningTime>.*?<\/SigningTime>/, '$1'), 'time-missing'],
    ['two signing times', () => edited(/<SigningTime>.*?<\/SigningTime>/, '$&$&'), 'time-twice'],
    ['a second signing time in another Object', () => edited('</Signature>', '<Object><SigningTime>2026-06-02T08:15:00+07:00</SigningTime></Object></Signature>'), 'time-twice'],
    ['a signing time of another Signature', () => approvedWith({ target: '#nobody' }), 'time-not-own'],
    ['a signing time without offset', () => approvedWith({ edit: (signature) => signature.replace(/(<SigningTime>[^+<]*)\+07:00/, '$1') }), 'time-form'],
    ['SHA-1 as signature method', () => approvedWith({ method: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }), 'algorithm-unsupported'],
    ['SHA-1 as digest', () => approvedWith({ references: ({ data: region, time }) => [{ uri: `#${region}`, digest: 'http://www.w3.org/2000/09/xmldsig#sha1' }, { uri: `#${time}` }] }), 'algorithm-unsupported'],
    ['HMAC', () => approvedWith({ method: 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256' }), 'algorithm-unsupported'],
    ['RSA-PSS, which is not among the accepted', () => approvedWith({ method: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1' }), 'algorithm-unsupported'],
    ['an unknown algorithm named like a property of every object', () => approvedWith({ method: 'constructor' }), 'algorithm-unsupported'],
    ['a parameter in SignatureMethod', () => edited(/(<SignatureMethod [^>]*)\/>/, '$1><HMACOutputLength>8</HMACOutputLength></SignatureMethod>'), 'signature-shape'],
    ['ECDSA named for an RSA key', () => approvedWith({ method: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256' }), 'signature-mismatch'],
    ['the enveloped-signature transform on the Signature\'s own Object', () => approvedWith({ time: 'object', references: ({ data: region, time }) => [{ uri: `#${region}` }, { uri: `#${time}`, transforms: [ALGORITHMS.enveloped, ALGORITHMS.exclusive] }] }), 'enveloped-misplaced'],
    ['the enveloped-signature transform on what holds the Signature', () => approvedWith({ references: ({ data: region, time }) => [{ uri: `#${region}` }, { uri: '#cbql', transforms: [ALGORITHMS.enveloped, ALGORITHMS.exclusive] }, { uri: `#${time}` }] }, { edit: (card) => card.replace('<CBQL>', '<CBQL id="cbql">') }), 'enveloped-misplaced'],
    ['two SignedInfo', () => replaced(good, /<SignedInfo>.*?<\/SignedInfo>/, '$&$&'), 'signature-shape'],
    ['two SignatureValue', () => replaced(good, /<SignatureValue>.*?<\/SignatureValue>/, '$&$&'), 'signature-shape'],
    ['two DigestValue', () => replaced(good, /<DigestValue>.*?<\/DigestValue>/, '$&$&'), 'signature-shape'],
    ['two Signatures in a block', () => good.replace(block(good, 'CBQL'), replaced(block(good, 'CBQL'), /<Signature [^]*<\/Signature>/, '$&$&'.replaceAll('Id=', ''))), 'id-duplicate'],
    ['text inside SignedInfo', () => replaced(good, '<SignedInfo>', '<SignedInfo>x'), 'signature-shape'],
    ['no certificate', () => edited(/<X509Certificate>[^]*<\/X509Certificate>/, ''), 'subject-name-missing'],
    ['no subject name', () => approvedWith({ subjectName: false }), 'subject-name-missing'],
    ['nine certificates beside the signer\'s', () => approvedWith({ chain: Array.from({ length: 9 }, (_, place) => person(ca, `09917000010${place}`, { keyKind: 'p256' }).der) }), 'too-many-certificates'],
    ['two certificates of one key', () => approvedWith({ chain: [organisationOfSameKey().der] }), 'certificate-ambiguous'],
    ['a changed time in SignedInfo\'s digest', () => good.replace(block(good, 'CBQL'), block(good, 'CBQL').replace(/(<DigestValue>)([^<]*)(<\/DigestValue><\/Reference><\/SignedInfo>)/, `$1${Buffer.alloc(32).toString('base64')}$3`)), 'signing-time-changed'],
  ]);

  /** Another certificate over the key that signs: whose signature would it be? */
  const organisationOfSameKey = (): Signer => issue(ca, `CCCD:${PRINCIPAL}`, { commonName: 'Tên khác' });
});

describe('values that are not what they seem', () => {
  const inBlock = (tag: string, from: RegExp, to: string): string => good.replace(block(good, tag), replaced(block(good, tag), from, to));
  refuses([
    ['junk in the Base64 of SignatureValue', () => inBlock('CBQL', /<SignatureValue>(.{10})/, '<SignatureValue>$1*'), 'base64'],
    ['junk in the Base64 of DigestValue', () => inBlock('CBQL', /<DigestValue>(.{10})/, '<DigestValue>$1-'), 'base64'],
    ['junk in the Base64 of the certificate', () => inBlock('CBQL', /<X509Certificate>(.{10})/, '<X509Certificate>$1!'), 'base64'],
    ['Base64 without its padding', () => inBlock('CBQL', /=<\/DigestValue>/, '</DigestValue>'), 'base64'],
    ['bits left over in Base64', () => good.replace(block(good, 'CBQL'), block(good, 'CBQL').replace(/(.)=<\/DigestValue>/, (_, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=</DigestValue>`)), 'base64'],
    ['a digest of another length', () => inBlock('CBQL', /<DigestValue>[^<]*/, `<DigestValue>${Buffer.alloc(20).toString('base64')}`), 'base64'],
    ['a short RSA value', () => inBlock('CBQL', /<SignatureValue>[^<]*/, `<SignatureValue>${Buffer.alloc(255, 1).toString('base64')}`), 'signature-length'],
    ['an RSA value with zeros in front', () => inBlock('CBQL', /<SignatureValue>([^<]*)/, `<SignatureValue>${Buffer.concat([Buffer.alloc(1), Buffer.from(/<SignatureValue>([^<]*)/.exec(block(good, 'CBQL'))?.[1] ?? '', 'base64')]).toString('base64')}`), 'signature-length'],
    ['an ECDSA value in DER', () => foreignCard({ roles: [TEACHES, { ...APPROVES, signer: signers('p256').principal }, SEALS] }).toString().replace(/(<CBQL>[^]*?<SignatureValue>)[^<]*/, `$1${Buffer.alloc(70, 1).toString('base64')}`), 'signature-length'],
    ['a certificate with bytes left over', () => inBlock('CBQL', /<X509Certificate>[^<]*/, `<X509Certificate>${Buffer.concat([signers().principal.der, Buffer.from([0])]).toString('base64')}`), 'certificate-unreadable'],
    ['a certificate that is none', () => inBlock('CBQL', /<X509Certificate>[^<]*/, '<X509Certificate>AAAA'), 'certificate-unreadable'],
    ['the key of someone else', () => approvedWith({ edit: (signature) => signature.replace(/<X509Certificate>[^<]*/, `<X509Certificate>${person(ca, '099170000009').der.toString('base64')}`) }), 'signature-mismatch'],
    ['an RSA key of 1024 bits', () => approvedBy(person(ca, PRINCIPAL, { keyKind: 'rsa-1024' })), 'key-unsupported'],
    ['a certificate other than XAdES states', () => approvedWith({ time: 'xades', edit: (signature) => signature.replace('<xades:SigningTime>', `<xades:SigningCertificateV2><xades:Cert><xades:CertDigest><DigestMethod Algorithm="${ALGORITHMS.sha256}"/><DigestValue>${Buffer.alloc(32).toString('base64')}</DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificateV2><xades:SigningTime>`) }), 'certificate-reference'],
  ]);
});

describe('certificates that carry no signature here', () => {
  const lookAlike = authority('CA thử nghiệm', 'look-alike');
  const elsewhere = authority('CA khác', 'elsewhere');
  const REVOKED = person(ca, PRINCIPAL);
  refuses([
    ['of a look-alike authority', () => approvedBy(person(lookAlike, PRINCIPAL)), 'issuer-unknown'],
    ['signed by itself', () => approvedBy(selfSigned()), 'issuer-unknown'],
    ['signed by itself, with the real authority in KeyInfo', () => foreignCard({ roles: [TEACHES, { ...APPROVES, signer: selfSigned(), chain: [ca.certificate.raw] }, SEALS] }), 'issuer-unknown'],
    ['of an authority that came in KeyInfo', () => foreignCard({ roles: [TEACHES, { ...APPROVES, signer: person(elsewhere, PRINCIPAL), chain: [elsewhere.certificate.raw] }, SEALS] }), 'issuer-unknown'],
    ['expired when it signed', () => approvedBy(person(ca, PRINCIPAL, { notAfter: new Date('2026-06-02T01:14:59Z') })), 'expired'],
    ['not valid yet when it signed', () => approvedBy(person(ca, PRINCIPAL, { notBefore: new Date('2026-06-02T01:15:01Z') })), 'not-yet-valid'],
    ['that is an authority', () => approvedBy(person(ca, PRINCIPAL, { ca: true })), 'authority-as-signer'],
    ['for web servers only', () => approvedBy(person(ca, PRINCIPAL, { serverOnly: true })), 'not-for-this-use'],
    ['revoked when it signed', () => approvedBy(REVOKED), 'revoked', { trust: { crls: [crlOf(ca, { revoked: [{ signer: REVOKED, at: new Date('2026-06-01T00:00:00Z') }] })] } }],
    ['of an organisation in a person\'s role', () => approvedBy(organisation(ca, TAX_CODE)), 'holder-kind'],
    ['of a person as the seal', () => foreignCard({ roles: [TEACHES, APPROVES, { ...SEALS, signer: signers().principal }] }), 'holder-kind'],
    ['that names both a person and an organisation', () => approvedBy(issue(ca, `CCCD:${PRINCIPAL}`, { commonName: 'x', extraUid: `MST:${TAX_CODE}` })), 'holder-kind'],
    ['of another person', () => approvedBy(person(ca, '099170000009')), 'holder-number'],
    ['of the person in the block, who is not the one in the data', () => approvedBy(person(ca, '099170000009'), '099170000009'), 'signer-number'],
    ['a seal that nobody approved', () => good, 'seal-unapproved', { policy: { approvedSeals: new Set() } }],
  ]);

  test('whose name only looks like a number names nobody: nothing can be shown before it is registered', async () => {
    const verdict = await judgeCard(approvedBy(issue(ca, '', { commonName: `UID=CCCD:${PRINCIPAL}` })));
    assert.deepEqual([verdict.verdict, verdict.code], ['not-provable', 'signer-unregistered']);
  });

  test('of an authority that only the system trusts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'system-store-'));
    const before = process.env['SSL_CERT_FILE'];
    try {
      writeFileSync(join(folder, 'store.pem'), elsewhere.certificate.toString());
      process.env['SSL_CERT_FILE'] = join(folder, 'store.pem');
      const verdict = await judgeCard(approvedBy(person(elsewhere, PRINCIPAL, { commonName: 'Từ kho của hệ thống' })));
      assert.deepEqual([verdict.verdict, verdict.code], ['invalid', 'issuer-unknown']);
    } finally {
      if (before === undefined) delete process.env['SSL_CERT_FILE'];
      else process.env['SSL_CERT_FILE'] = before;
      rmSync(folder, { recursive: true });
    }
  });

  function selfSigned(): Signer {
    const { key, certificate } = authority('Tự ký', 'self-signed', `CCCD:${PRINCIPAL}`);
    return { key, certificate, der: certificate.raw };
  }
});

describe('roles', () => {
  refuses([
    ['the principal missing', () => foreignCard({ roles: [TEACHES, SEALS] }), 'role-missing'],
    ['the seal missing', () => foreignCard({ roles: [TEACHES, APPROVES] }), 'role-missing'],
    ['the homeroom teacher missing where the campaign asks for one', () => foreignCard({ roles: [APPROVES, SEALS] }), 'role-missing', { policy: { requireTeacher: true } }],
    ['the principal twice', () => foreignCard({ roles: [TEACHES, APPROVES, APPROVES, SEALS] }), 'duplicate'],
    ['the homeroom teacher twice', () => foreignCard({ roles: [TEACHES, TEACHES, APPROVES, SEALS] }), 'duplicate'],
    ['the seal twice', () => foreignCard({ roles: [TEACHES, APPROVES, SEALS, SEALS] }), 'duplicate'],
    ['the principal twice in profile v1.1', () => foreignCard({ profile: 'v1.1', roles: [TEACHES, APPROVES, APPROVES, SEALS] }), 'duplicate', { policy: { profile: 'v1.1' } }],
    ['the homeroom teacher twice in profile v1.1', () => foreignCard({ profile: 'v1.1', roles: [TEACHES, TEACHES, APPROVES, SEALS] }), 'duplicate', { policy: { profile: 'v1.1' } }],
    ['the principal before the teacher', () => foreignCard({ roles: [APPROVES, TEACHES, SEALS] }), 'role-order'],
    ['the seal before the principal', () => foreignCard({ roles: [TEACHES, SEALS, APPROVES] }), 'role-order'],
    ['subject teachers in profile v1.0', () => foreignCard({ roles: [{ ...TEACHES, role: 'subjectTeacher' }, TEACHES, APPROVES, SEALS] }), 'unknown-block'],
    ['the principal before the teacher, by their times', () => foreignCard({ roles: [TEACHES, { ...APPROVES, signedAt: '2026-06-01T08:09:59+07:00' }, SEALS] }), 'signing-time-order'],
    ['a signing time later than the receipt', () => good, 'signing-time-future', { trust: { at: new Date('2026-06-02T02:09:59Z'), crls: [crlOf(ca, { thisUpdate: new Date('2026-06-01T00:00:00Z') })] } }],
    ['NGAY_KY of another day', () => foreignCard({ roles: [TEACHES, { ...APPROVES, stated: '2026-06-03T08:15:00+07:00' }, SEALS] }), 'signing-day'],
    ['NGAY_KY that is no day', () => foreignCard({ roles: [TEACHES, { ...APPROVES, stated: '2026-02-31' }, SEALS] }), 'bad-value'],
    ['one person as teacher and principal where the province forbids it', () => foreignCard({ roles: [{ ...TEACHES, signer: signers().principal, personalNumber: PRINCIPAL }, APPROVES, SEALS], edit: (card) => card.replaceAll(TEACHER, PRINCIPAL) }), 'same-person', { policy: { teacherMayApprove: false } }],
  ]);
});

describe('profiles and values', () => {
  const newer = (): Buffer => foreignCard({ profile: 'v1.1', roles: [APPROVES, SEALS] });
  refuses([
    ['a card of v1.0 in a campaign of v1.1', () => good, 'profile-unsupported', { policy: { profile: 'v1.1' } }],
    ['a card of v1.1 in a campaign of v1.0', newer, 'profile-unsupported'],
    ['the layout of v1.0 that states 1.1', () => foreignCard({ edit: (card) => card.replace('<PHIEN_BAN>1.0', '<PHIEN_BAN>1.1') }), 'profile-unsupported'],
    ['the layout of v1.0 that states 1.1, with no campaign to ask', () => foreignCard({ edit: (card) => card.replace('<PHIEN_BAN>1.0', '<PHIEN_BAN>1.1') }), 'unknown-block', { policy: { profile: null } }],
    ['a version nobody knows, with no campaign to ask', () => foreignCard({ edit: (card) => card.replace('<PHIEN_BAN>1.0', '<PHIEN_BAN>9.9') }), 'profile-unsupported', { policy: { profile: null } }],
    ['our own card, signed again in a vendor\'s shape', () => foreignCard({ seed: 1 }), 'own-card-reshaped', { policy: { issuedHere: (cardId) => cardId === cardData(1).cardId } }],
    ['our own card with its UUID in capitals', () => foreignCard({ seed: 1, edit: (card) => card.replace(/<MA_TRA_CUU_UUID>[^<]*/, (found) => found.toUpperCase()) }), 'own-card-reshaped', { policy: { issuedHere: (cardId) => cardId === cardData(1).cardId } }],
    ['a mandatory field left out', () => foreignCard({ edit: (card) => card.replace(/<QUE_QUAN>[^]*<\/QUE_QUAN>/, '') }), 'missing-field'],
    ['a field twice', () => foreignCard({ edit: (card) => card.replace(/<QUE_QUAN>[^]*<\/QUE_QUAN>/, '$&$&') }), 'duplicate'],
    ['a grade outside the value set', () => foreignCard({ edit: (card) => card.replace(/<MUC_DAT_DUOC>./, '<MUC_DAT_DUOC>X') }), 'bad-value'],
    ['an overall result that the grades do not give', () => foreignCard({ edit: (card) => card.replace(/<MUC_DAT_DUOC>./, '<MUC_DAT_DUOC>C') }), 'record-rule'],
  ]);

  test('an own card verifies as a card, but its UUID gives it to the other policy', async () => {
    assertValid(await judgeCard(signedCard({ seed: 3 })));
    assert.equal((await judgeCard(signedCard({ seed: 3 }), { policy: { issuedHere: () => true } })).code, 'own-card-reshaped');
  });
});

describe('floods are refused quickly', () => {
  const deep = (levels: number): string => `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`;
  refuses([
    ['50,000 levels', () => deep(50_000), 'too-deep'],
    ['50,000 levels inside the data', () => good.replace('<TONG_KET>', `${deep(50_000)}<TONG_KET>`), 'too-deep'],
    ['10,000 references', () => replaced(good, /<Reference URI="#data.*?<\/Reference>/, (/<Reference URI="#data.*?<\/Reference>/.exec(good)?.[0] ?? '').repeat(10_000)), 'too-large'],
    ['1,500 references', () => replaced(good, /<Reference URI="#data.*?<\/Reference>/, (/<Reference URI="#data.*?<\/Reference>/.exec(good)?.[0] ?? '').repeat(1_500)), 'too-many-references'],
    ['100,000 elements', () => good.replace('<TONG_KET>', `${'<a/>'.repeat(100_000)}<TONG_KET>`), 'too-many-elements'],
    ['1,000 attributes', () => good.replace('<TONG_KET>', `<TONG_KET ${Array.from({ length: 1_000 }, (_, place) => `a${place}=""`).join(' ')}>`), 'too-many-attributes'],
    ['a file of two megabytes', () => good.replace('Xã Mẫu', 'x'.repeat(2_000_000)), 'too-large'],
    ['ever other canonical forms of the same data', () => approvedWith({ references: ({ data: region, time }) => [...Array.from({ length: 60 }, (_, place) => ({ uri: `#${region}`, transforms: [`<Transform Algorithm="${ALGORITHMS.exclusive}"><InclusiveNamespaces xmlns="${ALGORITHMS.exclusive}" PrefixList="p${place}"/></Transform>`] })), { uri: `#${time}` }] }, { edit: (card) => card.replace(/<NHAN_XET_GVCN>/, `<NHAN_XET_GVCN>${'x'.repeat(700_000)}`) }), 'too-many-references'],
  ]);
});
