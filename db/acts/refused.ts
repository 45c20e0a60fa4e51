import { moveCards } from '../cards/move.js';
import { writeAudit } from '../audit.js';
import { rows, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';

/** The Kho's fault: the same card, byte for byte, goes out once more in a new packet. */
export async function resendCards(db: Db, decision: DecisionRow<'resend_cards'>): Promise<void> {
  await moveCards(db, {
    from: ['refused'], to: 'received', act: decision.act, actorId: decision.actorId, decisionId: decision.id,
    where: 'c.id = ANY(:cardIds)', bindings: { cardIds: decision.payload.cardIds },
    set: 'kho_error = NULL, kho_error_field = NULL, kho_error_description = NULL, received_at = now()',
  });
}

/** Ours: the card is superseded by a new version with a new UUID, which goes the whole way again (design §2). */
export async function reissueCards(db: Db, decision: DecisionRow<'reissue_cards'>): Promise<void> {
  const superseded = await moveCards(db, {
    from: ['refused'], to: 'superseded', act: decision.act, actorId: decision.actorId, decisionId: decision.id,
    where: 'c.id = ANY(:cardIds)', bindings: { cardIds: decision.payload.cardIds },
  });
  const made = await rows<{ id: string; replaces_id: string; class_id: string }>(db, `
    INSERT INTO report_card (id, campaign_id, expected_pupil_id, class_id, school_code, version, replaces_id, state, record)
    SELECT gen_random_uuid(), campaign_id, expected_pupil_id, class_id, school_code, version + 1, id, 'drafted', record
    FROM report_card WHERE id = ANY(:superseded) RETURNING id, replaces_id, class_id`, { superseded });
  const classIds = [...new Set(made.map((card) => card.class_id))];
  await touched(db, `UPDATE class SET version = version + 1 WHERE id = ANY(:classIds)`, { classIds });
  await writeAudit(db, made.map((card) => ({
    actorId: decision.actorId, act: decision.act, subjectKind: 'card' as const, subjectId: card.id, decisionId: decision.id, to: 'drafted',
    detail: { replaces: card.replaces_id, reason: decision.payload.reason },
  })));
}
