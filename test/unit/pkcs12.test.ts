import assert from 'node:assert/strict';
import { createHash, sign, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import { Pkcs12Fault } from '../../formats/pkcs12/fault.js';
import { openPkcs12 } from '../../formats/pkcs12/open.js';
import { authority, organisation, type KeyKind } from '../support/certificates.js';
import { pkcs12Of } from '../support/pkcs12.js';
import { skipWithout } from '../support/tools.js';

describe('a soft certificate in a PKCS#12 file made by openssl', { skip: skipWithout('openssl') }, () => {
  const ca = authority();
  function made(password: string, options: readonly string[], keyKind: KeyKind = 'rsa') {
    const who = organisation(ca, '0990000001', { keyKind });
    return { who, file: pkcs12Of(who, password, options, [ca.certificate.toString()]) };
  }
  const codeOf = (file: Uint8Array, password: string) => openPkcs12(file, password).then(() => 'opened', (fault: unknown) => {
    assert.ok(fault instanceof Pkcs12Fault, String(fault));
    return fault.code;
  });

  const FORMS: [string, string[], KeyKind][] = [
    ['AES-256 and PBKDF2, as openssl 3 writes', [], 'rsa'],
    ['an EC key', [], 'p256'],
    ['RC2-40 and 3DES, as older ones do', ['-legacy'], 'rsa'],
    ['3DES for both', ['-legacy', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'], 'rsa'],
    ['certificates in clear and a MAC of SHA-512', ['-certpbe', 'NONE', '-macalg', 'sha512'], 'p384'],
  ];
  for (const [form, options, keyKind] of FORMS) {
    test(`opens with a Vietnamese password: ${form}`, async () => {
      const password = 'Mật khẩu Đặng Thuỳ 2026';
      const { file, who } = made(password, options, keyKind);
      const { key, certificate, others } = await openPkcs12(file, password);
      assert.ok(certificate.equals(who.der), 'to the byte');
      assert.deepEqual(others.map((one) => createHash('sha256').update(one).digest('hex')), [createHash('sha256').update(ca.certificate.raw).digest('hex')]);
      assert.equal(key.type, 'private');
      assert.ok(verify('sha256', Buffer.from('x'), who.certificate.publicKey, sign('sha256', Buffer.from('x'), key)));
      assert.equal((await openPkcs12(file, password.normalize('NFD'))).key.asymmetricKeyType, key.asymmetricKeyType, 'typed with another keyboard');
      assert.equal(await codeOf(file, 'Mat khau Dang Thuy 2026'), 'wrong-password');
      assert.equal(await codeOf(file, ''), 'wrong-password');
    });
  }

  test('does not open when it asks for too many rounds, of the MAC or of a part, and says so before it runs them', async () => {
    const begun = process.cpuUsage();
    const { file } = made('a', ['-iter', '2048']);
    const mac = Buffer.from(file);
    // The file ends with the MAC's salt and its count (an INTEGER of two bytes, 2048).
    const at = mac.lastIndexOf(Buffer.from([0x02, 0x02, 0x08, 0x00]));
    assert.ok(at > mac.length - 8);
    mac.set([0x02, 0x02, 0x7f, 0xff], at);
    assert.equal(await codeOf(mac, 'a'), 'wrong-password', 'a count that may be is run');
    const many = made('a', ['-iter', '1500000', '-nomaciter']).file;
    assert.equal(await codeOf(many, 'a'), 'too-many-iterations');
    assert.ok(process.cpuUsage(begun).user < 60_000_000);
  });

  test('is told from what is none, or lacks its key, its certificate or its MAC', async () => {
    const { file, who } = made('a', []);
    assert.equal(await codeOf(Buffer.from('not one'), 'a'), 'not-pkcs12');
    assert.equal(await codeOf(file.subarray(0, file.length - 40), 'a'), 'not-pkcs12');
    assert.equal(await codeOf(who.der, 'a'), 'not-pkcs12');
    assert.equal(await codeOf(Buffer.alloc(300_000), 'a'), 'not-pkcs12');
    assert.equal(await codeOf(pkcs12Of(who, 'a', ['-nokeys']), 'a'), 'no-key');
    assert.equal(await codeOf(pkcs12Of(who, 'a', ['-nocerts']), 'a'), 'no-certificate');
    assert.equal(await codeOf(made('a', ['-nomac']).file, 'a'), 'unsupported');
  });
});
