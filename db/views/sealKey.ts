import type { SealKey, SealKeySheet } from '../../domain/sheets/sealKey.js';
import { row, rows, type Db } from '../connect.js';
import { mayKeepSeal } from '../rules/seal.js';
import { approvedSeals } from '../vendor/cards.js';
import { schoolHead } from './schoolHead.js';

/** What the hub holds of a school's seal, and what it may be given; never a key. Undefined when there is no such school. */
export async function sealKeySheet(db: Db, input: { schoolCode: string; actorId: string }): Promise<SealKeySheet | undefined> {
  const school = await schoolHead(db, input);
  if (school === undefined) return undefined;
  const keys = await rows<SealKey & { signs: boolean }>(db, `
    SELECT k.id, c.der, c.serial, c.fingerprint, c.valid_from AS "validFrom", c.valid_to AS "validTo", c.revoked_at AS "revokedAt", k.given_at AS "givenAt", g.full_name AS "givenBy",
      k.ended_at AS "endedAt", e.full_name AS "endedBy", z.key_id IS NOT NULL AS signs
    FROM seal_key k JOIN certificate c ON c.id = k.certificate_id JOIN person g ON g.id = k.given_by LEFT JOIN person e ON e.id = k.ended_by LEFT JOIN school_seal z ON z.key_id = k.id
    WHERE k.school_code = :schoolCode AND k.used_from IS NOT NULL ORDER BY k.given_at DESC LIMIT 20`, input);
  return {
    school, current: keys.find((key) => key.endedAt === null) ?? null, earlier: keys.filter((key) => key.endedAt !== null),
    approved: [...await approvedSeals(db, input.schoolCode)], mayGive: await mayKeepSeal(db, input),
    account: (await row<{ account: string | null }>(db, 'SELECT seal_account AS account FROM school WHERE code = :schoolCode', input))?.account ?? null,
  };
}
