import { isWaitCode, type EvidenceWait, type SignAgainLine } from '../../domain/evidence.js';
import type { CardState } from '../../domain/cardState.js';
import type { Instant } from '../../domain/brand.js';
import { rows, type Db } from '../connect.js';
import { byGivenName } from '../names.js';

/**
 * Sealed cards that the Sở has not received yet, by why; what is only just being asked for comes last. From the evidence that is open and a
 * counter: without a school it is the whole campaign's.
 */
export async function evidenceWaits(db: Db, input: { campaignId: string; schoolCode: string | null }): Promise<EvidenceWait[]> {
  // A text for each: one for both would be planned for the campaign, on every page of a school. Of a school the counters are looked up class by
  // class, of a campaign they are read in one go.
  const of = (table: string): string => (input.schoolCode === null ? '' : `AND ${table}.school_code = :schoolCode`);
  const counted = input.schoolCode === null ? 'JOIN class_count' : 'JOIN LATERAL (SELECT x.* FROM class_count x WHERE x.class_id = k.id OFFSET 0)';
  const found = await rows<{ cards: number; code: string | null; since: Date | null }>(db, `
    WITH asked AS (
      SELECT DISTINCT c.id, e.wait_code AS code, e.wait_since AS since
      FROM evidence e JOIN evidence_leaf l ON l.evidence_id = e.id JOIN report_card c ON c.id = l.card_id AND c.document_sha256 = l.sha256
      WHERE e.state = 'open' AND c.campaign_id = :campaignId ${of('c')} AND c.state = 'sealed'),
    sealed AS (
      SELECT coalesce(sum(q.cards), 0) AS cards FROM class k ${counted} q ON q.class_id = k.id AND q.card_state = 'sealed'
      WHERE k.campaign_id = :campaignId ${of('k')})
    SELECT sum(w.cards)::int AS cards, w.code, min(w.since) AS since FROM (
      SELECT count(*) AS cards, code, min(since) AS since FROM asked GROUP BY code
      UNION ALL SELECT sealed.cards - (SELECT count(*) FROM asked), NULL, NULL FROM sealed) w
    GROUP BY w.code HAVING sum(w.cards) > 0 ORDER BY min(w.since) NULLS LAST, w.code`, input);
  return found.map(({ cards, code, since }) => ({ cards, code: code !== null && isWaitCode(code) ? code : null, since: since === null ? null : since.toISOString() as Instant }));
}

/** Where a card stands that was sent back, so that the role signs again; once it is further the reason is history. */
const STILL_BACK = `((s.role = 'teacher' AND c.state = 'drafted') OR (s.role = 'principal' AND c.state = 'teacher_signed') OR (s.role = 'seal' AND c.state = 'principal_signed'))`;

/** Cards of a school that wait to be signed again because a certificate did not hold, by class. */
export const signAgainOf = (db: Db, input: { campaignId: string; schoolCode: string }): Promise<SignAgainLine[]> => rows<SignAgainLine>(db, `
  SELECT s.role, s.code, k.name AS "className", count(DISTINCT c.id)::int AS cards, max(s.at) AS at FROM sign_again s JOIN report_card c ON c.id = s.card_id JOIN class k ON k.id = c.class_id
  WHERE c.campaign_id = :campaignId AND c.school_code = :schoolCode AND ${STILL_BACK} GROUP BY s.role, s.code, k.name, k.grade ORDER BY k.grade, k.name, s.role`, input);

export type RevokedHead = { fingerprint: string; serial: string; uid: string | null; holder: string | null; revokedAt: Date; effectiveAt: Date; reason: number };
/** Revoked certificates that stand, or stood until they were sent back, in cards of a campaign; latest known first. */
export const revokedInCampaign = (db: Db, input: { campaignId: string }): Promise<RevokedHead[]> => rows<RevokedHead>(db, `
  SELECT r.fingerprint, m.serial, split_part(k.uid, ':', 1) AS uid, coalesce(p.full_name, o.name) AS holder, r.revoked_at AS "revokedAt", r.effective_at AS "effectiveAt", r.reason
  FROM revoked_certificate r JOIN evidence_material m ON m.sha256 = r.fingerprint LEFT JOIN certificate k ON k.fingerprint = r.fingerprint
  LEFT JOIN LATERAL (SELECT full_name FROM person WHERE 'CCCD:' || personal_number = k.uid LIMIT 1) p ON true
  LEFT JOIN LATERAL (SELECT name FROM school WHERE 'MST:' || tax_code = k.uid LIMIT 1) o ON true
  WHERE EXISTS (SELECT FROM card_signature s JOIN report_card c ON c.id = s.card_id WHERE s.fingerprint = r.fingerprint AND c.campaign_id = :campaignId)
     OR EXISTS (SELECT FROM sign_again s JOIN report_card c ON c.id = s.card_id WHERE s.fingerprint = r.fingerprint AND c.campaign_id = :campaignId)
  ORDER BY r.known_at DESC, r.fingerprint`, input);

export type RevokedCard = {
  fingerprint: string; cardId: string; pupilName: string; schoolCode: string; schoolName: string; className: string; role: 'subjectTeacher' | 'teacher' | 'principal' | 'seal';
  state: CardState; proven: boolean; signAgain: boolean; teacherName: string | null; approverName: string | null;
};

const TOUCHED = `
  WITH stands AS (
    SELECT s.fingerprint, s.card_id, s.role, false AS sign_again FROM revoked_certificate r JOIN card_signature s ON s.fingerprint = r.fingerprint JOIN report_card c ON c.id = s.card_id
    WHERE c.campaign_id = :campaignId AND c.state NOT IN ('drafted', 'superseded', 'recalled')
      AND NOT (s.role IN ('principal', 'seal') AND c.state = 'teacher_signed') AND NOT (s.role = 'seal' AND c.state = 'principal_signed')
    UNION
    SELECT s.fingerprint, s.card_id, s.role, true FROM sign_again s JOIN report_card c ON c.id = s.card_id WHERE c.campaign_id = :campaignId AND ${STILL_BACK}),
  touched AS (
    SELECT t.*, r.known_at, coalesce(r.effective_at > e.gen_time, false) AS proven FROM stands t JOIN revoked_certificate r ON r.fingerprint = t.fingerprint JOIN report_card c ON c.id = t.card_id
    LEFT JOIN LATERAL (SELECT min(x.gen_time) AS gen_time FROM evidence_leaf l JOIN evidence x ON x.id = l.evidence_id WHERE l.card_id = c.id AND l.sha256 = c.document_sha256 AND x.token IS NOT NULL) e ON true)`;

/**
 * The cards a revoked certificate touches: those it stands in, with whether a time-stamp of before the revocation covers them, and those
 * that were sent back for it and are not signed again yet. In the order of the certificates.
 */
export const revokedCards = (db: Db, { campaignId, limit, offset = 0 }: { campaignId: string; limit: number; offset?: number }): Promise<RevokedCard[]> => rows<RevokedCard>(db, `
  ${TOUCHED}
  SELECT t.fingerprint, c.id AS "cardId", p.full_name AS "pupilName", o.code AS "schoolCode", o.name AS "schoolName", k.name AS "className", t.role, c.state, t.sign_again AS "signAgain",
    t.proven, h.full_name AS "teacherName", a.full_name AS "approverName"
  FROM touched t JOIN report_card c ON c.id = t.card_id JOIN expected_pupil p ON p.id = c.expected_pupil_id
  JOIN class k ON k.id = c.class_id JOIN school o ON o.code = c.school_code LEFT JOIN person h ON h.id = k.homeroom_person_id LEFT JOIN person a ON a.id = c.approver_person_id
  ORDER BY t.known_at DESC, t.fingerprint, o.name, k.grade, k.name, ${byGivenName('p.full_name')}, c.id, t.role LIMIT :limit OFFSET :offset`, { campaignId, limit, offset });

/** How many cards each revoked certificate touches, and for how many of them somebody has something to do. */
export const revokedCounts = (db: Db, input: { campaignId: string }): Promise<{ fingerprint: string; cards: number; open: number }[]> => rows(db, `
  ${TOUCHED} SELECT fingerprint, count(*)::int AS cards, count(*) FILTER (WHERE sign_again OR NOT proven)::int AS open FROM touched GROUP BY fingerprint`, input);
