import { createHash } from 'node:crypto';

const CONTEXT = Buffer.from('hoc-ba-so evidence 1\0');

/**
 * The one number that stands for an evidence when it is renewed: SHA-256 over its token and over the SHA-256 of every certificate,
 * revocation list and responder's answer that was collected with it, in the order of these numbers. Each part is of fixed length, so no two evidences share it.
 * @param material lower-case hex SHA-256, any order
 */
export function evidenceDigest({ token, material }: { token: Uint8Array; material: readonly string[] }): Buffer {
  const hash = createHash('sha256').update(CONTEXT).update(createHash('sha256').update(token).digest());
  for (const sha256 of [...new Set(material)].sort()) hash.update(Buffer.from(sha256, 'hex'));
  return hash.digest();
}
