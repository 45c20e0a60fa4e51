import { row, type Db } from './connect.js';

export type NewPacketKey = {
  keyId: string; der: Buffer; fingerprint: string; uid: string; serial: string; validFrom: string; validTo: string; sealedKey: Buffer; others: readonly Uint8Array[];
};

/** Intake of the Sở's packet certificate; `set_packet_key` makes it the active one. The same form sent twice stores it once; false when the id is another certificate's. */
export async function insertPacketKey(db: Db, key: NewPacketKey): Promise<boolean> {
  const certificate = await row<{ id: string }>(db, `
    INSERT INTO certificate (kind, der, fingerprint, uid, serial, valid_from, valid_to)
    VALUES ('organisation', :der, :fingerprint, :uid, :serial, :validFrom, :validTo) ON CONFLICT (fingerprint) DO NOTHING RETURNING id`, key)
    ?? await row<{ id: string }>(db, 'SELECT id FROM certificate WHERE fingerprint = :fingerprint', { fingerprint: key.fingerprint });
  await db.raw(`
    INSERT INTO packet_key (id, certificate_id, sealed_key, others) VALUES (:keyId, :certificateId, :sealedKey, :others) ON CONFLICT (id) DO NOTHING`,
  { keyId: key.keyId, certificateId: certificate!.id, sealedKey: key.sealedKey, others: key.others.slice(0, 8).map((der) => Buffer.from(der)) });
  return await row(db, 'SELECT 1 FROM packet_key WHERE id = :keyId AND certificate_id = :certificateId', { keyId: key.keyId, certificateId: certificate!.id }) !== undefined;
}
