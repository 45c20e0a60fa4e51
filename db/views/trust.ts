import type { TrustChange, TrustSourceKind, TrustUse } from '../../domain/trust.js';
import { row, rows, type Db } from '../connect.js';

export type TrustAnchorRow = {
  id: string; authority: string; subject: string; fingerprint: string; notBefore: Date; notAfter: Date; selfSigned: boolean; uses: TrustUse[]; weak: boolean;
  trustedFrom: Date; proposer: string | null; confirmer: string | null;
};
export type TrustSourceRow = { id: string; authority: string; kind: TrustSourceKind; address: string; usedFrom: Date; proposer: string | null; confirmer: string | null };
export type TrustChangeRow = { id: string; content: TrustChange; fingerprint: string | null; reason: string; proposerId: string; proposer: string; proposedAt: Date; about: string | null };

const PEOPLE = 'LEFT JOIN trust_change c ON c.id = t.added_by LEFT JOIN person p ON p.id = c.proposed_by LEFT JOIN person q ON q.id = c.settled_by';

/** Authorities trusted now, by name; without proposer: from the settings of the installation. */
export const trustAnchors = (db: Db): Promise<TrustAnchorRow[]> => rows<TrustAnchorRow>(db, `
  SELECT t.id, t.authority, t.subject, t.fingerprint, t.not_before AS "notBefore", t.not_after AS "notAfter", t.self_signed AS "selfSigned", t.uses, t.weak, t.trusted_from AS "trustedFrom",
    p.full_name AS proposer, q.full_name AS confirmer
  FROM trust_anchor t ${PEOPLE} WHERE t.trusted_to IS NULL ORDER BY t.authority, t.self_signed DESC, t.not_before`);

export const trustSources = (db: Db): Promise<TrustSourceRow[]> => rows<TrustSourceRow>(db, `
  SELECT t.id, t.authority, t.kind, t.address, t.used_from AS "usedFrom", p.full_name AS proposer, q.full_name AS confirmer
  FROM trust_source t ${PEOPLE} WHERE t.used_to IS NULL ORDER BY t.kind, t.authority, t.address`);

/** Proposals that wait for a second administrator, the oldest first. `about`: what would be ended. */
export const openTrustChanges = (db: Db): Promise<TrustChangeRow[]> => rows<TrustChangeRow>(db, `
  SELECT c.id, c.content, encode(sha256(decode(c.content ->> 'der', 'base64')), 'hex') AS fingerprint, c.reason, c.proposed_by AS "proposerId", p.full_name AS proposer, c.proposed_at AS "proposedAt",
    coalesce(a.authority || ': ' || a.subject, s.authority || ': ' || s.address) AS about
  FROM trust_change c JOIN person p ON p.id = c.proposed_by
  LEFT JOIN trust_anchor a ON c.content ->> 'kind' = 'end_certificate' AND a.id::text = c.content ->> 'id' LEFT JOIN trust_source s ON c.content ->> 'kind' = 'end_source' AND s.id::text = c.content ->> 'id'
  WHERE c.state = 'proposed' ORDER BY c.proposed_at`);

/** The certificate that a proposal would put in use, with what came with it; undefined for any other proposal. DER. */
export const proposedPacketKey = (db: Db, input: { changeId: string }): Promise<{ certificate: Buffer; others: Buffer[] } | undefined> => row(db, `
  SELECT c.der AS certificate, k.others FROM trust_change t JOIN packet_key k ON k.id::text = t.content ->> 'keyId' JOIN certificate c ON c.id = k.certificate_id
  WHERE t.id = :changeId AND t.content ->> 'kind' = 'use_packet_key'`, input);
