import { randomUUID } from 'node:crypto';
import { row, type Db } from './connect.js';

export type ProvinceIdentity = { code: string; name: string; departmentName: string; placeOfIssue: string };

/** Writes the one province this hub serves. @throws when the database already serves another */
export async function upsertProvince(db: Db, province: ProvinceIdentity): Promise<void> {
  const present = await row<{ code: string }>(db, 'SELECT code FROM province');
  if (present !== undefined && present.code !== province.code) throw new Error(`this database serves province ${present.code}; HUB_PROVINCE_CODE is ${province.code}`);
  await db.raw(`
    INSERT INTO province (code, name, department_name, place_of_issue) VALUES (:code, :name, :departmentName, :placeOfIssue)
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, department_name = excluded.department_name, place_of_issue = excluded.place_of_issue`, province);
}

/**
 * The person who may become the first administrator, made when missing.
 * @returns null when an administrator can already sign in: then links come from that person, by mail
 */
export async function firstAdministrator(db: Db): Promise<string | null> {
  const found = await row<{ id: string; has_account: boolean }>(db, `
    SELECT p.id, a.person_id IS NOT NULL AND p.disabled_at IS NULL AS has_account FROM active_grant g JOIN person p ON p.id = g.person_id
    LEFT JOIN account a ON a.person_id = p.id
    WHERE g.role = 'administrator' ORDER BY has_account DESC LIMIT 1`);
  if (found !== undefined) return found.has_account ? null : found.id;
  const id = randomUUID();
  await db.raw(`INSERT INTO person (id, full_name) VALUES (:id, 'Quản trị hệ thống')`, { id });
  await db.raw(`INSERT INTO role_grant (person_id, role) VALUES (:id, 'administrator')`, { id });
  return id;
}

/** A fresh link replaces an earlier one that nobody used. @param hours how long it opens */
export async function replacePasswordLink(db: Db, link: { tokenHash: string; personId: string; hours: number }): Promise<void> {
  await db.raw(`UPDATE access_link SET used_at = now() WHERE person_id = :personId AND purpose = 'set_password' AND used_at IS NULL`, link);
  await db.raw(`
    INSERT INTO access_link (token_hash, purpose, person_id, expires_at) VALUES (:tokenHash, 'set_password', :personId, now() + make_interval(hours => :hours))`, link);
}
