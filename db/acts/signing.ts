import { randomUUID } from 'node:crypto';
import type { Instant } from '../../domain/brand.js';
import type { SignatureRole } from '../../domain/card.js';
import type { CardState } from '../../domain/cardState.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { cardInBatch } from '../cards/items.js';
import { row, rows, touched, type Db } from '../connect.js';
import type { DecisionRow } from '../decision/intake.js';
import { decidedTasks } from '../decision/intake.js';
import { routeClass, schoolAuthority, SIGNED_BY, type ClassReviewer } from '../school/routing.js';
import type { ActContext } from './context.js';

type SigningDecision = DecisionRow<'review_class'> | DecisionRow<'approve_classes'> | DecisionRow<'seal_classes'>;

const SIGNING = {
  review_class: { role: 'teacher', from: 'drafted' },
  approve_classes: { role: 'principal', from: 'teacher_signed' },
  seal_classes: { role: 'seal', from: 'principal_signed' },
} as const satisfies Record<SigningDecision['act'], { role: SignatureRole; from: CardState }>;

/** Signing services take so many hashes under one confirmation; what is over stays in its task for the next one. */
const BATCH_LIMIT = 2_000;

/**
 * Turns a decision to sign into a signature batch: the cards are taken by the batch (its items), so that no second batch
 * signs them. States change only when the signatures are there and verified.
 */
export async function openSignatureBatch(db: Db, decision: SigningDecision, context: ActContext): Promise<RefusalCode | null> {
  const { role, from } = SIGNING[decision.act];
  const signer = await signerOf(db, decision);
  if (signer === undefined) return 'no-certificate';
  let taken = 0;
  for (const ground of await groundsOf(db, decision, context.now)) taken += await openBatch(db, decision, { ground, role, from, signer, now: context.now });
  if (taken === 0) return 'nothing-to-sign';
  // An upload that was read before the teacher acted must not be confirmed over it.
  if (decision.act === 'review_class') await touched(db, 'UPDATE class SET version = class.version + 1 FROM task t WHERE t.id = :taskId AND class.id = t.class_id', { taskId: decision.payload.taskId });
  return null;
}

/** The legal ground of an approval, and the tasks it covers. A teacher's signature and the seal need none. */
type Ground = { authorityId: string | null; exceptionId: string | null; taskIds: string[] };

/** One approval may cover classes under different instruments; each gets a batch of its own, so that every card says the right one. */
async function groundsOf(db: Db, decision: SigningDecision, now: Instant): Promise<Ground[]> {
  const taskIds = decidedTasks(decision).map((task) => task.taskId);
  if (decision.act !== 'approve_classes') return [{ authorityId: null, exceptionId: null, taskIds }];
  const school = await schoolAuthority(db, decision.schoolCode ?? '');
  const classes = await rows<ClassReviewer & { taskId: string }>(db, `
    SELECT t.id AS "taskId", k.name AS "className", k.homeroom_person_id AS "homeroomPersonId", h.personal_number AS "homeroomNumber", ${SIGNED_BY}
    FROM task t JOIN class k ON k.id = t.class_id LEFT JOIN person h ON h.id = k.homeroom_person_id WHERE t.id = ANY(:taskIds) ORDER BY k.grade, k.name`, { taskIds });
  const grounds = new Map<string, Ground>();
  for (const { taskId, ...one } of classes) {
    const route = routeClass(school, one, now);
    if (route.kind === 'blocked') throw new Error('a class without an approver was judged approvable');
    const ground = grounds.get(`${route.authority.id}/${route.exceptionId}`) ?? { authorityId: route.authority.id, exceptionId: route.exceptionId, taskIds: [] };
    ground.taskIds.push(taskId);
    grounds.set(`${route.authority.id}/${route.exceptionId}`, ground);
  }
  return [...grounds.values()];
}

/** An account at the signing service, or the school's own key that the hub keeps. */
type BatchSigner = { account: string | null; sealKeyId: string | null; certificateId: string };
type BatchToOpen = { ground: Ground; role: SignatureRole; from: CardState; signer: BatchSigner; now: Instant };

/** @returns how many cards it took; a batch that would take none is not opened */
async function openBatch(db: Db, decision: SigningDecision, { ground, role, from, signer, now }: BatchToOpen): Promise<number> {
  const batchId = randomUUID();
  await touched(db, `
    INSERT INTO signature_batch (id, campaign_id, school_code, role, person_id, authority_id, exception_id, decision_id, account, seal_key_id, certificate_id, state, created_at, expires_at)
    SELECT :batchId, :campaignId, :schoolCode, :role, :actorId, :authorityId::uuid, :exceptionId::uuid, :decisionId, :account, :sealKeyId::uuid, :certificateId, 'new', :now,
      :now::timestamptz + make_interval(secs => (c.policy->>'signingExpires')::numeric::double precision)
    FROM campaign c WHERE c.id = :campaignId`,
  { batchId, campaignId: decision.campaignId, schoolCode: decision.schoolCode, role, actorId: decision.actorId, decisionId: decision.id, now, authorityId: ground.authorityId, exceptionId: ground.exceptionId, ...signer });
  const taken = await touched(db, `
    INSERT INTO signature_item (batch_id, card_id, class_id, state)
    SELECT :batchId, r.id, r.class_id, 'new' FROM report_card r JOIN task t ON t.class_id = r.class_id
    WHERE t.id = ANY(:taskIds) AND r.state = :from AND NOT ${cardInBatch('r.id')} AND NOT r.id = ANY(:excluded::uuid[])
    ORDER BY r.class_id, r.id LIMIT ${BATCH_LIMIT}`,
  { batchId, taskIds: ground.taskIds, from, excluded: decision.act === 'approve_classes' ? decision.payload.excludedCardIds : [] });
  if (taken === 0) await touched(db, 'DELETE FROM signature_batch WHERE id = :batchId', { batchId });
  return taken;
}

async function signerOf(db: Db, decision: SigningDecision): Promise<BatchSigner | undefined> {
  return decision.act === 'seal_classes'
    ? row(db, 'SELECT account, key_id AS "sealKeyId", certificate_id AS "certificateId" FROM school_seal WHERE school_code = :code', { code: decision.schoolCode })
    : row(db, 'SELECT signing_account AS account, NULL AS "sealKeyId", certificate_id AS "certificateId" FROM person WHERE id = :id AND signing_account IS NOT NULL AND certificate_id IS NOT NULL', { id: decision.actorId });
}

/** Gives the cards of batches that ended without signatures back to their tasks, under a new version. */
export async function releaseBatches(db: Db, batchIds: readonly string[]): Promise<void> {
  if (batchIds.length === 0) return;
  const classes = await rows<{ class_id: string }>(db, `
    WITH freed AS (UPDATE signature_item SET state = 'dropped' WHERE batch_id = ANY(:batchIds) AND state NOT IN ('attached', 'dropped') RETURNING class_id)
    SELECT DISTINCT class_id FROM freed`, { batchIds });
  await touched(db, `UPDATE task SET version = version + 1 WHERE class_id = ANY(:classIds) AND state = 'open'`, { classIds: classes.map((one) => one.class_id) });
}

/**
 * A batch has brought its signatures: what the open tasks of its classes show is another thing now. Cards that were unticked, or came
 * beyond the limit, stay in a task whose version is decided; without a new one nobody could ever decide on them.
 */
export async function renewTasks(db: Db, batchId: string): Promise<void> {
  await touched(db, `
    UPDATE task SET version = version + 1 WHERE state = 'open' AND class_id = ANY(ARRAY(
      SELECT DISTINCT class_id FROM signature_item WHERE batch_id = :batchId))`, { batchId });
}
