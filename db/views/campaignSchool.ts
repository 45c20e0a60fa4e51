import type { Stage } from '../../domain/policy.js';
import type { BlockedCode } from '../../domain/authority.js';
import { row, rows, type Db } from '../connect.js';
import { PRESSED_AT } from '../school/pressed.js';

export type CampaignSchool = {
  schoolCode: string; schoolName: string; officeCode: string; officeName: string; communeName: string; address: string | null; phone: string | null; email: string | null;
  state: 'open' | 'closed' | 'cancelled'; exemptReason: string | null; exemptUntil: string | null; closedAt: Date | null;
  leaders: { fullName: string; role: string; phone: string | null }[];
};
type Key = { campaignId: string; schoolCode: string };

export const campaignSchool = (db: Db, key: Key): Promise<CampaignSchool | undefined> => row<CampaignSchool>(db, `
  SELECT s.code AS "schoolCode", s.name AS "schoolName", o.code AS "officeCode", o.name AS "officeName", s.commune_name AS "communeName", s.address, s.phone, s.email,
    x.state, CASE WHEN exemption_holds(x.exempt_reason, x.exempt_until) THEN x.exempt_reason END AS "exemptReason", x.exempt_until AS "exemptUntil", x.closed_at AS "closedAt",
    coalesce((SELECT jsonb_agg(jsonb_build_object('fullName', p.full_name, 'role', g.role, 'phone', p.phone) ORDER BY CASE g.role WHEN 'principal' THEN 0 WHEN 'deputy' THEN 1 ELSE 2 END, p.full_name)
      FROM active_grant g JOIN person p ON p.id = g.person_id WHERE g.school_code = s.code AND g.role IN ('principal', 'deputy', 'clerk')), '[]') AS leaders
  FROM campaign_school x JOIN school s ON s.code = x.school_code JOIN office o ON o.code = x.office_code
  WHERE x.campaign_id = :campaignId AND x.school_code = :schoolCode`, key);

export type DeadlineLine = { stage: Stage; dueAt: Date; plannedAt: Date };
export const schoolDeadlines = (db: Db, key: Key): Promise<DeadlineLine[]> => rows<DeadlineLine>(db, `
  SELECT stage, due_at AS "dueAt", planned_at AS "plannedAt" FROM school_deadline WHERE campaign_id = :campaignId AND school_code = :schoolCode
  ORDER BY array_position(ARRAY['collect', 'review', 'approve', 'seal'], stage)`, key);

export type OpenTask = {
  id: string; kind: 'collect' | 'review' | 'approve' | 'seal' | 'correct'; version: number; classId: string | null; className: string | null; dueAt: Date;
  personName: string | null; phone: string | null; blockedCode: BlockedCode | null; reminders: number; remindedAt: Date | null; pressedAt: Date | null;
};
/** Who has the turn. */
export const openTasksOfSchool = (db: Db, key: Key & { classId?: string }): Promise<OpenTask[]> => rows<OpenTask>(db, `
  SELECT t.id, t.kind, t.version, t.class_id AS "classId", k.name AS "className", t.due_at AS "dueAt", p.full_name AS "personName", p.phone, t.blocked_code AS "blockedCode", t.reminders, t.reminded_at AS "remindedAt", ${PRESSED_AT} AS "pressedAt"
  FROM task t LEFT JOIN class k ON k.id = t.class_id LEFT JOIN person p ON p.id = t.assignee_id
  WHERE t.campaign_id = :campaignId AND t.school_code = :schoolCode AND t.state = 'open' AND (:classId::uuid IS NULL OR t.class_id = :classId::uuid)
  ORDER BY t.due_at, k.grade, length(k.name), k.name`, { ...key, classId: key.classId ?? null });

export type PacketLine = { messageId: string; state: string; cards: number; accepted: number; refused: number; attempts: number; cutAt: Date; submittedAt: Date | null; doneAt: Date | null; response: string | null };
export const packetsOfSchool = (db: Db, key: Key): Promise<PacketLine[]> => rows<PacketLine>(db, `
  SELECT p.message_id AS "messageId", p.state, p.card_count AS cards, c.accepted, c.refused,
    p.attempts, p.cut_at AS "cutAt", p.submitted_at AS "submittedAt", p.done_at AS "doneAt", p.response_description AS response
  FROM (SELECT * FROM packet WHERE campaign_id = :campaignId AND school_code = :schoolCode ORDER BY cut_at DESC LIMIT 50) p
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE verdict = 'accepted')::int AS accepted, count(*) FILTER (WHERE verdict = 'refused')::int AS refused FROM packet_card WHERE message_id = p.message_id) c
  ORDER BY p.cut_at DESC`, key);

export type MailLine = { kind: string; createdAt: Date; sentAt: Date | null; givenUpAt: Date | null; personName: string | null };
/** Reminders and escalations about a school, newest first; sending has its own proof, the row's Message-ID. */
export const remindersOfSchool = (db: Db, key: Key): Promise<MailLine[]> => rows<MailLine>(db, `
  SELECT m.kind, m.created_at AS "createdAt", m.sent_at AS "sentAt", m.given_up_at AS "givenUpAt", p.full_name AS "personName" FROM mail_outbox m LEFT JOIN person p ON p.id = m.person_id
  WHERE m.campaign_id = :campaignId AND m.school_code = :schoolCode ORDER BY m.created_at DESC LIMIT 30`, key);

export type AuthorityLine = { id: string; fullName: string; basis: string; instrumentNumber: string | null; instrumentDate: string | null; validFrom: Date; validTo: Date | null; revokedAt: Date | null };
export const authoritiesOfSchool = (db: Db, input: { schoolCode: string }): Promise<AuthorityLine[]> => rows<AuthorityLine>(db, `
  SELECT a.id, p.full_name AS "fullName", a.basis, a.instrument_number AS "instrumentNumber", a.instrument_date AS "instrumentDate", a.valid_from AS "validFrom", a.valid_to AS "validTo", a.revoked_at AS "revokedAt"
  FROM authority a JOIN person p ON p.id = a.person_id WHERE a.school_code = :schoolCode ORDER BY a.revoked_at NULLS FIRST, a.valid_from DESC`, input);

export type ExceptionLine = { id: string; fullName: string; instrumentNumber: string; instrumentDate: string; reason: string; validFrom: Date; validTo: Date; revokedAt: Date | null };
export const exceptionsOfSchool = (db: Db, input: { schoolCode: string }): Promise<ExceptionLine[]> => rows<ExceptionLine>(db, `
  SELECT x.id, p.full_name AS "fullName", x.instrument_number AS "instrumentNumber", x.instrument_date AS "instrumentDate", x.reason, x.valid_from AS "validFrom", x.valid_to AS "validTo", x.revoked_at AS "revokedAt"
  FROM role_exception x JOIN person p ON p.id = x.person_id WHERE x.school_code = :schoolCode ORDER BY x.valid_from DESC`, input);

/** Who may be given a dated exception: whoever may approve there. */
export const approversOfSchool = (db: Db, input: { schoolCode: string }): Promise<{ id: string; fullName: string; role: string }[]> => rows(db, `
  SELECT DISTINCT p.id, p.full_name AS "fullName", g.role FROM active_grant g JOIN person p ON p.id = g.person_id
  WHERE g.school_code = :schoolCode AND g.role IN ('principal', 'deputy') ORDER BY p.full_name`, input);

export type ReturnLine = { className: string; fromStage: string; reason: string; returnedAt: Date; resolvedAt: Date | null; personName: string | null };
export const returnsOfSchool = (db: Db, key: Key & { classId?: string }): Promise<ReturnLine[]> => rows<ReturnLine>(db, `
  SELECT k.name AS "className", r.from_stage AS "fromStage", r.reason, r.returned_at AS "returnedAt", r.resolved_at AS "resolvedAt", p.full_name AS "personName"
  FROM class_return r JOIN class k ON k.id = r.class_id LEFT JOIN person p ON p.id = r.returned_by
  WHERE k.campaign_id = :campaignId AND k.school_code = :schoolCode AND (:classId::uuid IS NULL OR k.id = :classId::uuid) ORDER BY r.returned_at DESC LIMIT 30`, { ...key, classId: key.classId ?? null });
