import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type { CardState } from '../../domain/cardState.js';
import type { SignatureRole } from '../../domain/card.js';
import { moveCards } from '../../db/cards/move.js';
import { takeBatch, type BatchRow } from '../../db/cards/context.js';
import { dropItems, holdsFence, IN_THIS_BATCH, itemsToAttach, moveBatch, type DroppedItem } from '../../db/cards/items.js';
import { renewTasks } from '../../db/acts/signing.js';
import { byteArrays, rows, touched, type Db } from '../../db/connect.js';
import { inWorkflow } from '../../db/decision/judge.js';
import { recordSignatures } from '../../db/evidence/signatures.js';
import { noticeEndedBatches } from '../../db/school/batchNotices.js';
import { attachSignature } from '../../formats/signature/attach.js';
import { verifyCard } from '../../formats/signature/verify.js';
import { actContext, type ActivityDeps } from '../deps.js';
import { receiveAtOnce } from '../evidence/receive.js';
import { Fenced } from '../fault.js';
import { certificateRefusal } from './certificateNow.js';
import { refuse, type BatchOfSchool } from './prepare.js';

/** A class fits into one; what a death undoes of a whole school's batch is no more than this. */
const CHUNK = 50;
const MOVE = {
  teacher: { from: 'drafted', to: 'teacher_signed', set: 'teacher_signed_at = now()', act: 'teacher_signed' },
  principal: { from: 'teacher_signed', to: 'principal_signed', set: 'principal_signed_at = now()', act: 'principal_signed' },
  seal: { from: 'principal_signed', to: 'sealed', set: 'sealed_at = now()', act: 'sealed' },
} as const satisfies Record<SignatureRole, { from: CardState; to: CardState; set: string; act: string }>;

type Signed = { cardId: string; document: Buffer; sha256: string };

/**
 * Second phase (CPU): every returned signature is proven with the signer's key before it is attached; a bad one drops that card alone.
 * Cards about to be sealed are verified once more as a whole, as the Sở's gateway; once the batch is whole they are received under one
 * time-stamp. In committed chunks, so it resumes in the middle.
 */
export async function attachBatch(deps: ActivityDeps, { batchId, workflowId }: BatchOfSchool): Promise<void> {
  const batch = await takeBatch(deps.db, batchId, 'collected');
  if (batch === undefined) return;
  // Once more: the person may have confirmed days later.
  const refusal = await certificateRefusal(deps, batch);
  if (refusal !== null) {
    await refuse(deps, { batch, workflowId, code: refusal });
    return;
  }
  for (let more = true; more;) {
    const items = await itemsToAttach(deps.db, batchId, CHUNK);
    more = items.length === CHUNK;
    if (items.length === 0) break;
    const signed: Signed[] = [];
    const dropped: DroppedItem[] = [];
    for (const item of items) {
      const attached = attachSignature({ card: item.document, block: item.block, profile: batch.profile, cover: batch.cover, signatureValue: item.signature });
      if (attached.ok) signed.push({ cardId: item.cardId, document: attached.card, sha256: createHash('sha256').update(attached.card).digest('hex') });
      else dropped.push({ cardId: item.cardId, code: attached.code });
    }
    const { good, bad } = batch.role === 'seal' ? await verifyAll(deps, batch, signed) : { good: signed, bad: [] };
    await inWorkflow(deps.db, workflowId, async (trx) => {
      if (!await holdsFence(trx, batchId, batch.fence)) throw new Fenced(batchId);
      await storeSigned(trx, batch, good);
      await dropItems(trx, batchId, [...dropped, ...bad]);
      // With the cards and not at the end: in between somebody could decide on them by a page that did not show them.
      await renewTasks(trx, batchId);
    });
    await breathe();
  }
  await inWorkflow(deps.db, workflowId, async (trx) => {
    const attached = (await rows(trx, `SELECT 1 FROM signature_item WHERE batch_id = :batchId AND state = 'attached' LIMIT 1`, { batchId })).length > 0;
    const end = attached ? { to: 'attached', set: 'attached_at = now()' } : { to: 'failed', set: `failure_code = 'nothing-attached'` };
    if (!await moveBatch(trx, { batchId, fence: batch.fence, from: 'collected', ...end })) throw new Fenced(batchId);
    await resolveReturns(trx, batch);
    await renewTasks(trx, batchId);
    await noticeEndedBatches(trx, [batchId], actContext(deps));
  });
  if (batch.role === 'seal') await receiveAtOnce(deps, workflowId);
}

/**
 * What the Sở receives must stand on its own: all three signatures, by who should have signed, from issuers we accept. One that does
 * not verify is not sealed: it stays in its seal task with the reason, instead of resting sealed where nobody could act.
 */
async function verifyAll(deps: ActivityDeps, batch: BatchRow, signed: Signed[]): Promise<{ good: Signed[]; bad: DroppedItem[] }> {
  const anchors = await deps.anchors();
  const good: Signed[] = [];
  const bad: DroppedItem[] = [];
  for (const card of signed) {
    const verdict = verifyCard({ card: card.document, policy: { kind: 'own', profile: batch.profile, cover: batch.cover, xades: batch.xades }, anchors, at: new Date(), expected: { cardId: card.cardId, seal: { fingerprint: batch.fingerprint } } });
    if (verdict.verdict === 'valid') good.push(card);
    else {
      deps.log.error({ cardId: card.cardId, code: verdict.code }, 'a sealed card did not verify and was not received');
      bad.push({ cardId: card.cardId, code: verdict.code });
    }
  }
  return { good, bad };
}

async function storeSigned(trx: Db, batch: BatchRow, signed: readonly Signed[]): Promise<void> {
  const { from, to, set, act } = MOVE[batch.role];
  const columns = { ids: signed.map((card) => card.cardId), documents: byteArrays(signed.map((card) => card.document)), digests: signed.map((card) => card.sha256) };
  const moved = await moveCards(trx, {
    from: [from], to, act, actorId: batch.personId, decisionId: batch.decisionId,
    using: 'unnest(:ids::uuid[], :documents::bytea[], :digests::text[]) AS s(id, document, sha256)', where: `c.id = s.id AND ${IN_THIS_BATCH}`,
    bindings: { ...columns, batchId: batch.id }, set: `document = s.document, document_sha256 = s.sha256, ${set}`,
  });
  await touched(trx, `UPDATE signature_item SET state = 'attached' WHERE batch_id = :batchId AND card_id = ANY(:moved)`, { batchId: batch.id, moved });
  await recordSignatures(trx, { cardIds: moved, role: batch.role, certificate: { fingerprint: batch.fingerprint, der: batch.certificate }, signedAt: batch.preparedAt ?? batch.takenAt });
  const lost = columns.ids.filter((id) => !moved.includes(id));
  await dropItems(trx, batch.id, lost.map((cardId) => ({ cardId, code: 'card-moved-on' })));
}

/** The teacher's new signature answers what the principal sent back. */
async function resolveReturns(trx: Db, batch: BatchRow): Promise<void> {
  if (batch.role !== 'teacher') return;
  await touched(trx, `
    UPDATE class_return SET resolved_at = now() WHERE resolved_at IS NULL AND from_stage = 'approve' AND class_id = ANY(ARRAY(
      SELECT DISTINCT class_id FROM signature_item WHERE batch_id = :batchId AND state = 'attached'))`, { batchId: batch.id });
}
