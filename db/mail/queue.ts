import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mailMessageId, type MailModel } from '../../domain/mail.js';
import type { Instant } from '../../domain/brand.js';
import { rows, touched, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { callSender } from './listen.js';

export type MailToQueue = {
  /** The same key is the same mail: queued once for ever. */
  dedupeKey: string;
  personId: string | null; to: string; campaignId: string | null; schoolCode: string | null; model: MailModel;
  /** A personal link to these tasks, or to setting a password; null for mails that carry none. */
  link: { purpose: 'task'; taskIds: readonly string[]; expiresAt: Instant } | { purpose: 'set_password'; expiresAt: Instant } | null;
};

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Queues mails with their one-time links, in the transaction of what they tell about. Returns how many were new. */
export async function queueMails(db: Db, mails: readonly MailToQueue[], context: ActContext): Promise<number> {
  if (mails.length === 0) return 0;
  const prepared = mails.map((mail) => ({ mail, id: randomUUID(), token: mail.link === null ? null : randomBytes(32).toString('base64url') }));
  const queued = await rows<{ id: string }>(db, `
    INSERT INTO mail_outbox (id, message_id, dedupe_key, person_id, to_address, kind, campaign_id, school_code, task_ids, model, sealed_link)
    SELECT id, message_id, dedupe_key, person_id, to_address, kind, campaign_id, school_code, task_ids, model, decode(sealed_link, 'base64')
    FROM jsonb_to_recordset(:mails) AS m(id uuid, message_id text, dedupe_key text, person_id uuid, to_address text, kind text, campaign_id uuid,
      school_code text, task_ids uuid[], model jsonb, sealed_link text)
    ON CONFLICT (dedupe_key) DO NOTHING RETURNING id`,
  { mails: JSON.stringify(prepared.map(({ mail, id, token }) => ({
    id, message_id: mailMessageId(id, context.mailDomain), dedupe_key: mail.dedupeKey, person_id: mail.personId, to_address: mail.to, kind: mail.model.kind,
    campaign_id: mail.campaignId, school_code: mail.schoolCode, task_ids: mail.link?.purpose === 'task' ? mail.link.taskIds : [], model: mail.model,
    sealed_link: token === null ? null : context.sealToken(token).toString('base64'),
  }))) });
  const fresh = new Set(queued.map((mail) => mail.id));
  if (fresh.size > 0) await callSender(db);
  const links = prepared.flatMap(({ mail, id, token }) => (mail.link === null || token === null || mail.personId === null || !fresh.has(id) ? [] : [{
    token_hash: hashToken(token), purpose: mail.link.purpose, person_id: mail.personId, task_ids: mail.link.purpose === 'task' ? mail.link.taskIds : [], expires_at: mail.link.expiresAt,
  }]));
  if (links.length > 0) {
    await touched(db, `
      INSERT INTO access_link (token_hash, purpose, person_id, task_ids, expires_at)
      SELECT token_hash, purpose, person_id, task_ids, expires_at
      FROM jsonb_to_recordset(:links) AS l(token_hash text, purpose text, person_id uuid, task_ids uuid[], expires_at timestamptz)`, { links: JSON.stringify(links) });
  }
  return fresh.size;
}
