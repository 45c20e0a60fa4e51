import { randomUUID } from 'node:crypto';
import { heartbeat } from '@temporalio/activity';
import { rows, type Db } from '../../db/connect.js';
import type { ActivityDeps } from '../deps.js';

type SentPacket = { messageId: string; schoolYear: string };
type Ours = { cardId: string; verdict: string | null };
type Difference = { cardId: string; ours: string; kho: string };

const AT_ONCE = 4;

/**
 * What we hold, what we sent, what the Kho says, per card version: asks the Kho again for every packet and writes each difference.
 * A difference is shown, never mended by itself.
 */
export async function reconcileCampaign(deps: ActivityDeps, campaignId: string): Promise<{ packets: number; differences: number }> {
  // What is asked for or judged from here on belongs to the next run.
  const { rows: [clock] } = await deps.db.raw<{ rows: { now: Date }[] }>('SELECT now()');
  const packets = await rows<SentPacket>(deps.db, `
    SELECT p.message_id AS "messageId", c.school_year AS "schoolYear" FROM packet p JOIN campaign c ON c.id = p.campaign_id
    WHERE p.campaign_id = :campaignId AND p.state <> 'cut' ORDER BY p.cut_at`, { campaignId });
  const totals = { sent: 0, accepted: 0, refused: 0 };
  const differences: Difference[] = [];
  for (let start = 0; start < packets.length; start += AT_ONCE) {
    const compared = await Promise.all(packets.slice(start, start + AT_ONCE).map((packet) => comparePacket(deps, packet)));
    for (const one of compared) {
      totals.sent += one.sent;
      totals.accepted += one.accepted;
      totals.refused += one.refused;
      differences.push(...one.differences);
    }
    heartbeat(start);
  }
  await deps.db.transaction((trx) => store(trx, { campaignId, startedAt: clock!.now, packets: packets.length, ...totals, differences }));
  return { packets: packets.length, differences: differences.length };
}

async function comparePacket({ db, kho }: ActivityDeps, packet: SentPacket): Promise<{ sent: number; accepted: number; refused: number; differences: Difference[] }> {
  const ours = await rows<Ours>(db, 'SELECT card_id AS "cardId", verdict FROM packet_card WHERE message_id = :messageId', packet);
  const result = await kho.result(packet);
  const theirs = new Map(result.kind === 'verdicts' ? result.records.map((record) => [record.ma_tra_cuu_uuid.toLowerCase(), record.trang_thai === 1 ? 'accepted' : 'refused']) : []);
  const differences = ours.flatMap(({ cardId, verdict }) => {
    const said = theirs.get(cardId) ?? result.kind;
    return said === (verdict ?? 'pending') ? [] : [{ cardId, ours: verdict ?? 'pending', kho: said }];
  });
  const unknown = [...theirs.keys()].filter((cardId) => !ours.some((one) => one.cardId === cardId)).map((cardId) => ({ cardId, ours: 'not-sent', kho: theirs.get(cardId) ?? '' }));
  const count = (verdict: string): number => [...theirs.values()].filter((one) => one === verdict).length;
  return { sent: ours.length, accepted: count('accepted'), refused: count('refused'), differences: [...differences, ...unknown] };
}

async function store(trx: Db, run: { campaignId: string; startedAt: Date; packets: number; sent: number; accepted: number; refused: number; differences: readonly Difference[] }): Promise<void> {
  const id = randomUUID();
  await trx.raw(`
    INSERT INTO reconciliation (id, campaign_id, packets, cards_sent, kho_accepted, kho_refused, differences)
    VALUES (:id, :campaignId, :packets, :sent, :accepted, :refused, :count)`, { ...run, differences: null, id, count: run.differences.length });
  await trx.raw(`
    INSERT INTO reconciliation_difference (reconciliation_id, card_id, ours, kho)
    SELECT :id, "cardId", ours, kho FROM jsonb_to_recordset(:differences) AS d("cardId" uuid, ours text, kho text) ON CONFLICT DO NOTHING`, { id, differences: JSON.stringify(run.differences) });
  await trx.raw('UPDATE campaign SET reconciled_at = :startedAt WHERE id = :campaignId', { campaignId: run.campaignId, startedAt: run.startedAt });
}
