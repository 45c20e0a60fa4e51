import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import type { Instant } from '../../domain/brand.js';
import { packBatch } from '../../formats/kho/batch.js';
import { decodeContent, encodeContent, KhoContentError } from '../../formats/kho/content.js';
import { certificateRegistration, receipt, registrationResult, submissionRequest, submissionResult } from '../../formats/kho/messages.js';
import { cutPackets, measureCard, measurePacket, PACKET_LIMIT_BYTES, withinLimit } from '../../formats/kho/packetSize.js';
import { signCertificateRegistration, signTransaction } from '../../formats/kho/transaction.js';
import { EnvelopedSignatureError } from '../../formats/signature/enveloped.js';
import { scanCanonical } from '../../formats/xml/canonical.js';
import { CARD_LIMITS } from '../../formats/card/limits.js';
import { ca, signedCard, TEACHER } from '../support/cards.js';
import { organisation, person } from '../support/certificates.js';

const maxBytes = PACKET_LIMIT_BYTES;
const pack = (text: string | Buffer, length = Buffer.byteLength(text), zip = gzipSync): string => {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(length);
  return Buffer.concat([prefix, zip(text)]).toString('base64');
};
const refusal = (content: string, limit = maxBytes): string => {
  try {
    decodeContent(content, { maxBytes: limit });
  } catch (fault) {
    assert.ok(fault instanceof KhoContentError);
    return fault.code;
  }
  return assert.fail('the content should have been refused');
};

describe('the content of a transaction', () => {
  const xml = packBatch([1, 2, 3].map((seed) => signedCard({ seed })));

  test('is escaped, gzipped, prefixed by the length after escaping and encoded, as the annex says', () => {
    const bytes = Buffer.from(encodeContent(Buffer.from('<a id="x">"</a>')), 'base64');
    const escaped = gunzipSync(bytes.subarray(4)).toString();
    assert.equal(escaped, '<a id=\\"x\\">\\"</a>');
    assert.equal(bytes.readUInt32LE(), escaped.length);
  });

  test('comes back byte for byte, awkward quotes and backslashes included', () => {
    assert.ok(decodeContent(encodeContent(xml), { maxBytes }).equals(xml));
    for (const text of ['<a b="1">\\</a>', '<a b="1">\\"\\\\"</a>', '<a b="&quot;">"</a>']) {
      assert.equal(decodeContent(encodeContent(Buffer.from(text)), { maxBytes }).toString(), text);
    }
  });

  test('is the same each time, so that a repeated sending repeats its bytes', () => assert.equal(encodeContent(xml), encodeContent(xml)));

  test('is read with its quotes escaped as \\", as &quot; or not at all', () => {
    const text = '<?xml version="1.0"?><a id="dataDanhSach">x</a>';
    for (const sent of [text, text.replaceAll('"', '\\"'), text.replaceAll('"', '&quot;')]) assert.equal(decodeContent(pack(sent), { maxBytes }).toString(), text);
    assert.equal(decodeContent(pack('<a b="1">a \\" b</a>'), { maxBytes }).toString(), '<a b="1">a \\" b</a>', 'a backslash of the text is no escape');
  });

  test('is refused when it is damaged, too large or not what its length says', () => {
    const good = pack('<a b="1"></a>');
    assert.equal(refusal(`${good.slice(0, 8)}*${good.slice(9)}`), 'not-base64');
    assert.equal(refusal(good.slice(0, -3)), 'not-base64');
    assert.equal(refusal(''), 'truncated');
    assert.equal(refusal(pack('<a b="1"></a>', 12)), 'length-mismatch');
    assert.equal(refusal(pack('<a b="1"></a>', 14)), 'length-mismatch');
    assert.equal(refusal(pack('<a b="1"></a>', 13, deflateSync as typeof gzipSync)), 'not-gzip');
    assert.equal(refusal(pack('x'.repeat(2_000)), 1_999), 'too-large');
    assert.equal(refusal('A'.repeat(40_000), 10_000), 'too-large');
    assert.equal(refusal(pack(Buffer.from([0xff, 0xfe]))), 'not-utf8');
    assert.equal(refusal(pack('<a b=\\"1"></a>')), 'mixed-escapes');
  });

  test('cannot be a bomb: 200 MB behind a small promise are not unpacked', () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000));
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32LE(1_000);
    const before = process.memoryUsage().rss;
    assert.equal(refusal(Buffer.concat([prefix, bomb]).toString('base64')), 'length-mismatch');
    assert.ok(process.memoryUsage().rss - before < 50_000_000);
  });
});

describe('packets', () => {
  test('are cut in order, none above the limit raw or packed, with the signature on', () => {
    const sender = organisation(ca, '0990000099');
    const cards = Array.from({ length: 40 }, (_, place) => signedCard({ seed: place + 1 })).map((card) => ({ card, size: measureCard(card) }));
    const limit = 200_000;
    const packets = cutPackets(cards, limit);
    assert.deepEqual(packets.flat(), cards);
    assert.ok(packets.length > 3 && packets.length < 10, `${packets.length} packets`);
    for (const packet of packets) {
      const signed = signTransaction({ xml: packBatch(packet.map(({ card }) => card)), key: sender.key, certificate: sender.der, signedAt: '2026-06-02T09:00:00Z' as Instant });
      const size = measurePacket(signed, encodeContent(signed));
      assert.ok(withinLimit(size, limit), JSON.stringify(size));
    }
  });

  test('are cut by the packed size too, should cards not shrink', () => {
    const cards = Array.from({ length: 10 }, () => ({ size: { raw: 10, packed: 30_000 } }));
    assert.deepEqual(cutPackets(cards, 100_000).map((packet) => packet.length), [2, 2, 2, 2, 2]);
  });

  test('cannot hold a card above the limit', () => assert.throws(() => cutPackets([{ size: { raw: PACKET_LIMIT_BYTES, packed: 1 } }]), RangeError));
  test('of nothing are none', () => assert.deepEqual(cutPackets([]), []));
});

describe('the transaction Signature', () => {
  const sender = organisation(ca, '0990000099');
  const signedAt = '2026-06-02T09:00:00Z' as Instant;

  test('leaves the batch canonical, and is the same each time', () => {
    const sign = () => signTransaction({ xml: packBatch([signedCard()]), key: sender.key, certificate: sender.der, signedAt });
    assert.ok(scanCanonical(sign(), CARD_LIMITS).canonical);
    assert.ok(sign().equals(sign()));
  });

  test('is not made over bytes that are not canonical, nor with a key that is not the certificate\'s', () => {
    const code = (more: object): string => {
      try {
        signTransaction({ xml: packBatch([signedCard()]), key: sender.key, certificate: sender.der, signedAt, ...more });
      } catch (fault) {
        assert.ok(fault instanceof EnvelopedSignatureError);
        return fault.code;
      }
      return assert.fail('must throw');
    };
    assert.equal(code({ xml: Buffer.from('<DANH_SACH_HOC_BA id="dataDanhSach"><a/></DANH_SACH_HOC_BA>') }), 'not-canonical');
    assert.equal(code({ xml: Buffer.from('<DANH_SACH_HOC_BA></DANH_SACH_HOC_BA>') }), 'not-canonical');
    assert.equal(code({ key: person(ca, TEACHER).key }), 'key-mismatch');
    assert.equal(code({ certificate: Buffer.from('x') }), 'certificate-unusable');
  });

  test('is also how a certificate registers itself', () => {
    const xml = signCertificateRegistration({ unitCode: '99', key: sender.key, certificate: sender.der, signedAt });
    assert.ok(scanCanonical(xml, CARD_LIMITS).canonical);
    assert.ok(xml.includes(`<NOI_DUNG>${sender.der.toString('base64')}</NOI_DUNG>`));
  });
});

describe('the JSON of the exchange', () => {
  const authenticationRequest = {
    token: 't', user_name: 'so99', password: 'a'.repeat(64), ma_don_vi: '99', nam_hoc: 2025, messageid: '3547735a-227a-494b-aa62-7ca4dd736771', type: '1', function: '1',
  };

  test('takes a submission and refuses one with a password in clear, a year as text or no content', () => {
    assert.ok(submissionRequest.safeParse({ authenticationRequest, content: 'AAAA' }).success);
    assert.ok(!submissionRequest.safeParse({ authenticationRequest: { ...authenticationRequest, password: 'secret' }, content: 'AAAA' }).success);
    assert.ok(!submissionRequest.safeParse({ authenticationRequest: { ...authenticationRequest, nam_hoc: '2025' }, content: 'AAAA' }).success);
    assert.ok(!submissionRequest.safeParse({ authenticationRequest, content: '' }).success);
    assert.ok(!certificateRegistration.safeParse({ authenticationRequest, content: 'AAAA' }).success);
  });

  test('reads null and missing texts of a receipt as empty', () => {
    assert.deepEqual(receipt.parse({ MessageId: 'm', Error: null, ResponseCode: '00' }), { MessageId: 'm', Error: '', ErrorDescription: '', ResponseCode: '00', ResponseDescription: '' });
  });

  test('reads a verdict given as number or text, and nothing but 0 and 1', () => {
    const result = (trang_thai: unknown) => submissionResult.safeParse({ MessageId: 'm', danh_sach_ket_qua: [{ ma_tra_cuu_uuid: 'u', trang_thai }] });
    assert.equal(result(1).data?.danh_sach_ket_qua?.[0]?.trang_thai, 1);
    assert.equal(result('0').data?.danh_sach_ket_qua?.[0]?.trang_thai, 0);
    assert.ok(!result(2).success && !result(null).success && !result('').success);
    assert.equal(registrationResult.parse({ messageid: 'm' }).trang_thai_phe_duyet, undefined);
  });
});
