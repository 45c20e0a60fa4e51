import { row, type Db } from './connect.js';

/** An organisation's certificate as a page takes it in. `uid` is `MST:…`, times are ISO 8601. */
export type NewCertificate = { der: Buffer; fingerprint: string; uid: string; serial: string; validFrom: string; validTo: string };

/** Registers a certificate, or finds it by its fingerprint. @returns its id */
export async function certificateId(db: Db, certificate: NewCertificate): Promise<string> {
  const found = await row<{ id: string }>(db, `
    INSERT INTO certificate (kind, der, fingerprint, uid, serial, valid_from, valid_to)
    VALUES ('organisation', :der, :fingerprint, :uid, :serial, :validFrom, :validTo) ON CONFLICT (fingerprint) DO NOTHING RETURNING id`, certificate)
    ?? await row<{ id: string }>(db, 'SELECT id FROM certificate WHERE fingerprint = :fingerprint', { fingerprint: certificate.fingerprint });
  return found!.id;
}
