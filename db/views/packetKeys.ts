import { rows, type Db } from '../connect.js';

export type PacketKeyRow = {
  id: string; active: boolean; createdAt: Date; uid: string; serial: string; fingerprint: string; validFrom: Date; validTo: Date; revokedAt: Date | null;
  registration: 'sent' | 'approved' | 'refused' | null; registrationError: string | null;
};

/** Certificates with which the Sở signs packets, the active one first. */
export const packetKeys = (db: Db): Promise<PacketKeyRow[]> => rows<PacketKeyRow>(db, `
  SELECT k.id, k.active, k.created_at AS "createdAt", c.uid, c.serial, c.fingerprint, c.valid_from AS "validFrom", c.valid_to AS "validTo", c.revoked_at AS "revokedAt",
    k.kho_registration AS registration, k.kho_error AS "registrationError"
  FROM packet_key k JOIN certificate c ON c.id = k.certificate_id ORDER BY k.active DESC, k.created_at DESC LIMIT 20`);
