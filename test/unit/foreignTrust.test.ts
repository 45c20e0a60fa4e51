import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ca, PRINCIPAL } from '../support/cards.js';
import { authority, person, type Signer } from '../support/certificates.js';
import { crlOf } from '../support/crl.js';
import { foreignCard, plainRoles, type RoleStyle } from '../support/foreignCards.js';
import { assertValid, judgeCard, type Terms } from '../support/foreignVerdicts.js';

const [TEACHES, APPROVES, SEALS] = plainRoles() as [RoleStyle, RoleStyle, RoleStyle];
const approvedBy = (signer: Signer): Buffer => foreignCard({ roles: [TEACHES, { ...APPROVES, signer }, SEALS] });
const verdictOf = async (card: Buffer, trust: Terms['trust'] = {}): Promise<(string | null)[]> => {
  const { verdict, code, class: kind } = await judgeCard(card, { trust });
  return [verdict, code, kind];
};
/** The principal signs on 2 June at 08:15; the receipt is of 5 June. */
const RECEIPT = new Date('2026-06-05T00:00:00Z');
const atReceipt = crlOf(ca, { thisUpdate: new Date('2026-06-04T00:00:00Z'), nextUpdate: new Date('2026-06-11T00:00:00Z') });

describe('four verdicts', () => {
  test('valid: now, with a list of now', async () => assertValid(await judgeCard(foreignCard())));

  test('valid at a proven time: at the receipt, with the list of then', async () => {
    assert.deepEqual(await verdictOf(foreignCard(), { at: RECEIPT, crls: [atReceipt] }), ['valid-at-proven-time', 'valid', null]);
  });
  test('valid at a proven time though the certificate has expired since', async () => {
    const brief = person(ca, PRINCIPAL, { notAfter: new Date('2026-06-10T00:00:00Z') });
    assert.deepEqual(await verdictOf(approvedBy(brief), { at: RECEIPT, crls: [atReceipt] }), ['valid-at-proven-time', 'valid', null]);
  });
  test('valid at a proven time though the certificate was revoked since, and the verdict says when', async () => {
    const signer = person(ca, PRINCIPAL);
    const crls = [crlOf(ca, { revoked: [{ signer, at: new Date('2026-06-15T00:00:00Z') }] })];
    const verdict = await judgeCard(approvedBy(signer), { trust: { at: RECEIPT, crls } });
    assert.deepEqual([verdict.verdict, verdict.signatures[1]?.revokedSince], ['valid-at-proven-time', '2026-06-15T00:00:00.000Z']);
  });

  test('not provable: expired between signing and receipt is held, to be signed again', async () => {
    const brief = person(ca, PRINCIPAL, { notAfter: new Date('2026-06-03T00:00:00Z') });
    assert.deepEqual(await verdictOf(approvedBy(brief), { at: RECEIPT, crls: [atReceipt] }), ['not-provable', 'held-expired', 'held']);
  });
  test('not provable: revoked between signing and receipt is held, to be signed again', async () => {
    const signer = person(ca, PRINCIPAL);
    const crls = [crlOf(ca, { revoked: [{ signer, at: new Date('2026-06-03T00:00:00Z') }] })];
    assert.deepEqual(await verdictOf(approvedBy(signer), { at: RECEIPT, crls }), ['not-provable', 'held-revoked', 'held']);
    assert.deepEqual(await verdictOf(approvedBy(signer), { crls }), ['not-provable', 'held-revoked', 'held']);
  });
  test('invalid: revoked before it signed', async () => {
    const signer = person(ca, PRINCIPAL);
    const crls = [crlOf(ca, { revoked: [{ signer, at: new Date('2026-06-01T00:00:00Z') }] })];
    assert.deepEqual(await verdictOf(approvedBy(signer), { at: RECEIPT, crls }), ['invalid', 'revoked', 'trust']);
  });
  test('not provable: no list, a stale list, no authority at all', async () => {
    assert.deepEqual(await verdictOf(foreignCard(), { crls: [] }), ['not-provable', 'crl-missing', 'trust']);
    assert.deepEqual(await verdictOf(foreignCard(), { crls: [atReceipt] }), ['not-provable', 'crl-stale', 'trust']);
    assert.deepEqual(await verdictOf(foreignCard(), { anchors: [] }), ['not-provable', 'no-anchors', 'trust']);
  });
  test('a list of another authority says nothing', async () => {
    assert.deepEqual(await verdictOf(foreignCard(), { crls: [crlOf(authority('CA khác'))] }), ['not-provable', 'crl-missing', 'trust']);
  });
  test('what is invalid of one signature outweighs what is not provable of another', async () => {
    const brief = person(ca, PRINCIPAL, { notAfter: new Date('2026-06-03T00:00:00Z') });
    const stranger = person(authority('CA khác'), '099185000001');
    const card = foreignCard({ roles: [{ ...TEACHES, signer: stranger }, { ...APPROVES, signer: brief }, SEALS] });
    const verdict = await judgeCard(card);
    assert.deepEqual([verdict.verdict, verdict.code, verdict.role, verdict.card], ['invalid', 'issuer-unknown', 'teacher', null]);
  });
  test('a card that is only not provable yet hands out its content, to be held by name', async () => {
    assert.ok((await judgeCard(foreignCard(), { trust: { crls: [] } })).card !== null);
  });
});

describe('order', () => {
  const covering = (role: RoleStyle, ...ids: string[]): RoleStyle => ({ ...role, references: ({ data, time }) => [{ uri: `#${data}` }, ...ids.map((id) => ({ uri: `#${id}` })), { uri: `#${time}` }] });
  const orderOf = async (roles: RoleStyle[]): Promise<string | null> => {
    const verdict = await judgeCard(foreignCard({ roles }));
    assertValid(verdict);
    return verdict.order;
  };
  const [teacher, principal] = [{ ...TEACHES, id: 'sig-t', blockId: 'b-t' }, { ...APPROVES, id: 'sig-p', blockId: 'b-p' }];

  test('claimed by the signing times where no role covers another', async () => assert.equal(await orderOf([TEACHES, APPROVES, SEALS]), 'claimed'));
  test('proven where each covers the earlier Signatures', async () => assert.equal(await orderOf([teacher, covering(principal, 'sig-t'), covering(SEALS, 'sig-t', 'sig-p')]), 'proven'));
  test('proven where each covers the earlier blocks', async () => assert.equal(await orderOf([teacher, covering(principal, 'b-t'), covering(SEALS, 'b-t', 'b-p')]), 'proven'));
  test('proven where each covers the one before', async () => assert.equal(await orderOf([teacher, covering(principal, 'sig-t'), covering(SEALS, 'sig-p')]), 'proven'));
  test('claimed where the seal covers the principal alone', async () => assert.equal(await orderOf([teacher, principal, covering(SEALS, 'sig-p')]), 'claimed'));
  test('proven though a clock went wrong', async () => {
    assert.equal(await orderOf([teacher, { ...covering(principal, 'sig-t'), signedAt: '2026-05-31T08:00:00+07:00' }, covering(SEALS, 'sig-t', 'sig-p')]), 'proven');
  });
  test('a covered block that changed is named as such', async () => {
    const card = foreignCard({ roles: [teacher, covering(principal, 'b-t'), SEALS] }).toString();
    assert.equal((await judgeCard(card.replace(/(<GVCN[^]*?<X509SubjectName>)[^<]*/, '$1CN=Khác'))).code, 'earlier-signature-changed');
    assert.equal((await judgeCard(card.replace(/<GVCN[^]*<\/GVCN>/, ''))).code, 'reference-unknown');
  });
});
