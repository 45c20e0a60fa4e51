import type { Instant } from '../../domain/brand.js';
import type { Role } from '../../domain/roles.js';
import { row, rows, touched, type Db } from '../connect.js';

export type Grant = { id: string; personId: string; role: Role; officeCode: string | null; schoolCode: string | null };
/** `at` is `now` or later: from then on it does not hold. */
export type Ending = { at: Instant; now: Instant; reason: string };

export const grantById = (db: Db, grantId: string): Promise<Grant | undefined> => row<Grant>(db, `
  SELECT id, person_id AS "personId", role, office_code AS "officeCode", school_code AS "schoolCode" FROM role_grant WHERE id = :grantId`, { grantId });

/**
 * Ends a role, and with it what follows from it (docs/decisions/011): a head's own authority and the assignments given in the head's
 * name, a deputy's authority, the personal links into that school's tasks.
 * @param kept assignments that a new head takes over
 * @returns ids of the authorities of others that ended with it
 */
export async function endRole(db: Db, grant: Grant, ending: Ending, kept: readonly string[] = []): Promise<string[]> {
  await touched(db, 'UPDATE role_grant SET revoked_at = :at, revoked_reason = :reason WHERE id = :id AND (revoked_at IS NULL OR revoked_at > :at)', { ...ending, id: grant.id });
  const { personId, schoolCode } = grant;
  if (schoolCode !== null) await killTaskLinks(db, { personId, schoolCode, ...ending });
  if (await holdsNothingElse(db, grant)) await killLinks(db, { personId, purposes: ['set_password'], at: ending.at });
  switch (grant.role) {
    case 'principal': {
      await endAuthorities(db, ending, `school_code = :schoolCode AND person_id = :personId AND basis = 'head'`, { schoolCode, personId });
      return endAuthorities(db, ending, `school_code = :schoolCode AND basis = 'deputy_assignment' AND NOT id = ANY(:kept)`, { schoolCode, kept });
    }
    case 'deputy':
      return endAuthorities(db, ending, `school_code = :schoolCode AND person_id = :personId AND basis <> 'head'`, { schoolCode, personId });
    default: return [];
  }
}

/** A window that has begun is closed at `at`; what would have begun later, or ends now, is revoked. @returns ids of those that held or would have */
export async function endAuthorities(db: Db, ending: Ending, where: string, bindings: Record<string, unknown>): Promise<string[]> {
  const planned = ':at::timestamptz > :now::timestamptz AND valid_from < :at';
  const ended = await rows<{ id: string }>(db, `
    UPDATE authority SET revoked_reason = :reason,
      valid_to = CASE WHEN ${planned} THEN least(valid_to, :at) ELSE valid_to END, revoked_at = CASE WHEN ${planned} THEN revoked_at ELSE :now END
    WHERE ${where} AND (revoked_at IS NULL OR revoked_at > :now) AND (valid_to IS NULL OR valid_to > :at) RETURNING id`, { ...bindings, ...ending });
  return ended.map((one) => one.id);
}

/** A personal link is judged by its end: from `at` on it opens nothing. */
export const killLinks = (db: Db, input: { personId: string; purposes: readonly ('task' | 'set_password' | 'share_card')[]; at: Instant }): Promise<number> => touched(db, `
  UPDATE access_link SET expires_at = :at WHERE person_id = :personId AND purpose = ANY(:purposes) AND used_at IS NULL AND expires_at > :at`, input);

const killTaskLinks = (db: Db, input: { personId: string; schoolCode: string; at: Instant }): Promise<number> => touched(db, `
  UPDATE access_link l SET expires_at = :at WHERE l.person_id = :personId AND l.purpose = 'task' AND l.expires_at > :at
    AND EXISTS (SELECT FROM task t WHERE t.id = ANY(l.task_ids) AND t.school_code = :schoolCode)`, input);

const holdsNothingElse = async (db: Db, { id, personId }: Grant): Promise<boolean> => await row(db, `
  SELECT 1 FROM role_grant WHERE person_id = :personId AND id <> :id AND (revoked_at IS NULL OR now() < revoked_at) LIMIT 1`, { personId, id }) === undefined;
