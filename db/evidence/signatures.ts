import { X509Certificate } from 'node:crypto';
import type { SignatureRole } from '../../domain/card.js';
import { byteArrays, touched, type Db } from '../connect.js';

/** A certificate by its DER; the SHA-256 is lower-case hex. */
export type CertificateBytes = { fingerprint: string; der: Buffer };

/**
 * Notes whose certificate now stands in these cards' bytes. A later signature of the same role takes the place of the earlier one, as it
 * does in the card.
 * @param input slots: which of several of one role, for the subject teachers of v1.1
 */
export async function recordSignatures(db: Db, input: { cardIds: readonly string[]; role: SignatureRole; certificate: CertificateBytes; signedAt: Date; slot?: string }): Promise<void> {
  if (input.cardIds.length === 0) return;
  await storeCertificates(db, [input.certificate]);
  await touched(db, `
    INSERT INTO card_signature AS s (card_id, role, slot, fingerprint, signed_at)
    SELECT id, :role, :slot, :fingerprint, :signedAt FROM unnest(:cardIds::uuid[]) AS c(id)
    ON CONFLICT (card_id, role, slot) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, signed_at = EXCLUDED.signed_at`,
  { cardIds: input.cardIds, role: input.role, slot: input.slot ?? '', fingerprint: input.certificate.fingerprint, signedAt: input.signedAt });
}

export async function storeCertificates(db: Db, certificates: readonly CertificateBytes[]): Promise<void> {
  if (certificates.length === 0) return;
  await touched(db, `
    INSERT INTO evidence_material (sha256, kind, der, serial)
    SELECT m.sha256, 'certificate', m.der, m.serial FROM unnest(:ids::text[], :ders::bytea[], :serials::text[]) AS m(sha256, der, serial) ON CONFLICT DO NOTHING`,
  { ids: certificates.map((one) => one.fingerprint), ders: byteArrays(certificates.map((one) => one.der)), serials: certificates.map((one) => serialOf(one.der)) });
}

/** Lower-case hex without leading zeros, as lists and certificates are matched by. */
const serialOf = (der: Buffer): string => new X509Certificate(der).serialNumber.toLowerCase().replace(/^0+/, '');
