import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SignedXml } from 'xml-crypto';
import type { Instant } from '../../domain/brand.js';
import type { Cover } from '../../domain/card.js';
import { packBatch } from '../../formats/kho/batch.js';
import { signTransaction } from '../../formats/kho/transaction.js';
import { anchors, ca, signedCard } from '../support/cards.js';
import { organisation } from '../support/certificates.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { withoutXmlsec, xmlsecAccepts } from '../support/xmlsec.js';

/** Verifiers that others wrote must agree with our signer: a mistake shared by our own two halves would go unseen. */
const COVERS: Cover[] = ['annex', 'signature', 'block'];
const SEEDS = [21, 22, 23];
const anchor = ca.certificate.toString();
const signatureIds = (xml: Buffer): string[] => [...xml.toString().matchAll(/<Signature [^>]*Id="([^"]+)"/g)].map((found) => found[1] as string);

function xmlCryptoAccepts(xml: Buffer, signatureId: string): boolean {
  const text = xml.toString();
  const signature = [...text.matchAll(/<Signature .*?<\/Signature>/g)].map(([whole]) => whole).find((one) => one.includes(` Id="${signatureId}"`)) ?? assert.fail();
  const certificate = /<X509Certificate>([^<]*)/.exec(signature)?.[1] ?? assert.fail();
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  const verifier = new SignedXml({ publicCert: pem });
  verifier.loadSignature(signature);
  try {
    return verifier.checkSignature(text);
  } catch (fault) {
    // xml-crypto throws for a wrong value and answers false for a wrong digest.
    if (/invalid signature/i.test((fault as Error).message)) return false;
    throw fault;
  }
}

/** As a peer might write the root around our cards: the declarations must not reach into the signed regions. */
const foreignBatch = (cards: Buffer[]): Buffer => Buffer.from(packBatch(cards).toString().replace(
  '<DANH_SACH_HOC_BA ', '<DANH_SACH_HOC_BA xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" ',
));

for (const cover of COVERS) {
  describe(`cards under cover ${cover}`, () => {
    const cards = SEEDS.map((seed) => signedCard({ seed, cover }));
    const [card] = cards as [Buffer];
    const batch = foreignBatch(cards);
    const changed = Buffer.from(card.toString().replace(/<MUC_DAT_DUOC>(.)/, (found) => (found.endsWith('T') ? '<MUC_DAT_DUOC>H' : '<MUC_DAT_DUOC>T')));

    test('verify in xml-crypto, alone and inside a batch; a changed grade does not', () => {
      for (const id of signatureIds(card)) {
        assert.ok(xmlCryptoAccepts(card, id), id);
        assert.ok(!xmlCryptoAccepts(changed, id), id);
      }
      assert.equal(signatureIds(batch).length, 9);
      for (const id of signatureIds(batch)) assert.ok(xmlCryptoAccepts(batch, id), id);
    });

    test('verify in xmlsec1 up to the anchor, alone and inside a batch; a changed grade does not', { skip: withoutXmlsec }, () => {
      for (const id of signatureIds(card)) {
        assert.ok(xmlsecAccepts(card, id, anchor), id);
        assert.ok(!xmlsecAccepts(changed, id, anchor), id);
      }
      for (const id of signatureIds(batch)) assert.ok(xmlsecAccepts(batch, id, anchor), id);
    });

    test('come out of a batch as they went in', () => {
      const packed = packBatch(cards).toString();
      for (const one of cards) {
        const start = packed.indexOf(one.toString());
        assert.ok(start > 0);
        const back = Buffer.from(packed.slice(start, packed.indexOf('</HOC_BA>', start) + '</HOC_BA>'.length));
        assert.equal(verifyCard({ card: back, policy: { kind: 'own', profile: 'v1.0', cover }, anchors }).verdict, 'valid');
      }
    });
  });
}

test('ECDSA signatures verify in xmlsec1', { skip: withoutXmlsec }, () => {
  for (const keyKind of ['p256', 'p384'] as const) {
    const card = signedCard({ keyKind });
    for (const id of signatureIds(card)) assert.ok(xmlsecAccepts(card, id, anchor), `${keyKind} ${id}`);
  }
});

describe('the transaction Signature inside the root', () => {
  const sender = organisation(ca, '0990000099', { commonName: 'Sở GD&ĐT Mô Phỏng' });
  const xml = packBatch(SEEDS.map((seed) => signedCard({ seed })));
  const signed = signTransaction({ xml, key: sender.key, certificate: sender.der, signedAt: '2026-06-02T09:00:00+07:00' as Instant });
  const changed = Buffer.from(signed.toString().replace('Xã Mẫu', 'Xã Khác'));

  test('verifies in xml-crypto, with the card signatures beside it; a changed batch does not', () => {
    for (const id of signatureIds(signed)) assert.ok(xmlCryptoAccepts(signed, id), id);
    assert.ok(!xmlCryptoAccepts(changed, 'sig-dataDanhSach'));
  });

  test('verifies in xmlsec1, with the card signatures beside it; a changed batch does not', { skip: withoutXmlsec }, () => {
    for (const id of signatureIds(signed)) assert.ok(xmlsecAccepts(signed, id, anchor), id);
    assert.ok(!xmlsecAccepts(changed, 'sig-dataDanhSach', anchor));
  });
});
