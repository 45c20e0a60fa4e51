import { RECEIVED_STATES } from '../domain/cardState.js';
import { row, rows, touched, type Db } from './connect.js';

/** A share link is named by the first letters of its token's hash: enough to tell a card's links apart, nothing that opens one. */
const KEY = `left(l.token_hash, 16)`;
const LIVE_CARD = `c.state IN (${RECEIVED_STATES.map((state) => `'${state}'`).join(', ')})`;

/**
 * Wrong dates of birth after which a link is over for good. A class has some 365 likely dates: the tries a day that the page allows
 * would find one within the month that a link lives, and a process forgets its counters when it starts again.
 */
const MOST_WRONG_DATES = 20;
const WRONG_DATES = `(SELECT count(*) FROM audit a WHERE a.subject_kind = 'card' AND a.subject_id = l.card_id::text AND a.act = 'wrong_shared_card' AND a.detail->>'link' = ${KEY})`;

export type ShareLink = { key: string; madeBy: string; createdAt: Date; expiresAt: Date; endedAt: Date | null; expired: boolean; guessed: boolean; handedOut: number };

/** Links made for a card, newest first, with how often each handed out a file. */
export const shareLinks = (db: Db, input: { cardId: string }): Promise<ShareLink[]> => rows<ShareLink>(db, `
  SELECT ${KEY} AS key, p.full_name AS "madeBy", l.created_at AS "createdAt", l.expires_at AS "expiresAt", l.used_at AS "endedAt", l.expires_at <= now() AS expired, ${WRONG_DATES} >= ${MOST_WRONG_DATES} AS guessed,
    (SELECT count(*)::int FROM audit a WHERE a.subject_kind = 'card' AND a.subject_id = l.card_id::text AND a.act = 'open_shared_card' AND a.detail->>'link' = ${KEY}) AS "handedOut"
  FROM access_link l JOIN person p ON p.id = l.person_id WHERE l.card_id = :cardId AND l.purpose = 'share_card' ORDER BY l.created_at DESC LIMIT 50`, input);

/** Makes a link for a card the Sở has received; false when the card is none (any more). */
export async function issueShareLink(db: Db, link: { tokenHash: string; cardId: string; actorId: string; expiresAt: Date }): Promise<boolean> {
  const made = await touched(db, `
    INSERT INTO access_link (token_hash, purpose, person_id, card_id, expires_at)
    SELECT :tokenHash, 'share_card', :actorId, c.id, :expiresAt FROM report_card c WHERE c.id = :cardId AND ${LIVE_CARD}`, link);
  if (made === 1) await audit(db, { ...link, act: 'share_card', key: link.tokenHash.slice(0, 16), kind: null });
  return made === 1;
}

/** Ends a link before its time; false when it had ended already or never was this card's. */
export async function endShareLink(db: Db, link: { key: string; cardId: string; actorId: string }): Promise<boolean> {
  const ended = await touched(db, `
    UPDATE access_link l SET used_at = now() WHERE l.card_id = :cardId AND l.purpose = 'share_card' AND ${KEY} = :key AND l.used_at IS NULL AND l.expires_at > now()`, link);
  if (ended === 1) await audit(db, { ...link, act: 'end_shared_card', kind: null });
  return ended === 1;
}

export type SharedCard = { cardId: string; schoolName: string; schoolYear: string; birthDate: string; expiresAt: Date };

/** The card behind a link that still holds: not ended, not run out, not guessed at too often, the card in force. */
export const sharedCard = (db: Db, input: { tokenHash: string }): Promise<SharedCard | undefined> => row<SharedCard>(db, `
  SELECT c.id AS "cardId", s.name AS "schoolName", m.school_year AS "schoolYear", p.birth_date AS "birthDate", l.expires_at AS "expiresAt"
  FROM access_link l JOIN report_card c ON c.id = l.card_id JOIN expected_pupil p ON p.id = c.expected_pupil_id JOIN school s ON s.code = c.school_code JOIN campaign m ON m.id = c.campaign_id
  WHERE l.token_hash = :tokenHash AND l.purpose = 'share_card' AND l.used_at IS NULL AND l.expires_at > now() AND ${LIVE_CARD} AND ${WRONG_DATES} < ${MOST_WRONG_DATES}`, input);

/** Every file that a link hands out is written down; who took it is not known. */
export const auditShared = (db: Db, input: { cardId: string; tokenHash: string; kind: string }): Promise<void> =>
  audit(db, { cardId: input.cardId, actorId: null, act: 'open_shared_card', key: input.tokenHash.slice(0, 16), kind: input.kind });

/** Written down as well, so that tries count however far apart they are and whichever process saw them. */
export const auditWrongDate = (db: Db, input: { cardId: string; tokenHash: string }): Promise<void> =>
  audit(db, { cardId: input.cardId, actorId: null, act: 'wrong_shared_card', key: input.tokenHash.slice(0, 16), kind: null });

async function audit(db: Db, entry: { cardId: string; actorId: string | null; act: string; key: string; kind: string | null }): Promise<void> {
  await touched(db, `
    INSERT INTO audit (actor_id, act, subject_kind, subject_id, detail)
    VALUES (:actorId::uuid, :act, 'card', :cardId, jsonb_strip_nulls(jsonb_build_object('link', :key::text, 'file', :kind::text)))`, entry);
}
