import { byteArrays, touched, type Db } from '../connect.js';

/** A revocation list or a responder's answer as it was fetched; `nextUpdate` null: an answer that names no end. */
export type RevocationBytes = { kind: 'crl' | 'ocsp'; sha256: string; der: Buffer; issuer: string; thisUpdate: Date; nextUpdate: Date | null; source: string };

/** Stores each once, by its SHA-256. */
export async function storeRevocationBytes(db: Db, material: readonly RevocationBytes[]): Promise<void> {
  if (material.length === 0) return;
  await touched(db, `
    INSERT INTO evidence_material (sha256, kind, der, issuer, this_update, next_update, source)
    SELECT m.sha256, m.kind, m.der, m.issuer, m.this_update, m.next_update, m.source
    FROM unnest(:ids::text[], :kinds::text[], :ders::bytea[], :issuers::text[], :from::timestamptz[], :to::timestamptz[], :sources::text[]) AS m(sha256, kind, der, issuer, this_update, next_update, source)
    ON CONFLICT DO NOTHING`,
  {
    ids: material.map((one) => one.sha256), kinds: material.map((one) => one.kind), ders: byteArrays(material.map((one) => one.der)), issuers: material.map((one) => one.issuer),
    from: material.map((one) => one.thisUpdate), to: material.map((one) => one.nextUpdate), sources: material.map((one) => one.source),
  });
}
