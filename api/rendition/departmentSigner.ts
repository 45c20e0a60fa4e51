import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Db } from '../../db/connect.js';
import { usablePacketKey } from '../../db/views/packetKeys.js';
import { unseal } from '../../runtime/seal.js';
import { Refused } from '../http/refused.js';

/** The Sở's certificate (DER) and its key. */
export type DepartmentSigner = { key: KeyObject; certificate: Uint8Array };

const opened = new Map<string, KeyObject>();

/**
 * The Sở's packet certificate as signer of what the hub itself states; opened once a process and kept as a `KeyObject`, never as bytes.
 * @throws Refused `rendition-unsigned` when there is none that is valid now
 */
export async function departmentSigner(db: Db, secret: Buffer): Promise<DepartmentSigner> {
  const found = await usablePacketKey(db);
  if (found === undefined) throw new Refused('rendition-unsigned');
  let key = opened.get(found.id);
  if (key === undefined) {
    key = createPrivateKey({ key: unseal(secret, 'packet-key', found.sealedKey), format: 'der', type: 'pkcs8' });
    opened.clear();
    opened.set(found.id, key);
  }
  return { key, certificate: found.certificate };
}
