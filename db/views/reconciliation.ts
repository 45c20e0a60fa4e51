import type { FindingKind } from '../../domain/reconciliation.js';
import { rows, type Db } from '../connect.js';
import { byGivenName } from '../names.js';

export type FindingCount = { kind: FindingKind; lines: number };
/** How many lines of each kind one run found. */
export const findingCounts = (db: Db, input: { reconciliationId: string }): Promise<FindingCount[]> => rows<FindingCount>(db, `
  SELECT kind, count(*)::int AS lines FROM reconciliation_difference WHERE reconciliation_id = :reconciliationId GROUP BY kind`, input);

export type FindingLine = {
  kind: FindingKind; ours: string; kho: string; messageId: string | null; cardId: string | null; theirId: string | null;
  /** Null when the Kho names a card that is none of ours. */
  pupilName: string | null; className: string | null; schoolCode: string | null; schoolName: string | null;
};

/** The lines of one run by school, those of one packet together. `schoolCode` is the packet's where no card of ours is named. */
export const findingLines = (db: Db, input: { reconciliationId: string; kind: FindingKind | null; limit: number; offset: number }): Promise<FindingLine[]> => rows<FindingLine>(db, `
  SELECT d.kind, d.ours, d.kho, d.message_id AS "messageId", d.card_id AS "cardId", d.their_id AS "theirId", e.full_name AS "pupilName", k.name AS "className",
    s.code AS "schoolCode", s.name AS "schoolName"
  FROM reconciliation_difference d LEFT JOIN packet p ON p.message_id = d.message_id LEFT JOIN report_card c ON c.id = d.card_id
  LEFT JOIN expected_pupil e ON e.id = c.expected_pupil_id LEFT JOIN class k ON k.id = c.class_id LEFT JOIN school s ON s.code = coalesce(c.school_code, p.school_code)
  WHERE d.reconciliation_id = :reconciliationId AND (:kind::text IS NULL OR d.kind = :kind::text)
  ORDER BY s.name, s.code, d.message_id, k.grade, k.name, ${byGivenName('e.full_name')}, d.line LIMIT :limit OFFSET :offset`, input);
