import { FINDINGS, type FindingKind } from '../../domain/reconciliation.js';
import { touched, type Db } from '../connect.js';

/** One finding. `cardId` null: about no card that can be named; `ours` and `kho`: a verdict, or why there is none. */
export type ReconciliationLine = { kind: FindingKind; messageId: string; cardId: string | null; theirId: string | null; ours: string; kho: string };
type Run = { id: string; campaignId: string; startedAt: Date; packets: number; sent: number; accepted: number; refused: number; lines: readonly ReconciliationLine[] };

/** Keeps a run with its lines. @returns on how many lines the two sides disagree */
export async function storeReconciliation(trx: Db, { lines, startedAt, ...run }: Run): Promise<number> {
  const differences = lines.filter((line) => FINDINGS[line.kind].differs).length;
  await touched(trx, `
    INSERT INTO reconciliation (id, campaign_id, packets, cards_sent, kho_accepted, kho_refused, differences, findings)
    VALUES (:id, :campaignId, :packets, :sent, :accepted, :refused, :differences, :findings)`, { ...run, differences, findings: lines.length - differences });
  await touched(trx, `
    INSERT INTO reconciliation_difference (reconciliation_id, line, kind, message_id, card_id, their_id, ours, kho)
    SELECT :id, d.line, d.kind, d."messageId", d."cardId", d."theirId", d.ours, d.kho
    FROM ROWS FROM (jsonb_to_recordset(:lines) AS (kind text, "messageId" uuid, "cardId" uuid, "theirId" text, ours text, kho text))
      WITH ORDINALITY AS d(kind, "messageId", "cardId", "theirId", ours, kho, line)`, { id: run.id, lines: JSON.stringify(lines) });
  await touched(trx, 'UPDATE campaign SET reconciled_at = :startedAt WHERE id = :campaignId', { campaignId: run.campaignId, startedAt });
  return differences;
}
