import { createPrivateKey, type KeyObject } from 'node:crypto';
import { row } from '../../db/connect.js';
import { unseal } from '../../runtime/seal.js';
import type { ActivityDeps } from '../deps.js';
import { gone } from '../fault.js';

export type PacketKey = { id: string; key: KeyObject; certificate: Buffer; serial: string; validFrom: Date; createdAt: Date; registration: string | null; messageId: string | null };

const opened = new Map<string, KeyObject>();

/** The Sở's packet key; opened once a process and kept as a `KeyObject`, never as bytes. */
export async function activePacketKey({ db, settings }: Pick<ActivityDeps, 'db' | 'settings'>): Promise<PacketKey> {
  const found = await row<{ id: string; sealed_key: Buffer; der: Buffer; serial: string; valid_from: Date; created_at: Date; kho_registration: string | null; kho_message_id: string | null }>(db, `
    SELECT k.id, k.sealed_key, c.der, c.serial, c.valid_from, k.created_at, k.kho_registration, k.kho_message_id
    FROM packet_key k JOIN certificate c ON c.id = k.certificate_id WHERE k.active`);
  if (found === undefined) throw gone('no packet key');
  let key = opened.get(found.id);
  if (key === undefined) {
    key = createPrivateKey({ key: unseal(settings.HUB_SECRET_KEY, 'packet-key', found.sealed_key), format: 'der', type: 'pkcs8' });
    opened.set(found.id, key);
  }
  return { id: found.id, key, certificate: found.der, serial: found.serial, validFrom: found.valid_from, createdAt: found.created_at, registration: found.kho_registration, messageId: found.kho_message_id };
}
