import type { AuthorityBasis } from '../../domain/authority.js';
import type { AuthorityRow, AuthoritySheet, DeputyOption } from '../../domain/sheets/authority.js';
import type { AuthorityNote } from '../../domain/signingProgress.js';
import { row, rows, type Db } from '../connect.js';
import { openDecision, schoolHead } from './schoolHead.js';

/** Who holds an authority and by which instrument. */
export async function authorityNote(db: Db, input: { authorityId: string }): Promise<AuthorityNote & { fullName: string }> {
  const found = await row<AuthorityNote & { fullName: string }>(db, `
    SELECT p.full_name AS "fullName", a.basis, a.instrument_number AS "instrumentNumber", a.instrument_date AS "instrumentDate", a.signed_by AS "signedBy"
    FROM authority a JOIN person p ON p.id = a.person_id WHERE a.id = :authorityId`, input);
  if (found === undefined) throw new Error('an authority that routed a class has no row');
  return found;
}

/** The head of a school by its authority "head", else by role; null while the post is empty. */
export async function headName(db: Db, input: { schoolCode: string }): Promise<string | null> {
  const found = await row<{ name: string }>(db, `
    SELECT p.full_name AS name FROM active_grant g JOIN person p ON p.id = g.person_id
    WHERE g.school_code = :schoolCode AND g.role = 'principal' ORDER BY p.full_name LIMIT 1`, input);
  return found?.name ?? null;
}

/** A school's signing authorities, who may be given one, and the classes nobody can approve now; undefined when there is no such school. */
export async function authoritySheet(db: Db, input: { schoolCode: string; actorId: string }): Promise<AuthoritySheet | undefined> {
  const school = await schoolHead(db, input);
  if (school === undefined) return undefined;
  const { schoolCode } = input;
  const campaignId = school.campaign?.id ?? null;
  return {
    school,
    headName: await headName(db, input),
    authorities: await authorityRows(db, schoolCode, campaignId),
    deputies: await rows<DeputyOption>(db, `
      SELECT p.id AS "personId", p.full_name AS "fullName", p.certificate_id IS NOT NULL AND p.signing_account IS NOT NULL AS "hasCertificate"
      FROM active_grant g JOIN person p ON p.id = g.person_id
      WHERE g.school_code = :schoolCode AND g.role = 'deputy' ORDER BY p.full_name`, { schoolCode }),
    classNames: (await rows<{ name: string }>(db, 'SELECT name FROM class WHERE campaign_id = :campaignId::uuid AND school_code = :schoolCode ORDER BY grade, name', { campaignId, schoolCode })).map((one) => one.name),
    exceptions: await rows(db, `
      SELECT e.id, p.full_name AS "fullName", e.instrument_number AS "instrumentNumber", e.instrument_date AS "instrumentDate", e.reason,
        e.valid_from AS "validFrom", e.valid_to AS "validTo", e.revoked_at AS "revokedAt"
      FROM role_exception e JOIN person p ON p.id = e.person_id WHERE e.school_code = :schoolCode ORDER BY e.valid_from DESC`, { schoolCode }),
    blocked: await rows(db, `
      SELECT k.name AS "className", t.blocked_code AS code FROM task t JOIN class k ON k.id = t.class_id
      WHERE t.campaign_id = :campaignId::uuid AND t.school_code = :schoolCode AND t.kind = 'approve' AND t.state = 'open' AND t.blocked_code IS NOT NULL ORDER BY k.name`, { campaignId, schoolCode }),
    decision: campaignId === null ? null : await openDecision(db, { campaignId, schoolCode, acts: ['grant_authority', 'revoke_authority'], actorId: input.actorId }),
  };
}

const authorityRows = (db: Db, schoolCode: string, campaignId: string | null): Promise<AuthorityRow[]> => rows<AuthorityRow & { basis: AuthorityBasis }>(db, `
  SELECT a.id, a.person_id AS "personId", p.full_name AS "fullName", a.basis, a.instrument_number AS "instrumentNumber", a.instrument_date AS "instrumentDate",
    a.signed_by AS "signedBy", a.valid_from AS "validFrom", a.valid_to AS "validTo", a.classes, a.revoked_at AS "revokedAt", a.revoked_reason AS "revokedReason",
    a.valid_from <= now() AND (a.valid_to IS NULL OR now() < a.valid_to) AND (a.revoked_at IS NULL OR now() < a.revoked_at) AS holds,
    (SELECT count(*)::int FROM task t WHERE t.authority_id = a.id AND t.state = 'open' AND t.kind = 'approve' AND t.campaign_id = :campaignId::uuid) AS "openTasks"
  FROM authority a JOIN person p ON p.id = a.person_id WHERE a.school_code = :schoolCode
  ORDER BY a.basis = 'head' DESC, a.revoked_at IS NOT NULL, a.valid_from DESC`, { schoolCode, campaignId });
