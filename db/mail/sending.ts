import type { MailModel } from '../../domain/mail.js';
import { row, touched, type Db } from '../connect.js';

export type DueMail = {
  id: string; messageId: string; toAddress: string; model: MailModel; sealedLink: Buffer | null;
  /** Tries so far that the mail itself was the reason to repeat. */
  attempts: number;
  /** Its tasks are done, gone or somebody else's now, the invited hold no role any more, or the person's account is shut. */
  obsolete: boolean;
};

/**
 * The next mail that is due, locked until the transaction ends and skipped by every other sender; undefined when there is none. A
 * sender that dies loses its connection and with it the lock, so the mail is due again at once, with the same Message-ID.
 */
export const takeDueMail = (transaction: Db): Promise<DueMail | undefined> => row<DueMail>(transaction, `
  SELECT m.id, m.message_id AS "messageId", m.to_address AS "toAddress", m.model, m.sealed_link AS "sealedLink", m.attempts,
    m.kind IN ('task', 'reminder') AND cardinality(m.task_ids) > 0 AND NOT EXISTS (
      SELECT 1 FROM task t WHERE t.id = ANY(m.task_ids) AND t.state = 'open' AND (m.person_id IS NULL OR t.assignee_id = m.person_id))
      OR (m.kind = 'invitation' AND coalesce((SELECT bool_and(coalesce(g.revoked_at <= clock_timestamp(), false)) FROM role_grant g WHERE g.person_id = m.person_id), false))
      OR EXISTS (SELECT 1 FROM person p WHERE p.id = m.person_id AND p.disabled_at IS NOT NULL) AS obsolete
  FROM mail_outbox m
  WHERE m.sent_at IS NULL AND m.given_up_at IS NULL AND m.not_before <= clock_timestamp()
  ORDER BY m.not_before, m.created_at, m.id LIMIT 1 FOR UPDATE OF m SKIP LOCKED`);

/** Sent: the one-time link's token leaves the database with it. */
export const markSent = (transaction: Db, mailId: string): Promise<number> => touched(transaction, `
  UPDATE mail_outbox SET sent_at = clock_timestamp(), attempts = attempts + 1, last_error = NULL, sealed_link = NULL
  WHERE id = :mailId AND sent_at IS NULL`, { mailId });

/**
 * Later again.
 * @param again `counted` is false when the mail server as a whole was away: that says nothing about this mail
 */
export const postpone = (transaction: Db, mailId: string, again: { error: string; afterSeconds: number; counted: boolean }): Promise<number> => touched(transaction, `
  UPDATE mail_outbox SET attempts = attempts + CASE WHEN :counted::boolean THEN 1 ELSE 0 END, last_error = :error,
    not_before = clock_timestamp() + make_interval(secs => :afterSeconds)
  WHERE id = :mailId AND sent_at IS NULL`, { mailId, ...again });

/** Milliseconds until the next waiting mail becomes due, by PostgreSQL's clock; null when none waits. */
export const nextDueIn = async (db: Db): Promise<number | null> => (await row<{ ms: number | null }>(db, `
  SELECT extract(epoch FROM min(not_before) - clock_timestamp())::float * 1000 AS ms FROM mail_outbox WHERE sent_at IS NULL AND given_up_at IS NULL`))!.ms;

/** Never again, with the reason; a link nobody will get is wiped, and an invitation makes room for another one. */
export const giveUp = (transaction: Db, mailId: string, reason: string): Promise<number> => touched(transaction, `
  UPDATE mail_outbox SET given_up_at = clock_timestamp(), last_error = :reason, sealed_link = NULL,
    dedupe_key = CASE WHEN kind = 'invitation' THEN dedupe_key || '/given-up/' || id ELSE dedupe_key END
  WHERE id = :mailId AND sent_at IS NULL`, { mailId, reason });
