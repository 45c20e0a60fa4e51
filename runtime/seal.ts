import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Encryption at rest: AES-256-GCM under a key derived from HUB_SECRET_KEY for one `purpose`, so that bytes sealed for one use cannot
 * be opened as another. Layout: 1 byte version, 4 bytes key id, 12 bytes nonce, 16 bytes tag, ciphertext.
 */
const VERSION = 1;

/** Derived anew each time, in some microseconds: purposes are as many as seals were given, so that a store of keys would only grow. */
const keyFor = (secret: Buffer, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `hub/${purpose}`, 32));

/** Names a secret without giving it away. */
export const keyId = (secret: Buffer): Buffer => createHash('sha256').update('hub/key-id').update(secret).digest().subarray(0, 4);

/** A school's soft certificate: a purpose for each row, so that sealed bytes moved to another one do not open. */
export const sealKeyPurpose = (keyId: string): string => `school-seal/${keyId}`;

export function seal(secret: Buffer, purpose: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyFor(secret, purpose), nonce);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), keyId(secret), nonce, cipher.getAuthTag(), body]);
}

/** Opens what `seal` made; throws `SealError` when the secret is another or a byte was changed. */
export function unseal(secret: Buffer, purpose: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed);
  if (bytes.length < 33 || bytes[0] !== VERSION) throw new SealError('not sealed by this hub');
  if (!bytes.subarray(1, 5).equals(keyId(secret))) throw new SealError('sealed under another HUB_SECRET_KEY');
  const decipher = createDecipheriv('aes-256-gcm', keyFor(secret, purpose), bytes.subarray(5, 17));
  decipher.setAuthTag(bytes.subarray(17, 33));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(33)), decipher.final()]);
  } catch {
    throw new SealError('the sealed bytes were changed');
  }
}

export class SealError extends Error {}
