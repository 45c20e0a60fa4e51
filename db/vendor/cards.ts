import type { CardContext, ProfileCode, SignatureRole } from '../../domain/card.js';
import type { CardState } from '../../domain/cardState.js';
import type { PupilRecord } from '../../domain/record.js';
import { moveCards } from '../cards/move.js';
import { byteArrays, rows, touched, type Db } from '../connect.js';
import { storeCertificates, type CertificateBytes } from '../evidence/signatures.js';
import type { SchoolKey } from '../school/tasks.js';

/** How a card of other software is read back: by its profile, in the namespaces that it verified in. */
export type Vendor = { profile: ProfileCode; context: Record<string, string> };

/** A pupil of the frozen list, with the live card if there is one. */
export type ListedPupil = {
  pupilId: string; classId: string; className: string; pupilCode: string; fullName: string; birthDate: string; personalNumber: string | null; status: string;
  card: { cardId: string; state: CardState; vendor: boolean; received: boolean; sha256: string | null } | null;
};

export const listedPupils = (db: Db, key: SchoolKey): Promise<ListedPupil[]> => rows<ListedPupil>(db, `
  SELECT p.id AS "pupilId", k.id AS "classId", k.name AS "className", p.pupil_code AS "pupilCode", p.full_name AS "fullName", p.birth_date::text AS "birthDate", p.personal_number AS "personalNumber", p.status,
    CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('cardId', c.id, 'state', c.state, 'vendor', c.vendor IS NOT NULL, 'received', c.received_at IS NOT NULL, 'sha256', c.document_sha256) END AS card
  FROM expected_pupil p JOIN class k ON k.id = p.class_id LEFT JOIN report_card c ON c.expected_pupil_id = p.id AND c.state NOT IN ('superseded', 'recalled')
  WHERE p.campaign_id = :campaignId AND p.school_code = :schoolCode AND p.status <> 'excluded'`, key);

/** Which of these codes stand for a card already, and whether this hub wrote it. */
export const usedCardIds = (db: Db, cardIds: readonly string[]): Promise<{ cardId: string; own: boolean }[]> =>
  rows(db, 'SELECT id AS "cardId", vendor IS NULL AS own FROM report_card WHERE id = ANY(:cardIds::uuid[])', { cardIds });

/** Fingerprints of the organisation certificates that the Sở has approved for a school: stated in its workbook, or bound to the school. */
export const approvedSeals = async (db: Db, schoolCode: string): Promise<Set<string>> => new Set((await rows<{ fingerprint: string }>(db, `
  SELECT seal_fingerprint AS fingerprint FROM school WHERE code = :schoolCode AND seal_fingerprint IS NOT NULL
  UNION SELECT k.fingerprint FROM school s JOIN certificate k ON k.id = s.seal_certificate_id WHERE s.code = :schoolCode AND k.revoked_at IS NULL`, { schoolCode })).map(({ fingerprint }) => fingerprint));

/** The school's people by the certificates registered for them: fingerprint → personal number. */
export const registeredSigners = async (db: Db, schoolCode: string): Promise<Map<string, string>> => new Map((await rows<{ fingerprint: string; number: string }>(db, `
  SELECT DISTINCT f.fingerprint, p.personal_number AS number FROM role_grant g JOIN person p ON p.id = g.person_id LEFT JOIN certificate k ON k.id = p.certificate_id
  CROSS JOIN LATERAL (VALUES (p.certificate_fingerprint), (k.fingerprint)) AS f(fingerprint)
  WHERE g.school_code = :schoolCode AND p.personal_number IS NOT NULL AND f.fingerprint IS NOT NULL`, { schoolCode })).map(({ fingerprint, number }) => [fingerprint, number]));

/** Who heads or has headed a school, as far as the Sở has recorded it; `until` null: still does. */
export type SchoolHead = { number: string; until: Date | null };

/** Whom the Sở has recorded as head or deputy of a school by now: a signature of theirs counts before `until`. */
export const schoolHeads = (db: Db, schoolCode: string): Promise<SchoolHead[]> => rows<SchoolHead>(db, `
  SELECT p.personal_number AS number, g.revoked_at AS until FROM role_grant g JOIN person p ON p.id = g.person_id
  WHERE g.school_code = :schoolCode AND g.role IN ('principal', 'deputy') AND p.personal_number IS NOT NULL AND (g.valid_from IS NULL OR g.valid_from <= now())`, { schoolCode });

export type VendorCard = {
  cardId: string; pupilId: string; classId: string; record: PupilRecord; context: CardContext; document: Buffer; sha256: string; vendor: Vendor;
  signers: readonly { role: SignatureRole | 'subjectTeacher'; slot: string; signedAt: Date; certificate: CertificateBytes }[];
  others: readonly CertificateBytes[];
  /** A card the Kho refused, whose place this one takes. */
  replaces: string | null;
};

/** Stores signed cards as sealed, each with an audit row; the Sở receives them like any other. @returns ids of the cards stored now */
export async function storeVendorCards(db: Db, input: SchoolKey & { uploadId: string; actorId: string; cards: readonly VendorCard[] }): Promise<string[]> {
  const { cards, actorId } = input;
  if (cards.length === 0) return [];
  await storeCertificates(db, [...new Map(cards.flatMap(({ signers, others }) => [...signers.map(({ certificate }) => certificate), ...others]).map((one) => [one.fingerprint, one])).values()]);
  await moveCards(db, {
    from: ['refused'], to: 'superseded', act: 'hand_in_signed', actorId, decisionId: null, where: 'c.id = ANY(:ids)',
    bindings: { ids: cards.flatMap(({ replaces }) => replaces ?? []) },
  });
  const stored = await insertCards(db, input, cards);
  await storeSigners(db, cards);
  const classIds = [...new Set(cards.map(({ classId }) => classId))];
  // What the teacher returned is still to be mended, whoever else of the class has a card now.
  await touched(db, `
    UPDATE class k SET version = k.version + 1, collect_state = CASE WHEN s.stays THEN k.collect_state ELSE 'accepted' END, collected_at = CASE WHEN s.stays THEN k.collected_at ELSE now() END
    FROM (SELECT o.id, o.collect_state = 'returned' AND EXISTS (SELECT FROM report_card c WHERE c.class_id = o.id AND c.state = 'drafted') AS stays FROM class o WHERE o.id = ANY(:classIds)) s
    WHERE s.id = k.id`, { classIds });
  await touched(db, `UPDATE task SET version = version + 1 WHERE class_id = ANY(:classIds) AND state = 'open'`, { classIds });
  return stored;
}

const arraysOf = (cards: readonly VendorCard[]) => ({
  ids: cards.map(({ cardId }) => cardId), documents: byteArrays(cards.map(({ document }) => document)), digests: cards.map(({ sha256 }) => sha256), vendors: cards.map(({ vendor }) => JSON.stringify(vendor)),
  records: cards.map(({ record }) => JSON.stringify(record)), contexts: cards.map(({ context }) => JSON.stringify(context)), teachers: cards.map(({ signers }) => signers.some(({ role }) => role === 'teacher')),
});

async function insertCards(db: Db, { campaignId, schoolCode, uploadId, actorId }: SchoolKey & { uploadId: string; actorId: string }, cards: readonly VendorCard[]): Promise<string[]> {
  return (await rows<{ id: string }>(db, `
    WITH made AS (
      INSERT INTO report_card (id, campaign_id, expected_pupil_id, class_id, school_code, version, replaces_id, state, record, context, document, document_sha256, vendor, teacher_signed_at, principal_signed_at, sealed_at)
      SELECT s.id, :campaignId, s.pupil_id, s.class_id, :schoolCode, coalesce(v.version, 0) + 1, v.id, 'sealed',
        s.record::jsonb, s.context::jsonb, s.document, s.sha256, s.vendor::jsonb, CASE WHEN s.teacher THEN now() END, now(), now()
      FROM unnest(:ids::uuid[], :pupils::uuid[], :classes::uuid[], :documents::bytea[], :digests::text[], :vendors::text[], :records::text[], :contexts::text[], :teachers::boolean[])
        AS s(id, pupil_id, class_id, document, sha256, vendor, record, context, teacher)
      LEFT JOIN LATERAL (SELECT id, version FROM report_card v WHERE v.expected_pupil_id = s.pupil_id ORDER BY version DESC LIMIT 1) v ON true RETURNING id),
    told AS (
      INSERT INTO audit (actor_id, act, subject_kind, subject_id, to_state, detail)
      SELECT :actorId::uuid, 'hand_in_signed', 'card', id::text, 'sealed', jsonb_build_object('uploadId', :uploadId::text) FROM made)
    SELECT id FROM made`,
  { ...arraysOf(cards), campaignId, schoolCode, uploadId, actorId, pupils: cards.map(({ pupilId }) => pupilId), classes: cards.map(({ classId }) => classId) })).map(({ id }) => id);
}

async function storeSigners(db: Db, cards: readonly VendorCard[]): Promise<void> {
  const lines = cards.flatMap(({ cardId, signers }) => signers.map((one) => ({ cardId, ...one })));
  await touched(db, `
    INSERT INTO card_signature AS s (card_id, role, slot, fingerprint, signed_at)
    SELECT * FROM unnest(:ids::uuid[], :roles::text[], :slots::text[], :fingerprints::text[], :times::timestamptz[])
    ON CONFLICT (card_id, role, slot) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, signed_at = EXCLUDED.signed_at`,
  { ids: lines.map((one) => one.cardId), roles: lines.map((one) => one.role), slots: lines.map((one) => one.slot), fingerprints: lines.map((one) => one.certificate.fingerprint), times: lines.map((one) => one.signedAt) });
  const between = cards.flatMap(({ cardId, others }) => others.map(({ fingerprint }) => ({ cardId, fingerprint })));
  await touched(db, 'INSERT INTO card_intermediate (card_id, fingerprint) SELECT * FROM unnest(:ids::uuid[], :fingerprints::text[]) ON CONFLICT DO NOTHING',
    { ids: between.map((one) => one.cardId), fingerprints: between.map((one) => one.fingerprint) });
}

/**
 * Cards of other software whose certificate did not hold at the proven time: the Sở does not receive them. They are put aside with the
 * reason, and their pupils are without a card again until the school hands others in.
 * @returns ids of the cards put aside
 */
export async function putAside(db: Db, input: { evidenceId: string; cards: readonly { cardId: string; role: SignatureRole; code: string; fingerprint: string }[] }): Promise<string[]> {
  const { evidenceId, cards } = input;
  if (cards.length === 0) return [];
  const moved = await moveCards(db, {
    from: ['sealed'], to: 'superseded', act: 'receipt_refused', actorId: null, decisionId: null, using: 'evidence_leaf s',
    where: 's.evidence_id = :evidenceId AND s.card_id = c.id AND c.document_sha256 = s.sha256 AND c.vendor IS NOT NULL AND c.id = ANY(:ids)', bindings: { evidenceId, ids: cards.map(({ cardId }) => cardId) },
  });
  await touched(db, `
    INSERT INTO sign_again (card_id, evidence_id, role, code, fingerprint)
    SELECT s.card_id, :evidenceId, s.role, s.code, s.fingerprint FROM unnest(:ids::uuid[], :roles::text[], :codes::text[], :fingerprints::text[]) AS s(card_id, role, code, fingerprint)
    WHERE s.card_id = ANY(:moved) ON CONFLICT DO NOTHING`,
  { evidenceId, moved, ids: cards.map((one) => one.cardId), roles: cards.map((one) => one.role), codes: cards.map((one) => one.code), fingerprints: cards.map((one) => one.fingerprint) });
  return moved;
}

export type PutAsideLine = { className: string; role: SignatureRole; code: string; cards: number; at: Date };
/** Such cards of a school whose pupils still have no other, for its clerk. */
export const putAsideCards = (db: Db, key: SchoolKey): Promise<PutAsideLine[]> => rows<PutAsideLine>(db, `
  SELECT k.name AS "className", s.role, s.code, count(DISTINCT c.id)::int AS cards, max(s.at) AS at FROM sign_again s JOIN report_card c ON c.id = s.card_id JOIN class k ON k.id = c.class_id
  WHERE c.campaign_id = :campaignId AND c.school_code = :schoolCode AND c.vendor IS NOT NULL AND c.state = 'superseded'
    AND NOT EXISTS (SELECT FROM report_card o WHERE o.expected_pupil_id = c.expected_pupil_id AND o.version > c.version)
  GROUP BY k.name, k.grade, s.role, s.code ORDER BY k.grade, k.name, s.role`, key);

/** Whose certificates signed a card (lower-case hex SHA-256). */
export const signerFingerprints = async (db: Db, input: { cardId: string }): Promise<string[]> =>
  (await rows<{ fingerprint: string }>(db, 'SELECT DISTINCT fingerprint FROM card_signature WHERE card_id = :cardId ORDER BY 1', input)).map(({ fingerprint }) => fingerprint);
