import { row, touched, type Db } from './connect.js';

export type PasswordLink = { personId: string; fullName: string; userName: string | null; suggestion: string | null };

/** A link that still lets somebody set a password; undefined when it was used, ran out or never was. */
export async function passwordLink(db: Db, tokenHash: string): Promise<PasswordLink | undefined> {
  return row<PasswordLink>(db, `
    SELECT l.person_id AS "personId", p.full_name AS "fullName", a.user_name AS "userName", lower(p.email) AS suggestion
    FROM access_link l JOIN person p ON p.id = l.person_id AND p.disabled_at IS NULL LEFT JOIN account a ON a.person_id = p.id
    WHERE l.token_hash = :tokenHash AND l.purpose = 'set_password' AND l.used_at IS NULL AND l.expires_at > now()`, { tokenHash });
}

/** Uses the link up; false when somebody was faster. */
export const usePasswordLink = async (db: Db, tokenHash: string): Promise<boolean> =>
  await touched(db, `UPDATE access_link SET used_at = now() WHERE token_hash = :tokenHash AND purpose = 'set_password' AND used_at IS NULL AND expires_at > now()`, { tokenHash }) === 1;

/** Makes the account, or gives it its new password and lifts a lock; false when another person has the name. */
export const writeAccount = async (db: Db, account: { personId: string; userName: string; passwordHash: string }): Promise<boolean> =>
  await touched(db, `
    INSERT INTO account (person_id, user_name, password_hash)
    SELECT :personId, lower(:userName), :passwordHash WHERE NOT EXISTS (SELECT FROM account WHERE user_name = lower(:userName) AND person_id <> :personId)
    ON CONFLICT (person_id) DO UPDATE SET user_name = excluded.user_name, password_hash = excluded.password_hash, failed_attempts = 0, locked_until = NULL`, account) === 1;

export type LinkedTask = { id: string; kind: 'collect' | 'review' | 'approve' | 'seal' | 'correct'; schoolCode: string; classId: string | null };
export type TaskLink = { personId: string; openTasks: LinkedTask[]; expired: boolean };

/** A mailed link to tasks; it dies with them. */
export async function taskLink(db: Db, tokenHash: string): Promise<TaskLink | undefined> {
  return row<TaskLink>(db, `
    SELECT l.person_id AS "personId", l.expires_at <= now() OR p.disabled_at IS NOT NULL AS expired,
      coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'kind', t.kind, 'schoolCode', t.school_code, 'classId', t.class_id) ORDER BY t.due_at, t.id)
        FROM task t WHERE t.id = ANY(l.task_ids) AND t.state = 'open' AND t.assignee_id = l.person_id), '[]') AS "openTasks"
    FROM access_link l JOIN person p ON p.id = l.person_id WHERE l.token_hash = :tokenHash AND l.purpose = 'task'`, { tokenHash });
}

/** A link made by an administrator; earlier ones of the same person die. */
export async function issuePasswordLink(db: Db, link: { tokenHash: string; personId: string; expiresAt: Date; actorId: string }): Promise<void> {
  await touched(db, `UPDATE access_link SET used_at = now() WHERE person_id = :personId AND purpose = 'set_password' AND used_at IS NULL`, link);
  await touched(db, `INSERT INTO access_link (token_hash, purpose, person_id, expires_at) VALUES (:tokenHash, 'set_password', :personId, :expiresAt)`, link);
  await touched(db, `INSERT INTO audit (actor_id, act, subject_kind, subject_id) VALUES (:actorId, 'issue_password_link', 'person', :personId)`, link);
}
