import { certificateId as idOf, type NewCertificate } from './certificateIntake.js';
import { row, touched, type Db } from './connect.js';

export type NewPacketKey = NewCertificate & { keyId: string; sealedKey: Buffer; others: readonly Uint8Array[] };

/** Intake of the Sở's packet certificate; `set_packet_key` makes it the active one. The same form sent twice stores it once; false when the id is another certificate's. */
export async function insertPacketKey(db: Db, key: NewPacketKey): Promise<boolean> {
  const certificateId = await idOf(db, key);
  await touched(db, `
    INSERT INTO packet_key (id, certificate_id, sealed_key, others) VALUES (:keyId, :certificateId, :sealedKey, :others) ON CONFLICT (id) DO NOTHING`,
  { keyId: key.keyId, certificateId, sealedKey: key.sealedKey, others: key.others.slice(0, 8).map((der) => Buffer.from(der)) });
  return await row(db, 'SELECT 1 FROM packet_key WHERE id = :keyId AND certificate_id = :certificateId', { keyId: key.keyId, certificateId }) !== undefined;
}
