import type { Vendor } from './vendor/cards.js';
import { moveCards } from './cards/move.js';
import { row, rows, touched, type Db } from './connect.js';

export type PacketRow = {
  messageId: string; state: 'cut' | 'sending' | 'unknown' | 'submitted' | 'done' | 'parked'; fence: number; attempts: number; provinceCode: string; schoolYear: string; level: string; cycle: string; campaignId: string;
  schoolCode: string; sendingAt: Date | null; submittedAt: Date | null; cutAt: Date; settle: number; parkedRetry: number; campaignState: string;
};

/** Takes a packet for one attempt; a later attempt's higher fence makes this one's writes touch nothing. */
export async function takePacket(db: Db, messageId: string): Promise<PacketRow | undefined> {
  return row<PacketRow>(db, `
    UPDATE packet p SET fence = p.fence + 1 FROM campaign c WHERE p.message_id = :messageId AND c.id = p.campaign_id
    RETURNING p.message_id AS "messageId", p.state, p.fence, p.attempts, c.province_code AS "provinceCode", c.school_year AS "schoolYear", c.level, c.cycle, p.campaign_id AS "campaignId", p.school_code AS "schoolCode",
      p.sending_at AS "sendingAt", p.submitted_at AS "submittedAt", p.cut_at AS "cutAt", (c.policy->>'settle')::float AS settle, (c.policy->>'parkedRetry')::float AS "parkedRetry", c.state AS "campaignState"`, { messageId });
}

export const packetBytes = async (db: Db, messageId: string): Promise<Buffer> =>
  (await row<{ bytes: Buffer }>(db, 'SELECT bytes FROM packet WHERE message_id = :messageId', { messageId }))!.bytes;

type Step = { messageId: string; fence: number };

/** `sending` is committed before the first byte leaves: a crash from here on means "may have been sent" (design §2). */
export async function markSending(db: Db, packet: Step, from: 'cut' | 'unknown' | 'parked'): Promise<boolean> {
  return step(db, packet, { from, to: 'sending', set: 'sending_at = now(), attempts = attempts + 1, retry_at = NULL', cards: { from: from === 'cut' ? ['packed'] : ['unknown'], to: 'sending' } });
}

export async function markUnknown(db: Db, packet: Step): Promise<boolean> {
  return step(db, packet, { from: 'sending', to: 'unknown', cards: { from: ['sending'], to: 'unknown' } });
}

/** The Kho has it: by its receipt, or because it knew the messageid when asked. */
export async function markSubmitted(db: Db, packet: Step, from: 'sending' | 'unknown', responseCode: string | null): Promise<boolean> {
  return step(db, packet, { from, to: 'submitted', set: 'submitted_at = now(), response_code = :responseCode', bindings: { responseCode }, cards: { from: [from], to: 'submitted' } });
}

/** The Kho refused the packet as a whole, or could not be reached for too long: a person looks, and it is tried again later. @returns whether this attempt still held it */
export async function park(db: Db, packet: Step, reason: { code: string; description: string; retrySeconds: number }): Promise<boolean> {
  return await touched(db, `
    UPDATE packet SET state = 'parked', response_code = :code, response_description = :description, retry_at = now() + make_interval(secs => :retrySeconds)
    WHERE message_id = :messageId AND fence = :fence AND state IN ('unknown', 'parked')`, { messageId: packet.messageId, fence: packet.fence, ...reason }) > 0;
}

type StepPlan = {
  from: string; to: string; set?: string; bindings?: Record<string, string | null>;
  cards: { from: readonly ('packed' | 'sending' | 'unknown')[]; to: 'sending' | 'unknown' | 'submitted' };
};

async function step(db: Db, { messageId, fence }: Step, plan: StepPlan): Promise<boolean> {
  const { from, to, set, bindings } = plan;
  const moved = await touched(db, `
    UPDATE packet SET state = :to ${set === undefined ? '' : `, ${set}`} WHERE message_id = :messageId AND fence = :fence AND state = :from`, { ...bindings, messageId, fence, from, to });
  if (moved === 0) return false;
  await moveCards(db, {
    from: plan.cards.from, to: plan.cards.to, act: `packet_${to}`, actorId: null, decisionId: null,
    where: 'c.id IN (SELECT card_id FROM packet_card WHERE message_id = :messageId)', bindings: { messageId },
  });
  return true;
}

export type Verdict = { cardId: string; accepted: boolean; error: string; field: string; description: string };

/**
 * Writes the Kho's verdicts, each once: a verdict that came twice, or for a card the packet does not hold, changes nothing; nor does one
 * whose id is no UUID, which must not keep the others back. Said both ways of one card in one answer, it is refused: a person looks.
 * @returns how many cards of the packet still wait
 */
export async function recordVerdicts(db: Db, packet: Step, verdicts: readonly Verdict[]): Promise<number> {
  const fresh = await rows<{ cardId: string; verdict: 'accepted' | 'refused' }>(db, `
    UPDATE packet_card k SET verdict = CASE WHEN v.accepted THEN 'accepted' ELSE 'refused' END, error = nullif(v.error, ''), error_field = nullif(v.field, ''),
      error_description = nullif(v.description, ''), verdict_at = now()
    FROM (SELECT DISTINCT ON (lower("cardId")) * FROM jsonb_to_recordset(:verdicts) AS x("cardId" text, accepted boolean, error text, field text, description text)
      ORDER BY lower("cardId"), accepted) v
    WHERE k.message_id = :messageId AND k.card_id::text = lower(v."cardId") AND k.verdict IS NULL
      AND EXISTS (SELECT 1 FROM packet p WHERE p.message_id = k.message_id AND p.fence = :fence AND p.state = 'submitted')
    RETURNING k.card_id AS "cardId", k.verdict`, { verdicts: JSON.stringify(verdicts), ...packet });
  for (const verdict of ['accepted', 'refused'] as const) {
    const ids = fresh.filter((one) => one.verdict === verdict).map((one) => one.cardId);
    if (ids.length === 0) continue;
    await moveCards(db, {
      from: ['submitted'], to: verdict, act: `kho_${verdict}`, actorId: null, decisionId: null, using: 'packet_card s',
      where: 's.message_id = :messageId AND s.card_id = c.id AND c.id = ANY(:ids)', bindings: { messageId: packet.messageId, ids },
      set: verdict === 'accepted' ? 'accepted_at = now()' : 'kho_error = s.error, kho_error_field = s.error_field, kho_error_description = s.error_description',
    });
  }
  const waiting = await row<{ count: number }>(db, 'SELECT count(*)::int AS count FROM packet_card WHERE message_id = :messageId AND verdict IS NULL', { messageId: packet.messageId });
  if (waiting?.count === 0) await touched(db, `UPDATE packet SET state = 'done', done_at = now() WHERE message_id = :messageId AND fence = :fence AND state = 'submitted'`, packet);
  return waiting?.count ?? 0;
}

export type ReadyCard = { cardId: string; document: Buffer; /** Of other software; null: our own. */ vendor: Vendor | null };

/** Cards of a school the Sở has received and no packet holds, oldest first, locked for the packet about to be cut. */
export const readyCards = (db: Db, key: { campaignId: string; schoolCode: string }, limit: number): Promise<ReadyCard[]> => rows(db, `
  SELECT id AS "cardId", document, vendor FROM report_card WHERE campaign_id = :campaignId AND school_code = :schoolCode AND state = 'received'
  ORDER BY received_at, id LIMIT :limit FOR UPDATE SKIP LOCKED`, { ...key, limit });

/** Cards whose stored bytes did not stand their last check: a task of the clerk, who replaces them by a new version (`reissue_cards`). */
export async function refuseBeforePacking(db: Db, faults: readonly { cardId: string; code: string; message: string }[]): Promise<void> {
  await moveCards(db, {
    from: ['received'], to: 'refused', act: 'packet_refused', actorId: null, decisionId: null,
    using: 'unnest(:ids::uuid[], :codes::text[], :messages::text[]) AS s(id, code, message)', where: 'c.id = s.id',
    bindings: { ids: faults.map(({ cardId }) => cardId), codes: faults.map(({ code }) => code), messages: faults.map(({ message }) => message) },
    set: 'kho_error = s.code, kho_error_field = NULL, kho_error_description = s.message',
  });
}

export async function insertPacket(db: Db, packet: { messageId: string; campaignId: string; schoolCode: string; bytes: Buffer; sha256: string; cardIds: readonly string[] }): Promise<void> {
  await touched(db, `
    INSERT INTO packet (message_id, campaign_id, school_code, state, bytes, sha256, raw_bytes, card_count)
    VALUES (:messageId, :campaignId, :schoolCode, 'cut', :bytes, :sha256, :rawBytes, :count)`, { ...packet, cardIds: null, rawBytes: packet.bytes.length, count: packet.cardIds.length });
  await touched(db, `
    INSERT INTO packet_card (message_id, card_id, position) SELECT :messageId, id, position FROM unnest(:cardIds::uuid[]) WITH ORDINALITY AS c(id, position)`,
  { messageId: packet.messageId, cardIds: packet.cardIds });
  await moveCards(db, {
    from: ['received'], to: 'packed', act: 'packed', actorId: null, decisionId: null, where: 'c.id = ANY(:cardIds)', bindings: { cardIds: packet.cardIds },
  });
}
