import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { APPROVER_TITLES } from '../../domain/authority.js';
import type { Instant } from '../../domain/brand.js';
import type { CardContext } from '../../domain/card.js';
import type { CertificateRefusal } from '../../domain/signingProgress.js';
import { localDay } from '../../domain/vietnameseFormat.js';
import { renewTasks } from '../../db/acts/signing.js';
import { cardsToWrite, people, schoolHead, takeBatch, type BatchRow, type CardToWrite } from '../../db/cards/context.js';
import { documentsToPrepare, dropItems, holdsFence, moveBatch, refuseBatch, storeDocuments, storePrepared, type DroppedItem, type ItemDocument, type PreparedItem, type WrittenCard } from '../../db/cards/items.js';
import { routeClass, schoolAuthority } from '../../db/school/routing.js';
import { rows, touched } from '../../db/connect.js';
import { cardFaults, writeCard } from '../../formats/card/write.js';
import { prepareSignature } from '../../formats/signature/prepare.js';
import { inWorkflow } from '../../db/decision/judge.js';
import { noticeEndedBatches } from '../../db/school/batchNotices.js';
import { actContext, type ActivityDeps } from '../deps.js';
import { Fenced } from '../fault.js';
import { certificateRefusal } from './certificateNow.js';

/** Some megabytes at a time; a class fits into one. */
const CHUNK = 200;

/** A batch, and the workflow of its school: what is written about it is written while nobody else writes about that school. */
export type BatchOfSchool = { batchId: string; workflowId: string };

/**
 * First phase of a batch's signatures (CPU): writes the cards when the teacher signs, builds every role block and its hash. Works in
 * chunks, each committed: an attempt after a crash goes on where the last one stopped.
 */
export async function prepareBatch(deps: ActivityDeps, { batchId, workflowId }: BatchOfSchool): Promise<void> {
  const batch = await takeBatch(deps.db, batchId, 'new');
  if (batch === undefined) return;
  // Before anybody is asked to confirm: whoever signs learns at once.
  const refusal = await certificateRefusal(deps, batch);
  if (refusal !== null) return refuse(deps, { batch, workflowId, code: refusal });
  const signedAt = (batch.preparedAt ?? new Date()).toISOString() as Instant;
  if (batch.preparedAt === null) await touched(deps.db, 'UPDATE signature_batch SET prepared_at = :signedAt WHERE id = :batchId AND fence = :fence', { signedAt, batchId, fence: batch.fence });
  const chunks = batch.role === 'teacher' ? teacherChunks(deps, batch) : laterChunks(deps, batch);
  for await (const { cards, written, dropped } of chunks) {
    const prepared = prepareCards(batch, cards, signedAt);
    await inWorkflow(deps.db, workflowId, async (trx) => {
      if (!await holdsFence(trx, batchId, batch.fence)) throw new Fenced(batchId);
      await storeDocuments(trx, batchId, written);
      await storePrepared(trx, batchId, prepared.items);
      await dropItems(trx, batchId, [...dropped, ...prepared.dropped]);
    });
    await breathe();
  }
  const left = await rows(deps.db, `SELECT 1 FROM signature_item WHERE batch_id = :batchId AND state = 'prepared' LIMIT 1`, { batchId });
  if (left.length > 0) {
    await moveBatch(deps.db, { batchId, fence: batch.fence, from: 'new', to: 'prepared' });
    return;
  }
  await inWorkflow(deps.db, workflowId, async (trx) => {
    if (!await moveBatch(trx, { batchId, fence: batch.fence, from: 'new', to: 'failed', set: `failure_code = 'nothing-prepared'` })) throw new Fenced(batchId);
    await noticeEndedBatches(trx, [batchId], actContext(deps));
  });
}

/** The batch ends with the reason; its cards are where they were, and their tasks open. */
export async function refuse(deps: ActivityDeps, { batch, workflowId, code }: { batch: BatchRow; workflowId: string; code: CertificateRefusal }): Promise<void> {
  deps.log.warn({ batchId: batch.id, code, certificate: batch.fingerprint }, 'a certificate may not be used for signing now');
  await inWorkflow(deps.db, workflowId, async (trx) => {
    if (!await refuseBatch(trx, { batchId: batch.id, fence: batch.fence, code })) throw new Fenced(batch.id);
    await renewTasks(trx, batch.id);
    await noticeEndedBatches(trx, [batch.id], actContext(deps));
  });
}

type Chunk = { cards: ItemDocument[]; written: WrittenCard[]; dropped: DroppedItem[] };

async function* laterChunks({ db }: ActivityDeps, batch: BatchRow): AsyncGenerator<Chunk> {
  for (let more = true; more;) {
    const cards = await documentsToPrepare(db, batch.id, CHUNK);
    more = cards.length === CHUNK;
    if (cards.length > 0) yield { cards, written: [], dropped: [] };
  }
}

/** The teacher's signature is the first: the card is written now, with the name of whoever may lawfully approve it now. */
async function* teacherChunks({ db }: ActivityDeps, batch: BatchRow): AsyncGenerator<Chunk> {
  const head = await schoolHead(db, batch);
  const authority = await schoolAuthority(db, batch.schoolCode);
  const now = new Date().toISOString() as Instant;
  for (let more = true; more;) {
    const cards = await cardsToWrite(db, batch.id, CHUNK);
    more = cards.length === CHUNK;
    if (cards.length === 0) return;
    const approvers = await people(db, authority.authorities.map((one) => one.personId));
    const chunk: Chunk = { cards: [], written: [], dropped: [] };
    for (const card of cards) {
      const route = routeClass(authority, { className: card.className, homeroomPersonId: batch.personId, homeroomNumber: card.teacherNumber, signedBy: [] }, now);
      const approver = route.kind === 'routed' ? approvers.get(route.authority.personId) : undefined;
      if (route.kind === 'blocked' || approver === undefined || approver.personalNumber === null) {
        chunk.dropped.push({ cardId: card.cardId, code: 'no-approver' });
        continue;
      }
      const context = cardContext(batch, head, card, { fullName: approver.fullName, personalNumber: approver.personalNumber, title: APPROVER_TITLES[route.authority.basis] }, now);
      const faults = cardFaults({ ...context, record: card.record });
      if (faults[0] !== undefined) {
        chunk.dropped.push({ cardId: card.cardId, code: `${faults[0].code}:${faults[0].tag}` });
        continue;
      }
      const document = writeCard({ ...context, record: card.record });
      chunk.cards.push({ cardId: card.cardId, document });
      chunk.written.push({ cardId: card.cardId, document, sha256: createHash('sha256').update(document).digest('hex'), context, approverId: route.authority.personId });
    }
    yield chunk;
  }
}

function cardContext(batch: BatchRow, head: Awaited<ReturnType<typeof schoolHead>>, card: CardToWrite, approver: CardContext['approver'], now: Instant): CardContext {
  return {
    cardId: card.cardId, profile: batch.profile, schoolYear: head.schoolYear,
    province: { departmentCode: head.departmentCode, departmentName: head.departmentName, provinceName: head.provinceName },
    school: { code: head.schoolCode, name: head.schoolName, communeName: head.communeName, districtName: head.districtName },
    class: { name: card.className, grade: card.grade }, approver,
    teacher: { fullName: card.teacherName, personalNumber: card.teacherNumber },
    placeOfIssue: head.placeOfIssue, createdOn: localDay(now), plannedIssueOn: head.plannedIssueOn > localDay(now) ? head.plannedIssueOn : localDay(now),
  };
}

function prepareCards(batch: BatchRow, cards: readonly ItemDocument[], signedAt: Instant): { items: PreparedItem[]; dropped: DroppedItem[] } {
  const items: PreparedItem[] = [];
  const dropped: DroppedItem[] = [];
  const signer = { personalNumber: batch.role === 'seal' ? null : batch.personalNumber, signedAt, certificate: batch.certificate };
  for (const { cardId, document } of cards) {
    const prepared = prepareSignature({ card: document, role: batch.role, signer, profile: batch.profile, cover: batch.cover, xades: batch.xades });
    if (prepared.ok) items.push({ cardId, block: prepared.block, digest: prepared.digest });
    else dropped.push({ cardId, code: prepared.code });
  }
  return { items, dropped };
}
