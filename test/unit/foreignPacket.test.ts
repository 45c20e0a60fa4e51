import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Instant } from '../../domain/brand.js';
import { cutCard } from '../../formats/foreign/cutCard.js';
import { packedFault, readPacked } from '../../formats/foreign/packed.js';
import { contextKey, packBatch } from '../../formats/kho/batch.js';
import { decodeContent, encodeContent } from '../../formats/kho/content.js';
import { signTransaction } from '../../formats/kho/transaction.js';
import { EnvelopedSignatureError } from '../../formats/signature/enveloped.js';
import { ca, cardData, signedCard } from '../support/cards.js';
import { organisation } from '../support/certificates.js';
import { ALGORITHMS, foreignBatch, foreignCard, pendingCard, plainRoles } from '../support/foreignCards.js';
import { assertValid, judgeBatch, NOW } from '../support/foreignVerdicts.js';
import { questionsOf, witnesses } from '../support/witnesses.js';
import { withoutXmlsec, xmlsecAccepts } from '../support/xmlsec.js';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const INCLUSIVE = { transforms: [ALGORITHMS.inclusive], canonicalization: ALGORITHMS.inclusive };
const sender = organisation(ca, '0990000099', { commonName: 'Sở GD&ĐT Mô Phỏng' });
const sign = (xml: Buffer): Buffer => signTransaction({ xml, holdsForeign: true, key: sender.key, certificate: sender.der, signedAt: '2026-06-20T09:00:00+07:00' as Instant });

/** Cards that a vendor signed where they stood in its batch, by inclusive C14N, as the verifier hands them out. */
const received = (await judgeBatch(foreignBatch({
  root: ` xmlns:xsi="${XSI}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"`,
  cards: [41, 42].map((seed) => pendingCard({ seed, indent: seed === 42, crlf: seed === 42, roles: plainRoles(INCLUSIVE) })),
}))).cards.map(({ stored, card }) => ({ ...stored ?? assert.fail(), cardId: card?.data.cardId ?? '' }));
const own = signedCard({ seed: 43 });
const context = received[0]?.context ?? assert.fail();
const unsigned = packBatch([own, ...received.map(({ bytes }) => bytes)], context);
const packet = sign(unsigned);
const expected = (place: number) => ({ cardId: received[place]?.cardId ?? '', profile: 'v1.0' as const, context });
const faultAt = (batch: Buffer, place: number, wanted = expected(0)): string | null => packedFault(readPacked(batch)?.[place] ?? assert.fail(), wanted, NOW)?.code ?? null;

describe('a packet of the Sở with cards of other software and our own', () => {
  test('declares the namespaces that the cards verified in and holds every card to the byte', () => {
    assert.deepEqual([...context.keys()].sort(), ['xsd', 'xsi']);
    for (const bytes of [own, ...received.map((card) => card.bytes)]) assert.ok(packet.includes(bytes));
    assert.ok(decodeContent(encodeContent(packet), { maxBytes: 10_000_000 }).equals(packet));
  });

  test('verifies as a whole and card by card to our own verifier, as a peer would read it', async () => {
    const verdict = await judgeBatch(packet);
    assert.equal(verdict.transaction.verdict, 'valid', verdict.transaction.message);
    assert.equal(verdict.cards.length, 3);
    verdict.cards.forEach(assertValid);
  });

  test('verifies to xmlsec1: the transaction and each signature of each card where it stands', { skip: withoutXmlsec }, () => {
    const questions = questionsOf(packet);
    assert.equal(questions.length, 10);
    for (const { xml, signatureId } of questions) assert.ok(xmlsecAccepts(xml, signatureId, ca.certificate.toString(), '2026-06-21 00:00:00'), signatureId);
    const changed = Buffer.from(packet.toString().replace(/(<HOC_BA>[^]*<HOC_BA>[^]*?<CAN_NANG>)[^<]*/, '$199'));
    assert.deepEqual(questionsOf(changed).filter(({ xml, signatureId }) => !xmlsecAccepts(xml, signatureId, ca.certificate.toString(), '2026-06-21 00:00:00')).length, 4, 'the three of that card and the transaction');
  });

  for (const witness of witnesses(ca.certificate.toString()).filter(({ name }) => name === 'the JDK')) {
    test(`verifies to ${witness.name}`, { skip: witness.missing }, async () => assert.deepEqual(await witness.judge(questionsOf(packet)), Array.from({ length: 10 }, () => true)));
  }

  test('would not verify without those namespaces, and the last look before signing says so', () => {
    assert.deepEqual([faultAt(unsigned, 1), faultAt(unsigned, 2, expected(1))], [null, null]);
    assert.equal(faultAt(packBatch(received.map(({ bytes }) => bytes)), 0), 'data-changed');
    assert.equal(faultAt(packBatch(received.map(({ bytes }) => bytes), new Map([...context, ['q', 'urn:q']])), 0), 'data-changed');
  });

  test('does not take one card for another, a changed one, or one with an id of the packet', () => {
    assert.equal(faultAt(unsigned, 1, expected(1)), 'region-changed');
    const bytes = received[0]?.bytes.toString() ?? '';
    assert.equal(faultAt(packBatch([Buffer.from(bytes.replace('<CAN_NANG>2', '<CAN_NANG>3'))], context), 0), 'data-changed');
    const clash = foreignCard({ seed: 41, dataId: 'dataDanhSach' });
    assert.equal(faultAt(packBatch([clash]), 0, { ...expected(0), cardId: cardData(41).cardId, context: new Map() }), 'id-duplicate');
    assert.equal(readPacked(Buffer.from('<DANH_SACH_HOC_BA id="dataDanhSach"><KHAC/></DANH_SACH_HOC_BA>')), null);
  });

  test('is not signed when it is no XML, and never as one of our cards alone', () => {
    const refused = (xml: Buffer, holdsForeign: boolean): void => assert.throws(() => signTransaction({ xml, holdsForeign, key: sender.key, certificate: sender.der, signedAt: '2026-06-20T09:00:00+07:00' as Instant }), EnvelopedSignatureError);
    refused(unsigned, false);
    refused(Buffer.from(unsigned.toString().replace('</CAN_NANG>', '</CAN>')), true);
    refused(Buffer.from(unsigned.toString().replace('<TONG_KET>', '<!-- --><TONG_KET>')), true);
  });

  test('holds cards of one context only: the key of a context is the same in any order of its prefixes', () => {
    assert.equal(contextKey(new Map([...context].reverse())), contextKey(context));
    assert.notEqual(contextKey(new Map([['xsi', XSI]])), contextKey(context));
    assert.equal(contextKey(new Map()), '');
  });
});

test('a card is cut out of a file only where nothing that says anything stands around it', () => {
  const card = received[0]?.bytes ?? assert.fail();
  const file = (before: string, after = ''): Buffer => Buffer.concat([Buffer.from(before), card, Buffer.from(after)]);
  for (const good of [file(''), file('\uFEFF'), file('<?xml version="1.0" encoding="utf-8"?>\r\n', '\n'), packBatch([card], context)]) assert.ok(cutCard(good)?.equals(card));
  for (const bad of [file('<!-- giỏi -->'), file('<X>', '</X>'), file('', '<!-- giỏi -->'), file('<?xml version="1.0" encoding="utf-8"?><?x?>'), file('<DANH_SACH_HOC_BA id="dataDanhSach" giỏi="1">', '</DANH_SACH_HOC_BA>'), Buffer.from('')]) assert.equal(cutCard(bad), null);
  assert.ok(cutCard(packBatch([card, card]))?.equals(card) !== true, 'two cards are not one');
});
