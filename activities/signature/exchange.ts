import type { SignatureRole } from '../../domain/card.js';
import { noticeEndedBatches } from '../../db/school/batchNotices.js';
import { releaseBatches } from '../../db/acts/signing.js';
import { takeBatch, type BatchRow } from '../../db/cards/context.js';
import { dropItems, moveBatch } from '../../db/cards/items.js';
import { byteArrays, row, rows, touched, type Db } from '../../db/connect.js';
import { inWorkflow } from '../../db/decision/judge.js';
import { schoolAuthority } from '../../db/school/routing.js';
import { endUnauthorised } from '../../db/school/signers.js';
import { actContext, type ActivityDeps } from '../deps.js';
import { Fenced } from '../fault.js';
import type { BatchOfSchool } from './prepare.js';

const ROLE_SENTENCES = { teacher: 'GVCN ký xác nhận', principal: 'Ký duyệt', seal: 'Ký số phát hành' } as const satisfies Record<SignatureRole, string>;

/** Without a callback the service is asked after the policy's `signingPoll`, then at doubled distances up to this. */
const LONGEST_POLL_S = 4 * 3_600;

/** Sends a batch's hashes to the signing service. The batch's id is the request's: sent twice it is one request. */
export async function requestSignatures(deps: ActivityDeps, batchId: string): Promise<void> {
  const batch = await takeBatch(deps.db, batchId, 'prepared');
  if (batch === undefined) return;
  if (batch.account === null) throw new Error('the school keeps its key here: there is no account to ask');
  const items = await rows<{ card_id: string; digest: Buffer }>(deps.db, `SELECT card_id, digest FROM signature_item WHERE batch_id = :batchId AND state = 'prepared' ORDER BY card_id`, { batchId });
  await deps.signing.request({
    requestId: batch.id, account: batch.account, description: await describe(deps, batch, items.length),
    documents: items.map((item) => ({ id: item.card_id, digest: item.digest.toString('base64') })),
    callbackUrl: new URL('/callback/signing', deps.settings.HUB_BASE_URL).href, expiresAt: batch.expiresAt.toISOString(),
  });
  await moveBatch(deps.db, { batchId, fence: batch.fence, from: 'prepared', to: 'requested', set: 'requested_at = now(), poll_at = now() + make_interval(secs => :pollS)', bindings: { pollS: batch.pollSeconds } });
}

/** What the phone shows: how many cards of which classes, no pupil's name. */
async function describe(deps: ActivityDeps, batch: BatchRow, cards: number): Promise<string> {
  const about = await row<{ school: string; classes: string[] }>(deps.db, `
    SELECT s.name AS school, array_agg(k.name ORDER BY k.name) AS classes FROM class k JOIN school s ON s.code = k.school_code
    WHERE k.id = ANY(ARRAY(SELECT DISTINCT class_id FROM signature_item WHERE batch_id = :batchId)) GROUP BY s.name`, { batchId: batch.id });
  const classes = about?.classes ?? [];
  const named = classes.length <= 6 ? classes.join(', ') : `${classes.slice(0, 5).join(', ')} và ${classes.length - 5} lớp khác`;
  return `${ROLE_SENTENCES[batch.role]}: ${cards} học bạ, lớp ${named}, ${about?.school ?? ''}`.slice(0, 500);
}

/** Asks the service how a request stands and fetches the signatures when the person has confirmed. A fault leaves the batch due. */
export async function collectSignatures(deps: ActivityDeps, { batchId, workflowId }: BatchOfSchool): Promise<void> {
  const batch = await takeBatch(deps.db, batchId, 'requested');
  if (batch === undefined) return;
  const view = await deps.signing.view(batchId);
  if (view === null) return restart(deps, batch);
  switch (view.state) {
    case 'waiting':
      // The moment before the question: a notice that arrived while the service answered makes the batch due again.
      await touched(deps.db, `
        UPDATE signature_batch SET notified_at = :takenAt, poll_at = now() + least(make_interval(secs => :longest), greatest(now() - requested_at, make_interval(secs => :first)))
        WHERE id = :batchId AND fence = :fence`, { batchId, fence: batch.fence, takenAt: batch.takenAt, longest: LONGEST_POLL_S, first: batch.pollSeconds });
      return;
    case 'signed': return inWorkflow(deps.db, workflowId, (trx) => takeSignatures(deps, trx, batch, { from: 'requested', signatures: view.signatures.map(({ id, signature }) => ({ id, value: Buffer.from(signature, 'base64') })) }));
    case 'declined': case 'expired': case 'cancelled': return end(deps, batch, workflowId, view.state === 'declined' ? 'declined' : 'expired');
  }
}

/** The service does not know the request (it lost it, or never got it): send the same hashes again. */
async function restart({ db }: ActivityDeps, batch: BatchRow): Promise<void> {
  await moveBatch(db, { batchId: batch.id, fence: batch.fence, from: 'requested', to: 'prepared' });
}

/** Signature values come in, by whoever made them; a card without one is dropped. */
export async function takeSignatures(deps: ActivityDeps, trx: Db, batch: BatchRow, { from, signatures }: { from: 'prepared' | 'requested'; signatures: readonly { id: string; value: Buffer }[] }): Promise<void> {
  const context = actContext(deps);
  // Signed under an authority that has ended meanwhile: the signatures are not taken, the class goes to whoever may sign now.
  const ended = await endUnauthorised(trx, batch, await schoolAuthority(trx, batch.schoolCode), context.now);
  await noticeEndedBatches(trx, ended, context);
  if (ended.includes(batch.id)) return;
  const moved = await moveBatch(trx, { batchId: batch.id, fence: batch.fence, from, to: 'collected', set: 'collected_at = now()' });
  if (!moved) throw new Fenced(batch.id);
  await touched(trx, `
    UPDATE signature_item i SET signature = s.value, state = 'collected' FROM unnest(:ids::uuid[], :values::bytea[]) AS s(id, value)
    WHERE i.batch_id = :batchId AND i.card_id = s.id AND i.state = 'prepared'`,
  { batchId: batch.id, ids: signatures.map((one) => one.id), values: byteArrays(signatures.map((one) => one.value)) });
  const missing = await rows<{ card_id: string }>(trx, `SELECT card_id FROM signature_item WHERE batch_id = :batchId AND state = 'prepared'`, { batchId: batch.id });
  await dropItems(trx, batch.id, missing.map((item) => ({ cardId: item.card_id, code: 'signature-missing' })));
}

async function end(deps: ActivityDeps, batch: BatchRow, workflowId: string, state: 'declined' | 'expired'): Promise<void> {
  await inWorkflow(deps.db, workflowId, async (trx) => {
    if (!await moveBatch(trx, { batchId: batch.id, fence: batch.fence, from: 'requested', to: state, set: 'failure_code = :state', bindings: { state } })) throw new Fenced(batch.id);
    await releaseBatches(trx, [batch.id]);
    await noticeEndedBatches(trx, [batch.id], actContext(deps));
  });
}
