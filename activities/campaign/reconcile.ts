import { randomUUID } from 'node:crypto';
import { heartbeat } from '@temporalio/activity';
import { storeReconciliation, type ReconciliationLine } from '../../db/campaign/reconciliation.js';
import { rows } from '../../db/connect.js';
import { findingOf, type OurVerdict, type PacketState } from '../../domain/reconciliation.js';
import type { ActivityDeps } from '../deps.js';
import { OutsideFault } from '../fault.js';
import type { ResultOutcome } from '../kho/client.js';

type SentPacket = { messageId: string; schoolYear: string; state: PacketState };
type Ours = { cardId: string; verdict: OurVerdict };
type Compared = { sent: number; accepted: number; refused: number; lines: ReconciliationLine[] };

const AT_ONCE = 4;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Letters of an id that is none: enough to find the line at the Kho. */
const LONGEST_ID = 100;

/**
 * What we hold, what we sent, what the Kho says, per card version: asks the Kho again for every packet and writes each finding. A finding
 * is shown with whose turn it is, never mended by itself; a packet the Kho cannot answer about is a finding too and stops nothing.
 */
export async function reconcileCampaign(deps: ActivityDeps, campaignId: string): Promise<{ packets: number; differences: number }> {
  // What is asked for or judged from here on belongs to the next run.
  const { rows: [clock] } = await deps.db.raw<{ rows: { now: Date }[] }>('SELECT now()');
  const packets = await rows<SentPacket>(deps.db, `
    SELECT p.message_id AS "messageId", c.school_year AS "schoolYear", p.state FROM packet p JOIN campaign c ON c.id = p.campaign_id
    WHERE p.campaign_id = :campaignId AND p.state <> 'cut' ORDER BY p.cut_at`, { campaignId });
  const total: Compared = { sent: 0, accepted: 0, refused: 0, lines: [] };
  for (let start = 0; start < packets.length; start += AT_ONCE) {
    for (const one of await Promise.all(packets.slice(start, start + AT_ONCE).map((packet) => comparePacket(deps, packet)))) {
      total.sent += one.sent;
      total.accepted += one.accepted;
      total.refused += one.refused;
      total.lines.push(...one.lines);
    }
    heartbeat(start);
  }
  const { lines, ...counts } = total;
  const differences = await deps.db.transaction((trx) => storeReconciliation(trx, { id: randomUUID(), campaignId, startedAt: clock!.now, packets: packets.length, ...counts, lines }));
  return { packets: packets.length, differences };
}

async function comparePacket(deps: ActivityDeps, packet: SentPacket): Promise<Compared> {
  const { messageId, state } = packet;
  const result = await answerOf(deps, packet);
  // Read after the answer: a verdict that was fetched meanwhile is no difference.
  const ours = await rows<Ours>(deps.db, 'SELECT card_id AS "cardId", verdict FROM packet_card WHERE message_id = :messageId', { messageId });
  if (typeof result === 'string') return { sent: ours.length, accepted: 0, refused: 0, lines: [{ kind: 'unanswered', messageId, cardId: null, theirId: null, ours: state, kho: result }] };
  const records = result.kind === 'verdicts' ? result.records.map((record) => ({ id: record.ma_tra_cuu_uuid, verdict: record.trang_thai === 1 ? 'accepted' as const : 'refused' as const })) : [];
  const theirs = new Map(records.filter((record) => UUID.test(record.id.toLowerCase())).map((record) => [record.id.toLowerCase(), record.verdict]));
  const held = new Set(ours.map((one) => one.cardId));
  const lines: ReconciliationLine[] = ours.flatMap(({ cardId, verdict }) => {
    const word = theirs.get(cardId) ?? (result.kind === 'verdicts' ? 'absent' : result.kind);
    const kind = findingOf({ ours: verdict, theirs: word, packet: state });
    return kind === null ? [] : [{ kind, messageId, cardId, theirId: null, ours: verdict ?? 'pending', kho: word }];
  });
  lines.push(...[...theirs].filter(([cardId]) => !held.has(cardId)).map(([cardId, verdict]): ReconciliationLine => ({ kind: 'not-sent', messageId, cardId, theirId: null, ours: 'not-sent', kho: verdict })));
  lines.push(...records.filter((record) => !UUID.test(record.id.toLowerCase())).map((record): ReconciliationLine => (
    { kind: 'unreadable-id', messageId, cardId: null, theirId: record.id.slice(0, LONGEST_ID).replace(/\p{Cc}|\p{Cs}/gu, ''), ours: 'not-sent', kho: record.verdict })));
  const count = (verdict: string): number => [...theirs.values()].filter((one) => one === verdict).length;
  return { sent: ours.length, accepted: count('accepted'), refused: count('refused'), lines };
}

/** The Kho's answer, or the code under which it refuses to give one. When it is away the whole run is tried again. */
async function answerOf({ kho }: ActivityDeps, packet: SentPacket): Promise<ResultOutcome | string> {
  try {
    return await kho.result(packet);
  } catch (error) {
    if (error instanceof OutsideFault && (error.code.startsWith('result-') || error.code === 'unexpected-answer')) return error.code;
    throw error;
  }
}
