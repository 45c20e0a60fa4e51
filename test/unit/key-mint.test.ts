import assert from 'node:assert/strict';
import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import { KeyMint } from '../../sandbox/signing/keyMint.js';

describe('keys of the sandbox made many at once', () => {
  test('are RSA of 2,048 bits, each its own, and what one signs no other verifies', async () => {
    const mint = new KeyMint();
    const keys = await Promise.all(Array.from({ length: 12 }, () => mint.key()));
    const moduli = keys.map(({ publicKey }) => publicKey.export({ format: 'jwk' }).n);
    assert.equal(new Set(moduli).size, keys.length);
    for (const [index, { privateKey, publicKey }] of keys.entries()) {
      assert.equal(privateKey.asymmetricKeyType, 'rsa');
      assert.deepEqual([privateKey.asymmetricKeyDetails?.modulusLength, privateKey.asymmetricKeyDetails?.publicExponent], [2_048, 65_537n]);
      const signature = sign('sha256', Buffer.from('học bạ'), privateKey);
      const own = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
      assert.equal(verify('sha256', Buffer.from('học bạ'), own, signature), true);
      assert.equal(verify('sha256', Buffer.from('học bạ'), keys[(index + 1) % keys.length]!.publicKey, signature), false);
    }
  });
});
