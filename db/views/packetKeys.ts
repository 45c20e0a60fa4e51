import { row, rows, type Db } from '../connect.js';

export type PacketKeyRow = {
  id: string; active: boolean; createdAt: Date; uid: string; serial: string; fingerprint: string; validFrom: Date; validTo: Date; revokedAt: Date | null;
  registration: 'sent' | 'approved' | 'refused' | null; registrationError: string | null;
};

/** Certificates with which the Sở signs packets, the active one first. */
export const packetKeys = (db: Db): Promise<PacketKeyRow[]> => rows<PacketKeyRow>(db, `
  SELECT k.id, k.active, k.created_at AS "createdAt", c.uid, c.serial, c.fingerprint, c.valid_from AS "validFrom", c.valid_to AS "validTo", c.revoked_at AS "revokedAt",
    k.kho_registration AS registration, k.kho_error AS "registrationError"
  FROM packet_key k JOIN certificate c ON c.id = k.certificate_id ORDER BY k.active DESC, k.created_at DESC LIMIT 20`);

/** The Sở's certificate in use with its key as sealed at rest; undefined when there is none that is valid now. */
export const usablePacketKey = (db: Db): Promise<{ id: string; sealedKey: Buffer; certificate: Buffer } | undefined> => row(db, `
  SELECT k.id, k.sealed_key AS "sealedKey", c.der AS certificate
  FROM packet_key k JOIN certificate c ON c.id = k.certificate_id WHERE k.active AND c.valid_from <= now() AND now() < c.valid_to AND c.revoked_at IS NULL`);
