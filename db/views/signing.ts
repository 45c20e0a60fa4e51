import type { AuthorityBasis } from '../../domain/authority.js';
import type { SignatureRole } from '../../domain/card.js';
import type { SigningBatch } from '../../domain/signingProgress.js';
import { rows, type Db } from '../connect.js';

type BatchRow = Omit<SigningBatch, 'authority'> & { basis: AuthorityBasis | null; instrumentNumber: string | null; instrumentDate: string | null; signedBy: string | null };

const ASKED = {
  campaignId: 'AND b.campaign_id = :campaignId', role: 'AND b.role = :role', batchId: 'AND b.id = :batchId',
  classId: 'AND b.id IN (SELECT i.batch_id FROM signature_item i WHERE i.class_id = :classId)',
} as const;

/**
 * Batches of one role, newest first, with how far each has come.
 * @param input.classId only batches that hold a card of this class
 * @param input.batchId only this one
 */
export async function signingBatches(db: Db, input: { schoolCode: string; campaignId?: string; role?: SignatureRole; classId?: string; batchId?: string; limit: number }): Promise<SigningBatch[]> {
  // Only what is asked stands in the statement: one that holds every question is planned for none of them.
  const asked = (Object.keys(ASKED) as (keyof typeof ASKED)[]).filter((key) => input[key] !== undefined).map((key) => ASKED[key]);
  const found = await rows<BatchRow>(db, `
    WITH chosen AS (
      SELECT b.* FROM signature_batch b
      WHERE b.school_code = :schoolCode ${asked.join(' ')}
      ORDER BY b.created_at DESC, b.id LIMIT :limit)
    SELECT b.id, b.role, b.state, b.failure_code AS "failureCode", b.person_id AS "personId", (SELECT p.full_name FROM person p WHERE p.id = b.person_id) AS "personName", b.account,
      b.created_at AS "createdAt", b.expires_at AS "expiresAt", b.requested_at AS "requestedAt", b.attached_at AS "attachedAt",
      a.basis, a.instrument_number AS "instrumentNumber", a.instrument_date AS "instrumentDate", a.signed_by AS "signedBy",
      i.total, i.prepared, i.collected, i.attached, i.dropped, i.class_names AS "classNames"
    FROM chosen b LEFT JOIN LATERAL (SELECT x.* FROM authority x WHERE x.id = b.authority_id OFFSET 0) a ON true
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS total, count(*) FILTER (WHERE x.state IN ('prepared', 'collected', 'attached'))::int AS prepared,
        count(*) FILTER (WHERE x.state IN ('collected', 'attached'))::int AS collected, count(*) FILTER (WHERE x.state = 'attached')::int AS attached,
        count(*) FILTER (WHERE x.state = 'dropped')::int AS dropped,
        (SELECT coalesce(array_agg(k.name ORDER BY k.name), '{}') FROM class k WHERE k.id = ANY(array_agg(DISTINCT x.class_id))) AS class_names
      FROM signature_item x WHERE x.batch_id = b.id) i
    ORDER BY b.created_at DESC, b.id`,
  input);
  return found.map(({ basis, instrumentNumber, instrumentDate, signedBy, ...batch }) =>
    ({ ...batch, authority: basis === null ? null : { basis, instrumentNumber, instrumentDate, signedBy } }));
}
