import type { SignatureRole } from '../../domain/card.js';
import { rows, touched, type Db } from '../connect.js';

export type KnownCertificate = { fingerprint: string; der: Buffer };

/**
 * Certificates of ours whose serial number stands in a list: signers and seals in the directory, and all that stand in cards. A number is
 * only unique under one issuer, so these are candidates. Those known to be revoked are left out.
 * @param serials lower-case hex without leading zeros
 */
export const certificatesBySerial = (db: Db, serials: readonly string[]): Promise<KnownCertificate[]> => rows<KnownCertificate>(db, `
  SELECT f.fingerprint, f.der FROM (
    SELECT fingerprint, der FROM certificate WHERE lower(ltrim(serial, '0')) = ANY(:serials)
    UNION SELECT sha256, der FROM evidence_material WHERE kind = 'certificate' AND serial = ANY(:serials)) f
  WHERE NOT EXISTS (SELECT FROM revoked_certificate r WHERE r.fingerprint = f.fingerprint)`, { serials });

export type RevokedCertificate = KnownCertificate & { revokedAt: Date; effectiveAt: Date; reason: number; crlSha256: string };

/** Notes what a list says of a certificate, and closes it to new signatures. Certificate and list are stored already. @returns false when it was known */
export async function storeRevocation(db: Db, { fingerprint, revokedAt, effectiveAt, reason, crlSha256 }: RevokedCertificate): Promise<boolean> {
  const fresh = await touched(db, `
    INSERT INTO revoked_certificate (fingerprint, revoked_at, effective_at, reason, crl_sha256) VALUES (:fingerprint, :revokedAt, :effectiveAt, :reason, :crlSha256) ON CONFLICT DO NOTHING`,
  { fingerprint, revokedAt, effectiveAt, reason, crlSha256 });
  await touched(db, 'UPDATE certificate SET revoked_at = :revokedAt WHERE fingerprint = :fingerprint AND revoked_at IS NULL', { fingerprint, revokedAt });
  return fresh === 1;
}

/** Those of the certificates that are known to have been revoked by a time. @param fingerprints lower-case hex SHA-256 */
export const revokedBy = async (db: Db, input: { fingerprints: readonly string[]; at: Date }): Promise<string[]> =>
  (await rows<{ fingerprint: string }>(db, 'SELECT fingerprint FROM revoked_certificate WHERE fingerprint = ANY(:fingerprints) AND effective_at <= :at', input)).map(({ fingerprint }) => fingerprint);

/** Signatures `s` on a card `c` that no time-stamp from before the revocation `r` of their certificate covers: a list issued after the receipt has said so. */
export const REVOKED_BEFORE_PROOF = `card_signature s JOIN revoked_certificate r ON r.fingerprint = s.fingerprint
  WHERE s.card_id = c.id AND NOT EXISTS (
    SELECT FROM evidence_leaf l JOIN evidence e ON e.id = l.evidence_id WHERE l.card_id = c.id AND l.sha256 = c.document_sha256 AND e.gen_time < r.effective_at)`;

/** Those of the cards that have such a signature. One line a card, of who signed first. */
export const revokedBeforeProof = (db: Db, input: { cardIds: readonly string[] }): Promise<{ cardId: string; role: SignatureRole | 'subjectTeacher' }[]> => rows(db, `
  SELECT DISTINCT ON (c.id) c.id AS "cardId", s.role FROM report_card c, ${REVOKED_BEFORE_PROOF} AND c.id = ANY(:cardIds)
  ORDER BY c.id, array_position(ARRAY['subjectTeacher', 'teacher', 'principal', 'seal'], s.role)`, input);
