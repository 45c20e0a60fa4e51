import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ca, cardData, PRINCIPAL, signers, TEACHER } from '../support/cards.js';
import { intermediate, issue, person } from '../support/certificates.js';
import { crlOf } from '../support/crl.js';
import { ALGORITHMS, foreignCard, plainRoles, subjectTeacher, type CardStyle, type RoleStyle, type SignatureStyle } from '../support/foreignCards.js';
import { assertValid, judgeCard, type Terms } from '../support/foreignVerdicts.js';

const signed = (style: SignatureStyle, card: CardStyle = {}): Buffer => foreignCard({ roles: plainRoles(style), ...card });
const [TEACHES, APPROVES, SEALS] = plainRoles() as [RoleStyle, RoleStyle, RoleStyle];
const prefixList = (list: string): string => `<Transform Algorithm="${ALGORITHMS.exclusive}"><InclusiveNamespaces xmlns="${ALGORITHMS.exclusive}" PrefixList="${list}"/></Transform>`;

describe('a lawful card of another vendor is accepted', () => {
  const cards: [string, () => Buffer, Terms?][] = [
    ['data and signing time covered but no earlier role', () => foreignCard()],
    ['without Transforms', () => signed({ transforms: [] })],
    ['inclusive C14N', () => signed({ transforms: [ALGORITHMS.inclusive], canonicalization: ALGORITHMS.inclusive })],
    ['a PrefixList', () => signed({ transforms: [prefixList('xsi xsd')] }, { edit: (card) => card.replace('<HOC_BA>', '<HOC_BA xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">') })],
    ['the prefix ds:', () => signed({ prefix: 'ds:' })],
    ['ds: declared on HOC_BA only', () => signed({ prefix: 'ds:' }, { edit: (card) => card.replaceAll(' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', '').replace('<HOC_BA>', '<HOC_BA xmlns:ds="http://www.w3.org/2000/09/xmldsig#">') })],
    ['indentation', () => foreignCard({ indent: true })],
    ['CRLF', () => foreignCard({ indent: true, crlf: true })],
    ['no GVCN', () => foreignCard({ roles: [APPROVES, SEALS] })],
    ['a declaration', () => foreignCard({ edit: (card) => `<?xml version="1.0" encoding="utf-8"?>\r\n${card}` })],
    ['a byte order mark', () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), foreignCard()])],
    ['short empty elements', () => foreignCard({ edit: (card) => card.replaceAll('></Transform>', '/>').replace('</TONG_KET>', '<NOI_DUNG_HOAN_THANH_CHUONG_TRINH/></TONG_KET>') })],
    ['a chain of certificates in KeyInfo', () => signed({ chain: [ca.certificate.raw] })],
    ['XAdES SigningTime', () => signed({ time: 'xades' })],
    ['SignatureProperties and SigningTime in no namespace', () => signed({ time: 'no-namespace' })],
    ['a Reference that names SignatureProperties', () => signed({ time: 'properties' })],
    ['a Reference that names Object', () => signed({ time: 'object' })],
    ['a Type that is true', () => signed({ time: 'properties', references: ({ data, time }) => [{ uri: `#${data}` }, { uri: `#${time}`, type: 'http://www.w3.org/2000/09/xmldsig#SignatureProperties' }] })],
    ['the enveloped-signature transform where it changes nothing', () => signed({ references: ({ data, time }) => [{ uri: `#${data}`, transforms: [ALGORITHMS.enveloped, ALGORITHMS.exclusive] }, { uri: `#${time}` }] })],
    ['the enveloped-signature transform alone', () => signed({ references: ({ data, time }) => [{ uri: `#${data}`, transforms: [ALGORITHMS.enveloped] }, { uri: `#${time}`, transforms: [] }] })],
    ['the attribute Id', () => foreignCard({ idName: 'Id' })],
    ['the attribute ID', () => foreignCard({ idName: 'ID' })],
    ['SHA-384 and SHA-512', () => signed({ method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', references: ({ data, time }) => [{ uri: `#${data}`, digest: ALGORITHMS.sha384 }, { uri: `#${time}`, digest: ALGORITHMS.sha512 }] })],
    ['KeyInfo covered too', () => foreignCard({ roles: plainRoles().map((role, place) => coveringKeys(role, place)) })],
    ['a KeyValue beside the certificate', () => signed({ edit: (signature) => signature.replace('<KeyInfo>', '<KeyInfo><KeyValue><RSAKeyValue><Modulus>AAAA</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>') })],
    ['a Signature without Id', () => signed({ id: '', target: '' })],
    ['ids that look like UUIDs', () => foreignCard({ dataId: '3f2b0c1e-0000-4000-8000-000000000001' })],
    ['blocks of the data in another order', () => foreignCard({ edit: (card) => card.replace(/(<TONG_KET>.*<\/TONG_KET>)(<\/DU_LIEU_HOC_BA>)/s, '$2').replace(/(<DU_LIEU_HOC_BA [^>]*>)/, (open) => open + (/<TONG_KET>.*<\/TONG_KET>/s.exec(card)?.[0] ?? '')) })],
    ['NGAY_KY as a day', () => foreignCard({ roles: plainRoles().map((role) => ({ ...role, stated: role.role === 'teacher' ? '01/06/2026' : '2026-06-02' })) })],
    ['a GVCN without NGAY_KY and SO_CCCD', () => foreignCard({ roles: [{ ...TEACHES, stated: null, personalNumber: null }, APPROVES, SEALS] })],
    ['signing times five minutes apart in the wrong order', () => foreignCard({ roles: [TEACHES, { ...APPROVES, signedAt: '2026-06-02T09:20:00+07:00' }, SEALS] })],
    ['an unknown subject code', () => foreignCard({ edit: (card) => card.replace(/<MA_MON_HOC>[^<]*/, '<MA_MON_HOC>MON_LA') })],
    ['yes and no in words', () => foreignCard({ edit: (card) => card.replace(/<DUOC_LEN_LOP>1/, '<DUOC_LEN_LOP>true').replace(/<DUOC_LEN_LOP>0/, '<DUOC_LEN_LOP>false') })],
    ['P-256 keys', () => foreignCard({ roles: ecdsaRoles('p256') })],
    ['P-384 keys', () => foreignCard({ roles: ecdsaRoles('p384') })],
    ['P-521 keys', () => foreignCard({ roles: ecdsaRoles('p521') })],
    ['the same certificate twice in KeyInfo', () => foreignCard({ roles: plainRoles().map((role) => ({ ...role, chain: [role.signer.der] })) })],
  ];
  for (const [name, card, terms] of cards) test(name, async () => assertValid(await judgeCard(card(), terms)));

  const coveringKeys = (role: RoleStyle, place: number): RoleStyle => ({
    ...role,
    edit: (signature) => signature.replace('<KeyInfo>', `<KeyInfo Id="keys-${place}">`),
    references: ({ data, time }) => [{ uri: `#${data}` }, { uri: `#keys-${place}` }, { uri: `#${time}` }],
  });
  const ecdsaRoles = (kind: 'p256' | 'p384' | 'p521'): RoleStyle[] => plainRoles().map((role) => ({ ...role, signer: signers(kind)[role.role as 'teacher'] }));
});

describe('a lawful card of profile v1.1 is accepted', () => {
  const terms: Terms = { policy: { profile: 'v1.1' } };
  const subject = (number: string, place: number): RoleStyle => ({ role: 'subjectTeacher', signer: subjectTeacher(number), personalNumber: number, subject: place });

  test('subject teachers sign their results, the homeroom teacher the content, the others all of it', async () => {
    const verdict = await judgeCard(foreignCard({ profile: 'v1.1', roles: [subject('099185000011', 0), subject('099185000012', 1), ...plainRoles()] }), terms);
    assertValid(verdict);
    assert.deepEqual(verdict.signatures.map(({ role }) => role), ['subjectTeacher', 'subjectTeacher', 'teacher', 'principal', 'seal']);
  });
  test('GVBM and GVCN are one person', async () => assertValid(await judgeCard(foreignCard({ profile: 'v1.1', roles: [subject(TEACHER, 0), subject(TEACHER, 1), ...plainRoles()] }), terms)));
  test('a GVCN who signs all of the data', async () => assertValid(await judgeCard(foreignCard({ profile: 'v1.1', roles: [{ ...TEACHES, references: ({ time }) => [{ uri: '#data' }, { uri: `#${time}` }] }, APPROVES, SEALS] }), terms)));
  test('no teacher at all', async () => assertValid(await judgeCard(foreignCard({ profile: 'v1.1', roles: [APPROVES, SEALS] }), terms)));
});

describe('who may sign', () => {
  test('GVCN and CBQL in one person: accepted with a note', async () => {
    const data = cardData(1);
    const verdict = await judgeCard(foreignCard({ roles: [{ ...TEACHES, signer: signers().principal, personalNumber: PRINCIPAL }, APPROVES, SEALS], edit: (card) => card.replace(`<SO_CCCD_GIAO_VIEN_CHU_NHIEM>${data.teacher.personalNumber}`, `<SO_CCCD_GIAO_VIEN_CHU_NHIEM>${PRINCIPAL}`) }));
    assertValid(verdict);
    assert.deepEqual(verdict.notes, ['same-person', 'approval-not-checked']);
  });
  test('a certificate without a personal number, bound by its registered fingerprint', async () => {
    const unnamed = issue(ca, '', { commonName: 'Không ghi số' });
    const card = foreignCard({ roles: [TEACHES, { ...APPROVES, signer: unnamed }, SEALS] });
    const registered = new Map([[unnamed.certificate.fingerprint256.replaceAll(':', '').toLowerCase(), PRINCIPAL]]);
    assertValid(await judgeCard(card, { policy: { registered } }));
    const open = await judgeCard(card);
    assert.deepEqual([open.verdict, open.code, open.role], ['not-provable', 'signer-unregistered', 'principal']);
    const other = await judgeCard(card, { policy: { registered: new Map([...registered].map(([print]) => [print, TEACHER])) } });
    assert.deepEqual([other.verdict, other.code], ['invalid', 'holder-number']);
  });
  test('a certificate with the number of an older paper, bound by its registered fingerprint', async () => {
    const older = issue(ca, 'CMND:012345678');
    const registered = new Map([[older.certificate.fingerprint256.replaceAll(':', '').toLowerCase(), PRINCIPAL]]);
    assertValid(await judgeCard(foreignCard({ roles: [TEACHES, { ...APPROVES, signer: older }, SEALS] }), { policy: { registered } }));
  });
  test('the approved seal, and the verdict says that approval was checked', async () => {
    const approvedSeals = new Set([signers().seal.certificate.fingerprint256.replaceAll(':', '').toLowerCase()]);
    const verdict = await judgeCard(foreignCard(), { policy: { approvedSeals } });
    assertValid(verdict);
    assert.deepEqual([verdict.approval, verdict.notes], ['checked', []]);
  });
  test('an intermediate authority, from KeyInfo or given', async () => {
    const between = intermediate(ca, 'CA trung gian');
    const signer = person(between, PRINCIPAL);
    const crls = [crlOf(ca), crlOf(between)];
    const card = (chain: Buffer[]): Buffer => foreignCard({ roles: [TEACHES, { ...APPROVES, signer, chain }, SEALS] });
    assertValid(await judgeCard(card([between.certificate.raw]), { trust: { crls } }));
    assertValid(await judgeCard(card([]), { trust: { crls, intermediates: [between.certificate.raw] } }));
    assert.equal((await judgeCard(card([]), { trust: { crls } })).code, 'issuer-unknown');
  });
});
