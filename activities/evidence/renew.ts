import { openRenewal } from '../../db/evidence/renew.js';
import { evidenceWaits, takeEvidence } from '../../db/evidence/open.js';
import { storeStamp } from '../../db/evidence/stamp.js';
import { evidenceDigest } from '../../formats/evidence/digest.js';
import { HashTree } from '../../formats/evidence/tree.js';
import type { ActivityDeps } from '../deps.js';
import { OutsideFault } from '../fault.js';
import { collectStamp } from './collect.js';
import { gather } from './gather.js';
import { waitCode } from './receive.js';

/**
 * A token is only as good as its authority's certificate and algorithms: before they age, a new token is put over the old evidence, with
 * the revocation lists of today. One token for all that is due.
 * @param before what was stamped earlier is due
 * @returns how many older evidences are under a new token now
 */
export async function renewEvidence(deps: ActivityDeps, before: Date): Promise<number> {
  const ids = await deps.db.transaction((trx) => openRenewal(trx, { before, leaf: evidenceDigest, root: (leaves) => new HashTree(leaves).root }));
  let renewed = 0;
  for (const id of ids) {
    const taken = await takeEvidence(deps.db, id);
    if (taken === undefined) continue;
    try {
      const { stamp } = await collectStamp(deps, { root: taken.root, signers: [], gathered: await gather(deps, []) });
      if (await deps.db.transaction((trx) => storeStamp(trx, taken, stamp))) renewed += taken.leaves;
    } catch (error) {
      if (!(error instanceof OutsideFault)) throw error;
      await evidenceWaits(deps.db, { ...taken, code: waitCode(error) });
      deps.log.warn({ system: error.system, code: error.code }, 'evidence could not be renewed now and will be tried again');
    }
  }
  return renewed;
}
