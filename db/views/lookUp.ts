import type { AuthorityBasis } from '../../domain/authority.js';
import type { CardState } from '../../domain/cardState.js';
import type { Cover, ProfileCode, SignatureRole } from '../../domain/card.js';
import type { Vendor } from '../vendor/cards.js';
import { row, type Db } from '../connect.js';
import { REVOKED_BEFORE_PROOF } from '../evidence/revocations.js';

export type IssuedCard = {
  cardId: string; state: CardState; stateAt: Date; receivedAt: Date; /** A certificate in it is known to have been revoked before the proven time. */ doubted: boolean; document: Buffer; profile: ProfileCode; cover: Cover; vendor: Vendor | null; schoolName: string; departmentName: string; schoolYear: string;
  authorities: { role: SignatureRole; basis: AuthorityBasis | null; number: string | null; date: string | null }[];
};

/** Only what the Sở has received as an original can be looked up: a card under way is nobody's business yet. */
const ISSUED = `
  SELECT c.id AS "cardId", c.state, c.state_at AS "stateAt", c.received_at AS "receivedAt", EXISTS (SELECT FROM ${REVOKED_BEFORE_PROOF}) AS doubted, c.document, coalesce(c.context->>'profile', m.policy->>'profile') AS profile, m.policy->>'cover' AS cover, c.vendor,
    s.name AS "schoolName", v.department_name AS "departmentName", m.school_year AS "schoolYear",
    coalesce((SELECT jsonb_agg(jsonb_build_object('role', b.role, 'basis', a.basis, 'number', a.instrument_number, 'date', a.instrument_date))
      FROM signature_item i JOIN signature_batch b ON b.id = i.batch_id LEFT JOIN authority a ON a.id = b.authority_id WHERE i.card_id = c.id AND i.state = 'attached'), '[]') AS authorities
  FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id JOIN school s ON s.code = c.school_code JOIN campaign m ON m.id = c.campaign_id JOIN province v ON v.code = m.province_code
  WHERE c.received_at IS NOT NULL AND c.document IS NOT NULL`;

export const issuedCard = (db: Db, input: { cardId: string; birthDate: string }): Promise<IssuedCard | undefined> =>
  row<IssuedCard>(db, `${ISSUED} AND c.id = :cardId AND p.birth_date = :birthDate::date`, input);

/** For those who may read the card anyway. */
export const issuedCardById = (db: Db, input: { cardId: string }): Promise<IssuedCard | undefined> => row<IssuedCard>(db, `${ISSUED} AND c.id = :cardId`, input);

/** @param input lower-case hex SHA-256 of a file */
export const issuedCardByBytes = (db: Db, input: { sha256: string }): Promise<IssuedCard | undefined> =>
  row<IssuedCard>(db, `${ISSUED} AND c.document_sha256 = :sha256 AND c.id = ANY(ARRAY(SELECT l.card_id FROM evidence_leaf l WHERE l.sha256 = :sha256 AND l.card_id IS NOT NULL)) LIMIT 1`, input);
