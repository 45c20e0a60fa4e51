import { row, rows, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { queueNotice, schoolPeople, type NoticePlace } from './notice.js';

/** Tells clerk and head of the cards of a packet that the Kho refused in this very transaction: one mail a person and answer of the Kho. */
export async function noticeRefused(db: Db, packet: NoticePlace & { messageId: string }, context: () => ActContext): Promise<void> {
  const refused = await row<{ cards: number; sofar: number; classNames: string[] }>(db, `
    SELECT count(*) FILTER (WHERE k.verdict_at = now())::int AS cards, count(*)::int AS sofar,
      coalesce(array_agg(DISTINCT c.name) FILTER (WHERE k.verdict_at = now()), '{}') AS "classNames"
    FROM packet_card k JOIN report_card r ON r.id = k.card_id JOIN class c ON c.id = r.class_id WHERE k.message_id = :messageId AND k.verdict = 'refused'`, packet);
  if (refused === undefined || refused.cards === 0) return;
  const { campaignId, schoolCode, messageId } = packet;
  const school = encodeURIComponent(schoolCode);
  const notice = {
    // Verdicts of one packet may come in several answers; how many were refused so far tells them apart.
    cause: `refused/${messageId}/${refused.sofar}`, place: { campaignId, schoolCode }, facts: { notice: 'cards-refused' as const }, classNames: refused.classNames, cards: refused.cards,
  };
  // Each to a page that is theirs; who is both is told once, as clerk.
  await queueNotice(db, { ...notice, to: await schoolPeople(db, { schoolCode, roles: ['clerk'] }), linkPath: `/truong/${school}/kho-tu-choi` }, context());
  await queueNotice(db, { ...notice, to: await schoolPeople(db, { schoolCode, roles: ['principal'] }), linkPath: `/dot/${campaignId}/truong/${school}` }, context());
}

/** Correction tasks whose person was mailed about the refusal itself since the last card of the class was refused. */
export async function correctionsTold(db: Db, place: NoticePlace): Promise<string[]> {
  const told = await rows<{ id: string }>(db, `
    SELECT t.id FROM task t JOIN class k ON k.id = t.class_id
    WHERE t.campaign_id = :campaignId AND t.school_code = :schoolCode AND t.state = 'open' AND t.kind = 'correct' AND t.tell_at IS NOT NULL
      AND EXISTS (SELECT FROM mail_outbox m WHERE m.person_id = t.assignee_id AND m.campaign_id = t.campaign_id AND m.school_code = t.school_code AND m.kind = 'notice'
        AND m.model->>'notice' = 'cards-refused' AND m.model->'classNames' ? k.name
        AND m.created_at >= (SELECT max(c.state_at) FROM report_card c WHERE c.class_id = k.id AND c.state = 'refused'))`, place);
  return told.map((task) => task.id);
}
