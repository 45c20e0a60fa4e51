import { rows, type Db } from '../connect.js';

export type ExceptionUsed = { schoolCode: string; schoolName: string; fullName: string; instrumentNumber: string; instrumentDate: string; reason: string; validFrom: Date; validTo: Date; cards: number };
/** Dated exceptions under which somebody reviewed and approved the same class; the closing report names each. */
export const exceptionsUsed = (db: Db, input: { campaignId: string }): Promise<ExceptionUsed[]> => rows<ExceptionUsed>(db, `
  SELECT s.code AS "schoolCode", s.name AS "schoolName", p.full_name AS "fullName", x.instrument_number AS "instrumentNumber", x.instrument_date AS "instrumentDate", x.reason,
    x.valid_from AS "validFrom", x.valid_to AS "validTo", count(i.card_id) FILTER (WHERE i.state = 'attached')::int AS cards
  FROM signature_batch b JOIN role_exception x ON x.id = b.exception_id JOIN school s ON s.code = b.school_code JOIN person p ON p.id = x.person_id LEFT JOIN signature_item i ON i.batch_id = b.id
  WHERE b.campaign_id = :campaignId GROUP BY s.code, p.id, x.id ORDER BY s.name, s.code, x.valid_from`, input);

export type DeputySigned = { schoolCode: string; schoolName: string; fullName: string; basis: string; instrumentNumber: string | null; instrumentDate: string | null; cards: number };
/** Cards signed under a deputy's authority, with the instrument. */
export const deputySigned = (db: Db, input: { campaignId: string }): Promise<DeputySigned[]> => rows<DeputySigned>(db, `
  SELECT s.code AS "schoolCode", s.name AS "schoolName", p.full_name AS "fullName", a.basis, a.instrument_number AS "instrumentNumber", a.instrument_date AS "instrumentDate",
    count(i.card_id) FILTER (WHERE i.state = 'attached')::int AS cards
  FROM signature_batch b JOIN authority a ON a.id = b.authority_id AND a.basis <> 'head' JOIN school s ON s.code = b.school_code JOIN person p ON p.id = a.person_id
  LEFT JOIN signature_item i ON i.batch_id = b.id
  WHERE b.campaign_id = :campaignId AND b.role = 'principal' GROUP BY s.code, p.id, a.id ORDER BY s.name, s.code`, input);

export type ExtensionLine = { schoolCode: string; schoolName: string; stage: string; dueAt: Date; plannedAt: Date; reason: string; grantedAt: Date };
export const extensions = (db: Db, input: { campaignId: string; schoolCode: string | null }): Promise<ExtensionLine[]> => rows<ExtensionLine>(db, `
  SELECT s.code AS "schoolCode", s.name AS "schoolName", e.stage, e.due_at AS "dueAt", d.planned_at AS "plannedAt", e.reason, e.created_at AS "grantedAt"
  FROM deadline_extension e JOIN school s ON s.code = e.school_code JOIN school_deadline d ON d.campaign_id = e.campaign_id AND d.school_code = e.school_code AND d.stage = e.stage
  WHERE e.campaign_id = :campaignId AND (:schoolCode::text IS NULL OR e.school_code = :schoolCode::text) ORDER BY s.name, s.code, e.created_at`, input);
