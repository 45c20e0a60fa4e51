import type { AuthorityBasis } from '../../domain/authority.js';
import type { SignatureRole } from '../../domain/card.js';
import type { SigningBatch } from '../../domain/signingProgress.js';
import { rows, type Db } from '../connect.js';

type BatchRow = Omit<SigningBatch, 'authority'> & { basis: AuthorityBasis | null; instrumentNumber: string | null; instrumentDate: string | null; signedBy: string | null };

/**
 * Batches of one role, newest first, with how far each has come.
 * @param input.classId only batches that hold a card of this class
 * @param input.batchId only this one
 */
export async function signingBatches(db: Db, input: { schoolCode: string; campaignId?: string; role?: SignatureRole; classId?: string; batchId?: string; limit: number }): Promise<SigningBatch[]> {
  const found = await rows<BatchRow>(db, `
    WITH chosen AS (
      SELECT b.* FROM signature_batch b
      WHERE b.school_code = :schoolCode AND (:campaignId::uuid IS NULL OR b.campaign_id = :campaignId::uuid) AND (:role::text IS NULL OR b.role = :role::text)
        AND (:batchId::uuid IS NULL OR b.id = :batchId::uuid)
        AND (:classId::uuid IS NULL OR EXISTS (SELECT 1 FROM signature_item i JOIN report_card r ON r.id = i.card_id WHERE i.batch_id = b.id AND r.class_id = :classId::uuid))
      ORDER BY b.created_at DESC, b.id LIMIT :limit)
    SELECT b.id, b.role, b.state, b.failure_code AS "failureCode", b.person_id AS "personId", p.full_name AS "personName", b.account,
      b.created_at AS "createdAt", b.expires_at AS "expiresAt", b.requested_at AS "requestedAt", b.attached_at AS "attachedAt",
      a.basis, a.instrument_number AS "instrumentNumber", a.instrument_date AS "instrumentDate", a.signed_by AS "signedBy",
      i.total, i.prepared, i.collected, i.attached, i.dropped, i.class_names AS "classNames"
    FROM chosen b JOIN person p ON p.id = b.person_id LEFT JOIN authority a ON a.id = b.authority_id
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS total, count(*) FILTER (WHERE x.state IN ('prepared', 'collected', 'attached'))::int AS prepared,
        count(*) FILTER (WHERE x.state IN ('collected', 'attached'))::int AS collected, count(*) FILTER (WHERE x.state = 'attached')::int AS attached,
        count(*) FILTER (WHERE x.state = 'dropped')::int AS dropped,
        coalesce(array_agg(DISTINCT k.name ORDER BY k.name), '{}') AS class_names
      FROM signature_item x JOIN report_card r ON r.id = x.card_id JOIN class k ON k.id = r.class_id WHERE x.batch_id = b.id) i
    ORDER BY b.created_at DESC, b.id`,
  { schoolCode: input.schoolCode, campaignId: input.campaignId ?? null, role: input.role ?? null, batchId: input.batchId ?? null, classId: input.classId ?? null, limit: input.limit });
  return found.map(({ basis, instrumentNumber, instrumentDate, signedBy, ...batch }) =>
    ({ ...batch, authority: basis === null ? null : { basis, instrumentNumber, instrumentDate, signedBy } }));
}
