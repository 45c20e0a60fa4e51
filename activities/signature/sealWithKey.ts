import { createPrivateKey, type KeyObject } from 'node:crypto';
import { takeBatch, type BatchRow } from '../../db/cards/context.js';
import { holdsSealKey, preparedBlocks, sealedKeyInUse, type PreparedBlock } from '../../db/cards/sealKey.js';
import { inWorkflow } from '../../db/decision/judge.js';
import { signBlock } from '../../formats/signature/local.js';
import { SealError, sealKeyPurpose, unseal } from '../../runtime/seal.js';
import type { ActivityDeps } from '../deps.js';
import { takeSignatures } from './exchange.js';
import { refuse, type BatchOfSchool } from './prepare.js';

/** As many as Node has threads for it. */
const AT_ONCE = 4;

/**
 * The second phase of a seal whose key the school has given to the hub, between `prepareBatch` and `attachBatch`, in the batch process. The
 * key is looked up and opened for this batch alone, and must still be the school's when its signatures are taken: withdrawn in between,
 * they are thrown away. An attempt that is repeated signs the same blocks again; only the one that holds the fence is taken.
 */
export async function sealWithKey(deps: ActivityDeps, { batchId, workflowId }: BatchOfSchool): Promise<void> {
  const batch = await takeBatch(deps.db, batchId, 'prepared');
  const keyId = batch?.sealKeyId ?? null;
  if (batch === undefined || keyId === null) return;
  const key = openKey(deps, keyId, await sealedKeyInUse(deps.db, keyId));
  if (typeof key === 'string') return refuse(deps, { batch, workflowId, code: key });
  const signatures = await signAll(deps, batch, key, await preparedBlocks(deps.db, batchId));
  const taken = await inWorkflow(deps.db, workflowId, async (trx) => {
    if (!await holdsSealKey(trx, keyId)) return false;
    await takeSignatures(deps, trx, batch, { from: 'prepared', signatures });
    return true;
  });
  if (!taken) await refuse(deps, { batch, workflowId, code: 'seal-key-gone' });
}

function openKey({ settings }: ActivityDeps, keyId: string, sealed: Buffer | undefined): KeyObject | 'seal-key-gone' | 'seal-key-unreadable' {
  if (sealed === undefined) return 'seal-key-gone';
  try {
    const plain = unseal(settings.HUB_SECRET_KEY, sealKeyPurpose(keyId), sealed);
    const key = createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' });
    plain.fill(0);
    return key;
  } catch (error) {
    if (error instanceof SealError) return 'seal-key-unreadable';
    throw error;
  }
}

async function signAll(deps: ActivityDeps, { profile, cover }: BatchRow, key: KeyObject, blocks: readonly PreparedBlock[]): Promise<{ id: string; value: Buffer }[]> {
  const signatures: { id: string; value: Buffer }[] = [];
  for (let start = 0; start < blocks.length; start += AT_ONCE) {
    await Promise.all(blocks.slice(start, start + AT_ONCE).map(async ({ cardId, block, digest }) => {
      const signed = await signBlock({ block, cardId, profile, cover, key });
      // What is signed is what was authorised; anything else is left without a signature and dropped.
      if (signed === null || !signed.digest.equals(digest)) deps.log.error({ cardId }, 'a prepared seal is not what its digest says and was not signed');
      else signatures.push({ id: cardId, value: signed.value });
    }));
  }
  return signatures;
}
