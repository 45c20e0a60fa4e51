import type { SignatureRole } from '../../domain/card.js';
import type { CardState } from '../../domain/cardState.js';
import { moveCards } from '../cards/move.js';
import { byteArrays, touched, type Db } from '../connect.js';

/** Where a card goes back to, so that `role` signs again, and what it no longer has. */
const BACK = {
  teacher: { to: 'drafted', set: 'teacher_signed_at = NULL, principal_signed_at = NULL, sealed_at = NULL' },
  principal: { to: 'teacher_signed', set: 'principal_signed_at = NULL, sealed_at = NULL' },
  seal: { to: 'principal_signed', set: 'sealed_at = NULL' },
} as const satisfies Record<SignatureRole, { to: CardState; set: string }>;

export type SignAgainCard = { cardId: string; code: string; fingerprint: string; /** The card without the blocks that go, and its SHA-256. */ document: Buffer; sha256: string };

/**
 * Cards the Sở does not receive because a certificate expired or was revoked between signing and receipt go back to whoever signs again,
 * without the signatures from there on. The reason is kept with the evidence that found it.
 * @returns ids of the cards moved
 */
export async function sendBackToSign(db: Db, input: { evidenceId: string; role: SignatureRole; cards: readonly SignAgainCard[] }): Promise<string[]> {
  const { evidenceId, role, cards } = input;
  if (cards.length === 0) return [];
  const moved = await moveCards(db, {
    from: ['sealed'], to: BACK[role].to, act: 'sign_again', actorId: null, decisionId: null,
    using: '(SELECT d.*, l.sha256 AS stamped FROM unnest(:ids::uuid[], :documents::bytea[], :digests::text[]) AS d(id, document, sha256) JOIN evidence_leaf l ON l.card_id = d.id AND l.evidence_id = :evidenceId) s',
    where: 'c.id = s.id AND c.document_sha256 = s.stamped',
    bindings: { evidenceId, ids: cards.map((card) => card.cardId), documents: byteArrays(cards.map((card) => card.document)), digests: cards.map((card) => card.sha256) },
    set: `document = s.document, document_sha256 = s.sha256, ${BACK[role].set}`,
  });
  await touched(db, `
    INSERT INTO sign_again (card_id, evidence_id, role, code, fingerprint)
    SELECT s.card_id, :evidenceId, :role, s.code, s.fingerprint FROM unnest(:ids::uuid[], :codes::text[], :fingerprints::text[]) AS s(card_id, code, fingerprint)
    WHERE s.card_id = ANY(:moved) ON CONFLICT DO NOTHING`,
  { evidenceId, role, moved, ids: cards.map((card) => card.cardId), codes: cards.map((card) => card.code), fingerprints: cards.map((card) => card.fingerprint) });
  await touched(db, `UPDATE task SET version = version + 1 WHERE state = 'open' AND class_id IN (SELECT class_id FROM report_card WHERE id = ANY(:moved))`, { moved });
  return moved;
}
