import type { CardState } from '../../domain/cardState.js';
import { row, rows, type Db } from '../connect.js';
import type { Vendor } from '../vendor/cards.js';

export type CardFacts = {
  cardId: string; version: number; replacesId: string | null; state: CardState; stateAt: Date; sha256: string | null; bytes: number | null; profile: string | null;
  campaignId: string; schoolCode: string; schoolName: string; classId: string; className: string; homeroomPersonId: string | null;
  pupilId: string; pupilCode: string; fullName: string; birthDate: string; status: string; reason: string | null;
  khoError: string | null; khoErrorField: string | null; khoErrorDescription: string | null;
};

export const cardFacts = (db: Db, input: { cardId: string }): Promise<CardFacts | undefined> => row<CardFacts>(db, `
  SELECT c.id AS "cardId", c.version, c.replaces_id AS "replacesId", c.state, c.state_at AS "stateAt", c.document_sha256 AS sha256, octet_length(c.document) AS bytes, c.context->>'profile' AS profile,
    c.campaign_id AS "campaignId", s.code AS "schoolCode", s.name AS "schoolName", k.id AS "classId", k.name AS "className", k.homeroom_person_id AS "homeroomPersonId",
    p.id AS "pupilId", p.pupil_code AS "pupilCode", p.full_name AS "fullName", p.birth_date AS "birthDate", p.status, p.reason,
    c.kho_error AS "khoError", c.kho_error_field AS "khoErrorField", c.kho_error_description AS "khoErrorDescription"
  FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id JOIN class k ON k.id = c.class_id JOIN school s ON s.code = c.school_code WHERE c.id = :cardId`, input);

export type CardVersion = { cardId: string; version: number; state: CardState; stateAt: Date };
export const cardVersions = (db: Db, input: { pupilId: string }): Promise<CardVersion[]> =>
  rows<CardVersion>(db, 'SELECT id AS "cardId", version, state, state_at AS "stateAt" FROM report_card WHERE expected_pupil_id = :pupilId ORDER BY version', input);

export type HistoryLine = { at: Date; act: string; actorName: string | null; from: CardState | null; to: CardState | null; reason: string | null };
/** Every change of the card, oldest first, from the insert-only audit. */
export const cardAudit = (db: Db, input: { cardId: string }): Promise<HistoryLine[]> => rows<HistoryLine>(db, `
  SELECT a.at, a.act, p.full_name AS "actorName", a.from_state AS "from", a.to_state AS "to", coalesce(a.detail->>'reason', d.payload->>'reason') AS reason
  FROM audit a LEFT JOIN person p ON p.id = a.actor_id LEFT JOIN decision d ON d.id = a.decision_id
  WHERE a.subject_kind = 'card' AND a.subject_id = :cardId ORDER BY a.id`, input);

export type SignatureLine = {
  role: 'teacher' | 'principal' | 'seal'; fullName: string; state: string; attachedAt: Date | null;
  /** The time written into the signature. */
  signedAt: Date | null;
  /** Act that took the attached signature off the card again, '' when nobody can say which; null: it is on the card. */
  voidedBy: string | null; failureCode: string | null;
  serial: string; fingerprint: string; uidKind: string; basis: string | null; instrumentNumber: string | null; instrumentDate: string | null; exceptionNumber: string | null;
};
/** Who signed with which certificate, under which authority. The personal number inside the certificate stays out. */
export const cardSignatures = (db: Db, input: { cardId: string }): Promise<SignatureLine[]> => rows<SignatureLine>(db, `
  SELECT b.role, p.full_name AS "fullName", i.state, CASE WHEN i.state = 'attached' THEN b.attached_at END AS "attachedAt",
    CASE WHEN i.state = 'attached' THEN b.prepared_at END AS "signedAt",
    CASE WHEN i.state = 'attached' AND (
      CASE b.role WHEN 'teacher' THEN r.teacher_signed_at WHEN 'principal' THEN r.principal_signed_at ELSE r.sealed_at END IS NULL
      OR EXISTS (SELECT 1 FROM signature_item j JOIN signature_batch l ON l.id = j.batch_id WHERE j.card_id = i.card_id AND j.state = 'attached' AND l.role = b.role AND l.attached_at > b.attached_at))
      THEN coalesce((SELECT t.act FROM audit t WHERE t.subject_kind = 'card' AND t.subject_id = i.card_id::text AND t.at >= b.attached_at AND t.act IN ('return_class', 'signer_changed', 'sign_again') ORDER BY t.id LIMIT 1), '')
    END AS "voidedBy",
    coalesce(i.failure_code, b.failure_code) AS "failureCode",
    c.serial, c.fingerprint, split_part(c.uid, ':', 1) AS "uidKind", a.basis, a.instrument_number AS "instrumentNumber", a.instrument_date AS "instrumentDate", x.instrument_number AS "exceptionNumber"
  FROM signature_item i JOIN report_card r ON r.id = i.card_id JOIN signature_batch b ON b.id = i.batch_id JOIN person p ON p.id = b.person_id JOIN certificate c ON c.id = b.certificate_id
  LEFT JOIN authority a ON a.id = b.authority_id LEFT JOIN role_exception x ON x.id = b.exception_id
  WHERE i.card_id = :cardId ORDER BY b.created_at`, input);

/** The same of a card of other software, as its signatures themselves say: nobody signed anything here, and under which authority is not known. */
export const vendorSignatures = (db: Db, input: { cardId: string }): Promise<SignatureLine[]> => rows<SignatureLine>(db, `
  SELECT s.role, CASE s.role WHEN 'teacher' THEN r.context->'teacher'->>'fullName' WHEN 'principal' THEN r.context->'approver'->>'fullName' ELSE r.context->'school'->>'name' END AS "fullName",
    'attached' AS state, r.sealed_at AS "attachedAt", s.signed_at AS "signedAt", NULL AS "voidedBy", NULL AS "failureCode", m.serial, s.fingerprint, '' AS "uidKind",
    NULL AS basis, NULL AS "instrumentNumber", NULL AS "instrumentDate", NULL AS "exceptionNumber"
  FROM card_signature s JOIN report_card r ON r.id = s.card_id AND r.vendor IS NOT NULL JOIN evidence_material m ON m.sha256 = s.fingerprint
  WHERE s.card_id = :cardId AND s.role <> 'subjectTeacher' ORDER BY s.signed_at`, input);

export type CardPacketLine = {
  messageId: string; state: string; cutAt: Date; sendingAt: Date | null; submittedAt: Date | null; response: string | null; attempts: number;
  verdict: 'accepted' | 'refused' | null; verdictAt: Date | null; error: string | null; errorField: string | null; errorDescription: string | null;
};
export const cardPackets = (db: Db, input: { cardId: string }): Promise<CardPacketLine[]> => rows<CardPacketLine>(db, `
  SELECT p.message_id AS "messageId", p.state, p.cut_at AS "cutAt", p.sending_at AS "sendingAt", p.submitted_at AS "submittedAt", p.response_description AS response, p.attempts,
    c.verdict, c.verdict_at AS "verdictAt", c.error, c.error_field AS "errorField", c.error_description AS "errorDescription"
  FROM packet_card c JOIN packet p ON p.message_id = c.message_id WHERE c.card_id = :cardId ORDER BY p.cut_at`, input);

export const cardDocument = (db: Db, input: { cardId: string }): Promise<{ document: Buffer | null; vendor: Vendor | null } | undefined> => row(db, 'SELECT document, vendor FROM report_card WHERE id = :cardId', input);
