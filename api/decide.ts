import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../domain/brand.js';
import { REFUSALS, type RefusalCode } from '../domain/refusals.js';
import { decisionOutcome, insertDecision, markSent, type AnyDecision, type DecisionOutcome } from '../db/decision/intake.js';
import { row, type Db } from '../db/connect.js';
import { judge, lockWorkflow } from '../db/decision/judge.js';
import { targetWorkflow, type Asked } from '../db/decision/target.js';
import { sendDecision } from '../runtime/messenger.js';
import type { Services } from './services.js';

/** Decisions of which Temporal is being told. */
const telling = new Set<Promise<void>>();
/** Whoever closes the database waits for this; what is cut off here the relay sends. */
export const allTold = async (): Promise<void> => { await Promise.all(telling); };

export type { Asked } from '../db/decision/target.js';
export type DecideResult = { kind: 'done' } | { kind: 'recorded' } | { kind: 'refused'; code: RefusalCode };

/** How long a page waits for the outcome before it says "đã ghi nhận, đang xử lý" (design §3). */
const PATIENCE_MS = 2_000;

/**
 * A person's decision: judged and committed here, carried out by a worker. Once committed it is never lost, whatever happens to
 * Temporal or the workers; asked twice with the same id it is one decision.
 * @param intake what comes with the decision and is kept only with it: stored before it is judged, in the same transaction
 */
export async function decide(services: Services, asked: Asked, intake?: (trx: Db) => Promise<void>): Promise<DecideResult> {
  const provinceCode = services.settings.HUB_PROVINCE_CODE;
  const workflowId = await targetWorkflow(services.db, asked, provinceCode);
  if (workflowId === null) return { kind: 'refused', code: 'not-found' };
  const decision = { ...asked, provinceCode, workflowId } as AnyDecision;
  const refusal = await commit(services, decision, intake);
  if (refusal !== null) return { kind: 'refused', code: refusal };
  const told = send(services, decision).finally(() => telling.delete(told));
  telling.add(told);
  return resultOf(await awaitOutcome(services, decision.id));
}

/** The outcome of an earlier decision, for pages that come back to it. */
export async function outcomeOf(services: Services, decisionId: string): Promise<DecideResult> {
  return resultOf(await decisionOutcome(services.db, decisionId));
}

async function commit(services: Services, decision: AnyDecision, intake: ((trx: Db) => Promise<void>) | undefined): Promise<RefusalCode | null> {
  try {
    return await commitOrThrow(services, decision, intake);
  } catch (error) {
    if (error instanceof RolledBack) return error.code;
    throw error;
  }
}

/** Thrown to roll the transaction back: what is refused leaves nothing. */
class RolledBack extends Error {
  constructor(readonly code: RefusalCode) { super(code); }
}

async function commitOrThrow(services: Services, decision: AnyDecision, intake: ((trx: Db) => Promise<void>) | undefined): Promise<RefusalCode | null> {
  return services.db.transaction(async (trx) => {
    // The sender of a repeated form gets the first one's answer, even when the rule would refuse it by now.
    const before = await earlier(trx, decision);
    if (before !== 'none') return before === 'same' ? null : 'form-out-of-date';
    await lockWorkflow(trx, decision.workflowId);
    const meanwhile = await earlier(trx, decision);
    if (meanwhile !== 'none') return meanwhile === 'same' ? null : 'form-out-of-date';
    await intake?.(trx);
    const refusal = await judge(trx, decision, new Date().toISOString() as Instant);
    if (refusal !== null) throw new RolledBack(refusal);
    // Somebody else decided one of the tasks between judging and inserting.
    if (await insertDecision(trx, decision) === 'conflict') throw new RolledBack('already-decided');
    return null;
  });
}

/**
 * Whether the id is taken, and by this very decision: under somebody else's id, or with other words under an earlier one, nothing would
 * be done although "done" came back. Cards left out of an approval follow from where the class stands, so a repeat may name others.
 */
async function earlier(trx: Services['db'], decision: AnyDecision): Promise<'none' | 'same' | 'another'> {
  const found = await row<{ same: boolean }>(trx, `
    SELECT act = :act AND actor_id = :actorId AND campaign_id IS NOT DISTINCT FROM :campaignId::uuid AND school_code IS NOT DISTINCT FROM :schoolCode::text
      AND payload - 'excludedCardIds' = :payload::jsonb - 'excludedCardIds' AS same FROM decision WHERE id = :id`, { ...decision, payload: JSON.stringify(decision.payload) });
  if (found === undefined) return 'none';
  return found.same ? 'same' : 'another';
}

/** Best effort, and nobody waits for it: Temporal answers after the school's whole step, the outcome is there before. The outbox row makes sure of it. */
async function send(services: Services, decision: AnyDecision): Promise<void> {
  try {
    await sendDecision(services.temporal, { workflowId: decision.workflowId, decisionId: decision.id });
    await markSent(services.db, decision.id);
  } catch (error) {
    services.log.warn({ decisionId: decision.id, code: error instanceof Error ? error.name : 'unknown' }, 'decision committed, Temporal has not said that it keeps it; the relay asks again');
  }
}

async function awaitOutcome(services: Services, decisionId: string): Promise<DecisionOutcome> {
  const until = Date.now() + PATIENCE_MS;
  for (let pause = 25; ; pause = Math.min(pause * 1.5, 250)) {
    const outcome = await decisionOutcome(services.db, decisionId);
    if (outcome !== null || Date.now() >= until) return outcome;
    await sleep(pause);
  }
}

function resultOf(outcome: DecisionOutcome): DecideResult {
  if (outcome === null) return { kind: 'recorded' };
  if (outcome.outcome === 'done') return { kind: 'done' };
  return { kind: 'refused', code: outcome.code !== null && outcome.code in REFUSALS ? outcome.code as RefusalCode : 'bad-input' };
}
