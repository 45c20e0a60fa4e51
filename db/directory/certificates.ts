import { writeAudit } from '../audit.js';
import { rows, touched, type Db } from '../connect.js';

/** Applied units workbooks after which nobody asked the signing service for certificates yet; the audit row is the mark. */
export const WITHOUT_CERTIFICATES = `
  SELECT r.upload_id AS id FROM upload_reading r JOIN upload u ON u.id = r.upload_id
  WHERE u.kind = 'units' AND r.state = 'applied'
    AND NOT EXISTS (SELECT FROM audit a WHERE a.subject_kind = 'directory' AND a.subject_id = r.upload_id::text AND a.act = 'fetch_certificates')
  ORDER BY u.created_at`;

/** A workbook that waits for the coordinator has brought no accounts yet; they are asked for once it is applied. */
export const isStillOut = async (db: Db, uploadId: string): Promise<boolean> =>
  (await rows(db, `SELECT 1 FROM upload_reading WHERE upload_id = :uploadId AND state <> 'applied'`, { uploadId })).length === 1;

/** Notes that the signing service was asked for the accounts of a workbook: it is not asked again because of this one. */
export const markCertificatesFetched = (db: Db, uploadId: string): Promise<void> =>
  writeAudit(db, [{ actorId: null, act: 'fetch_certificates', subjectKind: 'directory', subjectId: uploadId }]);

export type AccountWithoutCertificate = { account: string; kind: 'person' | 'organisation'; ownerId: string; uid: string; stated: string | null };

/**
 * Accounts at the signing service whose certificate is not known yet, or was revoked; `uid` is what the certificate must carry, `stated` its fingerprint as the Sở recorded it.
 * @param after the last one asked for before, so that one for which nothing is found does not come again
 */
export const accountsWithoutCertificate = (db: Db, { after, limit }: { after: Pick<AccountWithoutCertificate, 'account' | 'kind'> | null; limit: number }): Promise<AccountWithoutCertificate[]> => rows(db, `
  SELECT * FROM (SELECT signing_account AS account, 'person'::text AS kind, p.id::text AS "ownerId", 'CCCD:' || personal_number AS uid, certificate_fingerprint AS stated
  FROM person p LEFT JOIN certificate k ON k.id = p.certificate_id
  WHERE signing_account IS NOT NULL AND personal_number IS NOT NULL AND (k.id IS NULL OR k.revoked_at IS NOT NULL)
  UNION ALL
  SELECT seal_account, 'organisation', code, 'MST:' || tax_code, seal_fingerprint
  FROM school s LEFT JOIN certificate k ON k.id = s.seal_certificate_id WHERE seal_account IS NOT NULL AND (k.id IS NULL OR k.revoked_at IS NOT NULL)
  ) AS missing WHERE :account::text IS NULL OR (account, kind) > (:account::text, :kind::text) ORDER BY account, kind LIMIT :limit`, { account: after?.account ?? null, kind: after?.kind ?? null, limit });

export type FoundCertificate = { kind: 'person' | 'organisation'; ownerId: string; der: string; fingerprint: string; uid: string; serial: string; validFrom: string; validTo: string };

/** Registers certificates and binds each to its person or seal, but none that was revoked. `der` is base64. */
export async function bindCertificates(db: Db, found: readonly FoundCertificate[]): Promise<void> {
  if (found.length === 0) return;
  const bindings = { found: JSON.stringify(found) };
  const source = `jsonb_to_recordset(:found) AS f(kind text, "ownerId" text, der text, fingerprint text, uid text, serial text, "validFrom" timestamptz, "validTo" timestamptz)`;
  await touched(db, `
    INSERT INTO certificate (kind, der, fingerprint, uid, serial, valid_from, valid_to)
    SELECT kind, decode(der, 'base64'), fingerprint, uid, serial, "validFrom", "validTo" FROM ${source} ON CONFLICT (fingerprint) DO NOTHING`, bindings);
  await touched(db, `UPDATE person p SET certificate_id = c.id FROM ${source} JOIN certificate c ON c.fingerprint = f.fingerprint AND c.revoked_at IS NULL WHERE f.kind = 'person' AND p.id::text = f."ownerId"`, bindings);
  await touched(db, `UPDATE school s SET seal_certificate_id = c.id FROM ${source} JOIN certificate c ON c.fingerprint = f.fingerprint AND c.revoked_at IS NULL WHERE f.kind = 'organisation' AND s.code = f."ownerId"`, bindings);
}
