import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { SIGNATURE_ROLES, type ProfileCode } from '../../domain/card.js';
import { sendBackToSign, type SignAgainCard } from '../../db/evidence/signAgain.js';
import { rows, type Db } from '../../db/connect.js';
import { putAside } from '../../db/vendor/cards.js';
import { withoutRoles } from '../../formats/signature/without.js';
import type { Unfit } from './gather.js';

/** Gives cards whose certificate did not hold at the proven time back to whoever signs again, without the signatures from there on. */
export async function sendBack(db: Db, { evidenceId, profile, unfit, log }: { evidenceId: string; profile: ProfileCode; unfit: ReadonlyMap<string, Unfit>; log: Logger }): Promise<void> {
  if (unfit.size === 0) return;
  const found = await rows<{ id: string; document: Buffer; vendor: boolean }>(db, 'SELECT id, document, vendor IS NOT NULL AS vendor FROM report_card WHERE id = ANY(:ids)', { ids: [...unfit.keys()] });
  const documents = found.filter(({ vendor }) => !vendor);
  const aside = await putAside(db, { evidenceId, cards: found.filter(({ vendor }) => vendor).map(({ id }) => ({ cardId: id, ...unfit.get(id) as Unfit })) });
  if (aside.length > 0) log.warn({ evidenceId, cards: aside.length }, 'certificates of cards of other software did not hold at receipt');
  for (const role of SIGNATURE_ROLES) {
    const cards: SignAgainCard[] = documents.flatMap(({ id, document }) => {
      const why = unfit.get(id);
      if (why?.role !== role) return [];
      const earlier = withoutRoles({ card: document, profile, from: role });
      // Verified as a whole before it was sealed: that it cannot be read now would be our own fault.
      if (earlier === null) throw new Error('a sealed card is not as it was written');
      return [{ cardId: id, code: why.code, fingerprint: why.fingerprint, document: earlier, sha256: createHash('sha256').update(earlier).digest('hex') }];
    });
    const moved = await sendBackToSign(db, { evidenceId, role, cards });
    if (moved.length > 0) log.warn({ evidenceId, role, cards: moved.length }, 'certificates did not hold at receipt, to be signed again');
  }
}
