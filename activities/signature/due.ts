import { lockSchool } from '../../db/school/resolve.js';
import { isSignedHere } from '../../db/cards/sealKey.js';
import { dueBatches } from '../../db/school/work.js';
import type { ActivityDeps } from '../deps.js';
import { Fenced, OutsideFault } from '../fault.js';
import { attachBatch } from './attach.js';
import { collectSignatures, requestSignatures } from './exchange.js';
import { prepareBatch, type BatchOfSchool } from './prepare.js';
import { sealWithKey } from './sealWithKey.js';

/**
 * A step that waits for the signing service is tried once, with little patience, in the activity that did the CPU work before it: that
 * halves a school's activities. When the service does not answer, the batch stays where it is and the outbound queue goes on, with all
 * its patience and its limits.
 */
export async function requestAtOnce(deps: ActivityDeps, batchId: string): Promise<void> {
  await answered(() => requestSignatures(deps, batchId));
}

/** After a batch is prepared: a school whose key is kept here is sealed for at once, everybody else's hashes go to the signing service. */
export async function signAtOnce(deps: ActivityDeps, batch: BatchOfSchool): Promise<void> {
  if (!await isSignedHere(deps.db, batch.batchId)) return requestAtOnce(deps, batch.batchId);
  await sealWithKey(deps, batch);
  await attachBatch(deps, batch);
}

/**
 * Prepares small batches in the step that recorded them, and sends them. One that another attempt has taken over, or for which somebody
 * outside did not answer, stays where it is: the plan that follows names it.
 */
export async function prepareAtOnce(deps: ActivityDeps, { workflowId, batchIds }: { workflowId: string; batchIds: readonly string[] }): Promise<void> {
  for (const batchId of batchIds) {
    try {
      await prepareBatch(deps, { batchId, workflowId });
      await requestAtOnce(deps, batchId);
    } catch (error) {
      if (!(error instanceof Fenced || error instanceof OutsideFault)) throw error;
      deps.log.warn({ batchId, code: error.name }, 'a batch was not prepared at once and is left to the plan');
    }
  }
}

/** Fetches and attaches what is due for a school. @returns false when the service did not answer for one of the batches */
export async function collectAtOnce(deps: ActivityDeps, workflowId: string): Promise<boolean> {
  let all = true;
  for (const batchId of await due(deps, workflowId)) {
    if (await answered(() => collectSignatures(deps, { batchId, workflowId }))) await attachBatch(deps, { batchId, workflowId });
    else all = false;
  }
  return all;
}

/** Fetches what is due for a school, one batch's fault not holding up the next. Throws the last fault, for the retry policy. */
export async function collectDue(deps: ActivityDeps, workflowId: string): Promise<void> {
  let fault: OutsideFault | null = null;
  for (const batchId of await due(deps, workflowId)) {
    try {
      await collectSignatures(deps, { batchId, workflowId });
    } catch (error) {
      if (!(error instanceof OutsideFault)) throw error;
      fault = error;
    }
  }
  if (fault !== null) throw fault;
}

async function due({ db }: ActivityDeps, workflowId: string): Promise<string[]> {
  const school = await db.transaction((trx) => lockSchool(trx, workflowId));
  return school === undefined ? [] : dueBatches(db, school);
}

async function answered(step: () => Promise<void>): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    if (error instanceof OutsideFault) return false;
    throw error;
  }
}
