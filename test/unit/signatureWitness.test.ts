import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Instant } from '../../domain/brand.js';
import { COVERS, PROFILE_CODES, type Cover, type ProfileCode } from '../../domain/card.js';
import { packBatch } from '../../formats/kho/batch.js';
import { signTransaction } from '../../formats/kho/transaction.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { anchors, ca, signedCard } from '../support/cards.js';
import { organisation, type KeyKind } from '../support/certificates.js';
import { questionsOf, signatureIds, witnesses, xmlCryptoAccepts } from '../support/witnesses.js';
import { withoutXmlsec, xmlsecAccepts } from '../support/xmlsec.js';

/** Verifiers that others wrote must agree with our signer: a mistake shared by our own two halves would go unseen. */
const anchor = ca.certificate.toString();

type Written = { profile: ProfileCode; cover: Cover; keyKind: KeyKind; xades: boolean };
const WRITTEN: Written[] = PROFILE_CODES.flatMap((profile) => [
  ...COVERS.flatMap((cover) => (['rsa', 'p256'] as const).map((keyKind) => ({ profile, cover, keyKind, xades: false }))),
  ...(['p384', 'p521'] as const).map((keyKind) => ({ profile, cover: 'annex' as const, keyKind, xades: false })),
  { profile, cover: 'block', keyKind: 'rsa', xades: true },
]);
const nameOf = ({ profile, cover, keyKind, xades }: Written): string => `${profile} ${cover} ${keyKind}${xades ? ' XAdES' : ''}`;

const changedGrade = (xml: Buffer): Buffer => Buffer.from(xml.toString().replace(/<MUC_DAT_DUOC>(.)/, (found) => (found.endsWith('T') ? '<MUC_DAT_DUOC>H' : '<MUC_DAT_DUOC>T')));

/** As a peer might write the root around our cards: the declarations must not reach into the signed regions. */
const foreignBatch = (cards: Buffer[]): Buffer => Buffer.from(packBatch(cards).toString().replace(
  '<DANH_SACH_HOC_BA ', '<DANH_SACH_HOC_BA xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" ',
));

const cards = WRITTEN.map((written, place) => ({ name: nameOf(written), written, xml: signedCard({ seed: 21 + place, ...written }) }));
const asked = (documents: readonly { name: string; xml: Buffer }[]) => documents.flatMap(({ name, xml }) => questionsOf(xml).map((question) => ({ ...question, name: `${name} ${question.signatureId}` })));

for (const witness of witnesses(anchor)) {
  describe(`to ${witness.name}`, { skip: witness.missing }, () => {
    const all = async (documents: readonly { name: string; xml: Buffer }[], expected: boolean) => {
      const questions = asked(documents);
      assert.ok(questions.length >= 3);
      const answers = await witness.judge(questions);
      assert.deepEqual(questions.filter((_, place) => answers[place] !== expected).map(({ name }) => name), []);
    };

    test('every signature is good of cards of both profiles, all covers, RSA and ECDSA keys, with and without XAdES', () => all(cards, true));

    test('and none is when a grade has changed', () => all(cards.map(({ name, xml }) => ({ name, xml: changedGrade(xml) })), false));

    test('and each stays good under DANH_SACH_HOC_BA with xmlns:xsi and xmlns:xsd declared on it', async () => {
      const older = COVERS.map((cover) => ({ name: cover, xml: foreignBatch(cards.filter(({ written }) => written.profile === 'v1.0' && written.cover === cover).slice(0, 2).map(({ xml }) => xml)) }));
      // Ids of v1.1 are fixed words that repeat from card to card, so who looks them up in the whole batch can judge but one card.
      const newer = cards.filter(({ written }) => written.profile === 'v1.1').map(({ name, xml }) => ({ name, xml: foreignBatch([xml]) }));
      assert.equal(questionsOf((older[0] as { xml: Buffer }).xml).length, 6);
      await all([...older, ...newer], true);
    });
  });
}

test('cards come out of a batch as they went in, of either profile', () => {
  const batch = foreignBatch(cards.map(({ xml }) => xml)).toString();
  for (const { name, written, xml } of cards) {
    const start = batch.indexOf(xml.toString());
    assert.ok(start > 0, name);
    const back = Buffer.from(batch.slice(start, batch.indexOf('</HOC_BA>', start) + '</HOC_BA>'.length));
    assert.equal(verifyCard({ card: back, policy: { kind: 'own', ...written }, anchors }).verdict, 'valid', name);
  }
});

describe('the transaction Signature inside the root', () => {
  const sender = organisation(ca, '0990000099', { commonName: 'Sở GD&ĐT Mô Phỏng' });
  const xml = packBatch([21, 22, 23].map((seed) => signedCard({ seed })));
  const signed = signTransaction({ xml, key: sender.key, certificate: sender.der, signedAt: '2026-06-02T09:00:00+07:00' as Instant });
  const changed = Buffer.from(signed.toString().replace('Xã Mẫu', 'Xã Khác'));

  test('verifies in xml-crypto, with the card signatures beside it; a changed batch does not', () => {
    for (const id of signatureIds(signed)) assert.ok(xmlCryptoAccepts({ xml: signed, signatureId: id }), id);
    assert.ok(!xmlCryptoAccepts({ xml: changed, signatureId: 'sig-dataDanhSach' }));
  });

  test('verifies in xmlsec1, with the card signatures beside it; a changed batch does not', { skip: withoutXmlsec }, () => {
    for (const id of signatureIds(signed)) assert.ok(xmlsecAccepts(signed, id, anchor), id);
    assert.ok(!xmlsecAccepts(changed, 'sig-dataDanhSach', anchor));
  });
});
