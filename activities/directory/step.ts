import { packetKeysAsked } from '../../db/decision/packetKeys.js';
import { advanceDirectory } from '../../db/directory/advance.js';
import type { DirectoryPlan } from '../../domain/plan.js';
import type { RefusalCode } from '../../domain/refusals.js';
import { actContext, type ActivityDeps } from '../deps.js';
import { certificateRefusal } from '../signature/certificateNow.js';

/**
 * The directory's step. Before it, lists and responders are asked about a certificate of the Sở that somebody wants to be used: what it
 * signs goes to the Ministry and to parents. While nothing is known against it, it may be used, as any other (decision 018).
 */
export async function stepDirectory(deps: ActivityDeps, workflowId: string): Promise<DirectoryPlan> {
  // Asked anew: the half minute for which signatures share a look at the lists is for the peak.
  const asking = { ...deps, sources: { ...deps.sources } };
  const packetKeys = new Map<string, RefusalCode | null>();
  for (const { decisionId, fingerprint, der, others } of await packetKeysAsked(deps.db, workflowId)) {
    const refusal = await certificateRefusal(asking, { role: 'seal', certificate: der, fingerprint, between: others });
    if (refusal !== null) deps.log.warn({ certificate: fingerprint, code: refusal }, 'the department\'s certificate is not put into use');
    packetKeys.set(decisionId, refusal === null ? null : 'packet-key-refused');
  }
  return advanceDirectory(deps.db, workflowId, { ...actContext(deps), packetKeys });
}
