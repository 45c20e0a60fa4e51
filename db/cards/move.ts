import { mayBecome, type CardState } from '../../domain/cardState.js';
import { rows, type Db } from '../connect.js';

/** Columns a move may set beside the state; fixed texts of this code base, never input. */
export type CardMove = {
  from: readonly CardState[]; to: CardState;
  act: string; actorId: string | null; decisionId: string | null;
  /** SQL on `report_card c` that chooses the cards, with named bindings. */
  where: string; bindings: Record<string, unknown>;
  /** More assignments, e.g. `sealed_at = now()`; `s` is the optional source of `using`. */
  set?: string;
  /** A FROM item named s, joined by `where`. */
  using?: string;
};

/**
 * The only way a card changes state: one conditional UPDATE with the old state in its WHERE, and an audit row a card in the same
 * statement (design §2). Cards no longer in `from` are left alone: their change has already happened. Nobody else moves the same cards
 * meanwhile: the school's lock (`inWorkflow`), or the rows of the packet that holds them, are taken before.
 * @returns ids of the cards moved now
 */
export async function moveCards(db: Db, move: CardMove): Promise<string[]> {
  const forbidden = move.from.filter((state) => !mayBecome(state, move.to));
  if (forbidden.length > 0) throw new Error(`no card goes from ${forbidden.join(', ')} to ${move.to}`);
  const moved = await rows<{ id: string }>(db, `
    WITH moved AS (
      UPDATE report_card c SET state = :to, state_at = now() ${move.set === undefined ? '' : `, ${move.set}`}
      ${move.using === undefined ? '' : `FROM ${move.using}`} WHERE ${move.where} AND c.state = ANY(:from) RETURNING c.id, old.state AS from_state),
    told AS (
      INSERT INTO audit (actor_id, act, subject_kind, subject_id, from_state, to_state, decision_id)
      SELECT :actorId::uuid, :act::text, 'card', moved.id::text, moved.from_state, :to, :decisionId::uuid FROM moved)
    SELECT id FROM moved ORDER BY id`,
  { ...move.bindings, from: move.from, to: move.to, act: move.act, actorId: move.actorId, decisionId: move.decisionId });
  return moved.map((card) => card.id);
}
