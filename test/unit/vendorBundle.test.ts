import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Instant } from '../../domain/brand.js';
import type { Bundle } from '../../formats/bundle/bundle.js';
import { composeBundle } from '../../formats/bundle/compose.js';
import { writeBundle } from '../../formats/bundle/html.js';
import { checkBundle } from '../../formats/bundle/page/check.js';
import { readBundle } from '../../formats/bundle/read.js';
import { stamped } from '../support/bundle.js';
import { ca, cardData, PRINCIPAL, signedCard, signers } from '../support/cards.js';
import { organisation, person } from '../support/certificates.js';
import { ALGORITHMS, foreignBatch, foreignCard, pendingCard, plainRoles, subjectTeacher, type RoleStyle } from '../support/foreignCards.js';
import { judgeBatch } from '../support/foreignVerdicts.js';

const { key, der } = organisation(ca, '0999999999', { commonName: 'Sở GD&ĐT Mô Phỏng' });
const INCLUSIVE = { transforms: [ALGORITHMS.inclusive], canonicalization: ALGORITHMS.inclusive };
const fingerprintsIn = (document: Buffer): string[] => [...document.toString().matchAll(/<(?:ds:)?X509Certificate>([^<]*)/g)].map(([, text = '']) => createHash('sha256').update(Buffer.from(text, 'base64')).digest('hex'));
type Evidence = Parameters<typeof composeBundle>[0]['evidence'];
const bundleOf = (document: Buffer, context: Record<string, string> = {}, evidence: Evidence = null, vouched = fingerprintsIn(document)): Bundle => composeBundle({
  card: { cardId: cardData(1).cardId, document, departmentName: 'Sở', status: 'in-force', receivedAt: new Date('2026-06-03T00:00:00Z'), vendor: { context } },
  signers: vouched, evidence, revoked: [], signer: { key, certificate: der }, madeAt: '2026-06-20T01:00:00Z' as Instant,
});
const faults = async (bundle: Bundle): Promise<string> => (await checkBundle(bundle)).lines.filter(({ kind }) => kind === 'false').map(({ text }) => text).join('\n');
const changed = (document: Buffer, change: (xml: string) => string): Buffer => {
  const made = change(document.toString());
  assert.notEqual(made, document.toString());
  return Buffer.from(made);
};

describe('a bundle with a card of other software, checked by what stands in the page', () => {
  const [teaches, approves, seals] = plainRoles() as [RoleStyle, RoleStyle, RoleStyle];
  const shapes: [string, () => Buffer][] = [
    ['exclusive C14N', () => foreignCard()],
    ['inclusive C14N', () => foreignCard({ roles: plainRoles(INCLUSIVE) })],
    ['no Transforms', () => foreignCard({ roles: plainRoles({ transforms: [] }) })],
    ['the prefix ds:, XAdES time, indentation and CRLF', () => foreignCard({ indent: true, crlf: true, roles: plainRoles({ prefix: 'ds:', time: 'xades' }) })],
    ['a PrefixList and ID', () => foreignCard({ idName: 'ID', roles: plainRoles({ transforms: [`<Transform Algorithm="${ALGORITHMS.exclusive}"><InclusiveNamespaces xmlns="${ALGORITHMS.exclusive}" PrefixList="a #default"/></Transform>`] }) })],
    ['SHA-384 and SHA-512', () => foreignCard({ roles: plainRoles({ method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', references: ({ data, time }) => [{ uri: `#${data}`, digest: ALGORITHMS.sha384 }, { uri: `#${time}`, digest: ALGORITHMS.sha512 }] }) })],
    ['P-256 keys', () => foreignCard({ roles: plainRoles().map((role) => ({ ...role, signer: signers('p256')[role.role as 'teacher'] })) })],
    ['no GVCN', () => foreignCard({ roles: [approves, seals] })],
    ['the enveloped-signature transform where it changes nothing', () => foreignCard({ roles: plainRoles({ references: ({ data, time }) => [{ uri: `#${data}`, transforms: [ALGORITHMS.enveloped] }, { uri: `#${time}` }] }) })],
    ['an authority in KeyInfo', () => foreignCard({ roles: plainRoles({ chain: [ca.certificate.raw] }) })],
    ['profile v1.1 with subject teachers', () => foreignCard({ profile: 'v1.1', roles: [{ role: 'subjectTeacher', signer: subjectTeacher('099185000011'), personalNumber: '099185000011', subject: 0 }, teaches, approves, seals] })],
  ];
  for (const [name, card] of shapes) {
    test(`holds with ${name}, and not once a grade has changed`, async () => {
      const document = card();
      assert.equal(await faults(bundleOf(document)), '');
      assert.match(await faults(bundleOf(changed(document, (xml) => xml.replace(/<MUC_DAT_DUOC>(.)/, (found) => (found.endsWith('T') ? '<MUC_DAT_DUOC>H' : '<MUC_DAT_DUOC>T'))))), /Dữ liệu học bạ đã bị thay đổi/);
    });
  }

  test('holds in the namespaces that verified, with the time-stamp over the very bytes, and nowhere else', async () => {
    const { cards } = await judgeBatch(foreignBatch({ root: ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', cards: [pendingCard({ roles: plainRoles(INCLUSIVE) })] }));
    const { bytes, context } = cards[0]?.stored ?? assert.fail();
    const bundle = bundleOf(bytes, Object.fromEntries(context), await stamped([bytes, signedCard()], 0));
    const back = readBundle(writeBundle(bundle, { sandbox: true }))?.bundle ?? assert.fail();
    assert.deepEqual(back.vendor, { context: Object.fromEntries(context) });
    const report = await checkBundle(back);
    assert.deepEqual(report.lines.filter(({ kind }) => kind === 'false'), []);
    assert.equal(report.lines.find(({ label }) => label === 'Dấu thời gian')?.kind, 'proven');
    assert.equal(report.card?.value('HO_VA_TEN'), cardData(1).record.identity.fullName);
    assert.match(await faults({ ...bundle, vendor: { context: {} } }), /không đúng với chứng thư nào/);
    const { vendor: _vendor, ...asOwn } = bundle;
    assert.notEqual((await checkBundle(asOwn)).kind, 'proven');
  });

  const good = foreignCard();
  const hostile: [string, () => Buffer, RegExp][] = [
    ['a signing time changed', () => changed(good, (xml) => xml.replace(/<SigningTime>2026/, '<SigningTime>2025')), /Phần được ký đã bị thay đổi/],
    ['the seal taken away', () => changed(good, (xml) => xml.replace(/<KY_PHAT_HANH>[^]*<\/KY_PHAT_HANH>/, '')), /Thiếu hoặc thừa chữ ký/],
    ['a second set of data', () => changed(good, (xml) => xml.replace('<HOC_BA>', '<HOC_BA><DU_LIEU_HOC_BA id="x"/>')), /Không phải học bạ/],
    ['an id twice', () => changed(good, (xml) => xml.replace('<TONG_KET>', `<TONG_KET ID="data-${cardData(1).cardId}">`)), /Không phải học bạ/],
    ['a comment', () => changed(good, (xml) => xml.replace('<TONG_KET>', '<!-- --><TONG_KET>')), /Không phải học bạ/],
    ['a changed value', () => changed(good, (xml) => xml.replace(/(<CBQL>[^]*<SignatureValue>)(.{5})/, (_, head: string, value: string) => `${head}${value === 'AAAAA' ? 'BBBBB' : 'AAAAA'}`)), /không đúng với chứng thư/],
    ['a principal who signed the time alone', () => foreignCard({ roles: [teaches, { ...approves, references: ({ time }) => [{ uri: `#${time}` }] }, seals] }), /không bao trùm/],
    ['a principal whose time is not covered', () => foreignCard({ roles: [teaches, { ...approves, references: ({ data }) => [{ uri: `#${data}` }] }, seals] }), /Thời gian ký/],
    ['another person\'s certificate', () => foreignCard({ roles: [teaches, { ...approves, signer: person(ca, '099170000009') }, seals] }), /không phải của người được ghi/],
    ['another person in the block', () => foreignCard({ roles: [teaches, { ...approves, signer: person(ca, '099170000009'), personalNumber: '099170000009' }, seals] }), /không phải người được ghi trong học bạ/],
    ['a person\'s certificate as the seal', () => foreignCard({ roles: [teaches, approves, { ...seals, signer: person(ca, PRINCIPAL) }] }), /không phải của tổ chức/],
    ['an organisation in a person\'s place', () => foreignCard({ roles: [teaches, { ...approves, signer: organisation(ca, '0990000001') }, seals] }), /Chứng thư của tổ chức/],
    ['a SHA-1 digest', () => changed(good, (xml) => xml.replaceAll(ALGORITHMS.sha256, 'http://www.w3.org/2000/09/xmldsig#sha1')), /không (đúng với chứng thư|có dạng)/],
  ];
  for (const [name, card, sentence] of hostile) test(`sees ${name}`, async () => assert.match(await faults(bundleOf(card())), sentence));

  test('sees a certificate that the hub never judged', async () => {
    assert.match(await faults(bundleOf(good, {}, null, fingerprintsIn(good).slice(1))), /Có chứng thư mà Sở không xác nhận/);
  });
});
