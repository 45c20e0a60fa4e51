import type { Knex } from 'knex';
import { row, rows, type Db } from './connect.js';

/** Where a kept counter and the counted truth differ; `cards` of both, 0 where there is no row. */
export type CounterFault = { counter: 'class_count' | 'class_sealed' | 'school_flow'; place: string; kept: number; counted: number };

const STAGES = ['collected', 'reviewed', 'signed', 'sealed', 'received', 'accepted'] as const;
const stages = (of: (stage: (typeof STAGES)[number]) => string): string => STAGES.map((stage) => of(stage)).join(', ');
/** Per school and stage: what its history adds up to, and what stands. */
const FLOW = `
  SELECT s.campaign_id, s.school_code, v.stage, v.kept, v.counted FROM campaign_school s
  LEFT JOIN (SELECT campaign_id, school_code, ${stages((stage) => `sum(${stage}) AS ${stage}`)} FROM school_flow GROUP BY 1, 2) f USING (campaign_id, school_code)
  LEFT JOIN (SELECT campaign_id, school_code, ${stages((stage) => `count(*) FILTER (WHERE ${stage === 'collected' ? 'in_denominator AND card_id IS NOT NULL' : stage}) AS ${stage}`)}
    FROM pupil_progress GROUP BY 1, 2) t USING (campaign_id, school_code)
  CROSS JOIN LATERAL (VALUES ${stages((stage) => `('${stage}', coalesce(f.${stage}, 0)::int, coalesce(t.${stage}, 0)::int)`)}) AS v(stage, kept, counted)`;

/** Compares every counter with what stands, in one snapshot. Counts every pupil: for the doctor and for tests. At most `limit` faults. */
export const counterFaults = (db: Db, limit = 20): Promise<CounterFault[]> => rows<CounterFault>(db, `
  SELECT 'class_count' AS counter, concat_ws('/', class_id, status, reason, card_state) AS place, coalesce(k.cards, 0) AS kept, coalesce(t.cards, 0) AS counted
  FROM class_count k FULL JOIN class_count_truth t USING (class_id, status, reason, card_state) WHERE k.cards IS DISTINCT FROM t.cards
  UNION ALL SELECT 'class_sealed', concat_ws('/', class_id, sealed_at), coalesce(k.cards, 0), coalesce(t.cards, 0)
  FROM class_sealed k FULL JOIN class_sealed_truth t USING (class_id, sealed_at) WHERE k.cards IS DISTINCT FROM t.cards
  UNION ALL SELECT 'school_flow', concat_ws('/', school_code, stage), kept, counted FROM (${FLOW}) f WHERE kept <> counted
  LIMIT :limit`, { limit });

/** How many cards the counters hold, for the doctor's sentence. */
export const countedCards = async (db: Db): Promise<number> => (await row<{ cards: number }>(db, 'SELECT coalesce(sum(cards), 0)::int AS cards FROM class_count'))!.cards;

/**
 * Counts anew and writes the counters so; a stage's history gets the difference as of now. Movements of cards wait meanwhile.
 * @param db as the owner: no login of the hub may write counters
 * @returns the faults there were, all of them
 */
export function repairCounters(db: Knex): Promise<CounterFault[]> {
  return db.transaction(async (trx) => {
    await trx.raw('LOCK TABLE expected_pupil, report_card IN SHARE ROW EXCLUSIVE MODE');
    const faults = await counterFaults(trx, 1_000_000);
    await trx.raw('DELETE FROM class_count');
    await trx.raw('INSERT INTO class_count (class_id, status, reason, card_state, cards) SELECT class_id, status, reason, card_state, cards FROM class_count_truth');
    await trx.raw('DELETE FROM class_sealed');
    await trx.raw('INSERT INTO class_sealed (class_id, sealed_at, asked_at, cards) SELECT class_id, sealed_at, asked_at, cards FROM class_sealed_truth');
    await trx.raw(`
      INSERT INTO school_flow AS f (campaign_id, school_code, slot, ${STAGES.join(', ')})
      SELECT campaign_id, school_code, date_bin('10 minutes', now(), 'epoch'), ${stages((stage) => `sum(counted - kept) FILTER (WHERE stage = '${stage}')`)}
      FROM (${FLOW}) flow GROUP BY 1, 2 HAVING bool_or(kept <> counted)
      ON CONFLICT (campaign_id, school_code, slot) DO UPDATE SET ${stages((stage) => `${stage} = f.${stage} + EXCLUDED.${stage}`)}`);
    return faults;
  });
}
