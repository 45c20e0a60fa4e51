import { createHash, randomUUID } from 'node:crypto';
import type { CampaignPolicy } from '../../domain/policy.js';
import type { Instant } from '../../domain/brand.js';
import { revokedBeforeProof } from '../../db/evidence/revocations.js';
import { insertPacket, readyCards, refuseBeforePacking, type ReadyCard } from '../../db/packet.js';
import { lockSchool } from '../../db/school/resolve.js';
import { contextKey, packBatch } from '../../formats/kho/batch.js';
import { cutPackets, measureCard } from '../../formats/kho/packetSize.js';
import { signTransaction } from '../../formats/kho/transaction.js';
import type { ActivityDeps } from '../deps.js';
import { faultsAmongForeign, faultsInside } from './lastLook.js';
import { activePacketKey } from './packetKey.js';

const SIGNERS = { subjectTeacher: 'giáo viên bộ môn', teacher: 'GVCN', principal: 'người ký duyệt', seal: 'trường' } as const;

/**
 * At receipt nobody knew it yet: a list issued later takes a certificate back from before the proven time. The Kho is told nothing that
 * is known to be wrong.
 */
const revokedFault = ({ cardId, role }: { cardId: string; role: keyof typeof SIGNERS }): { cardId: string; code: string; message: string } => ({
  cardId, code: 'certificate-revoked', message: `Chưa gửi Kho: chứng thư của ${SIGNERS[role]} đã bị thu hồi trước lúc Sở nhận học bạ; người ký dùng chứng thư mới, văn thư lập lại học bạ để ký lại.`,
});

/** Cuts and signs the packets of all a school has ready (CPU). Cards move to `packed` in the transaction that stores the packet. */
export async function cutSchoolPackets(deps: ActivityDeps, workflowId: string): Promise<void> {
  const key = await activePacketKey(deps);
  for (;;) {
    const cut = await deps.db.transaction(async (trx) => {
      const school = await lockSchool(trx, workflowId);
      if (school === undefined || school.campaignState === 'cancelled') return 0;
      const cards = await readyCards(trx, school, maxCards(school.policy));
      const { context, together } = ofOneContext(cards);
      const [first] = cutPackets(together.map((card) => ({ ...card, size: measureCard(card.document) })));
      if (first === undefined) return 0;
      const xml = packBatch(first.map((card) => card.document), context);
      const ids = first.map((card) => card.cardId);
      const holdsForeign = first.some((card) => card.vendor !== null);
      const faults = [...holdsForeign ? faultsAmongForeign(xml, first, school.policy) : faultsInside(xml, ids, school.policy), ...(await revokedBeforeProof(trx, { cardIds: ids })).map(revokedFault)];
      if (faults.length > 0) {
        for (const { cardId, code } of faults) deps.log.error({ cardId, code }, 'a received card is no longer valid and is not sent');
        await refuseBeforePacking(trx, faults);
        return faults.length;
      }
      const signedAt = new Date().toISOString() as Instant;
      const bytes = signTransaction({ xml, holdsForeign, key: key.key, certificate: key.certificate, signedAt });
      await insertPacket(trx, {
        messageId: randomUUID(), campaignId: school.campaignId, schoolCode: school.schoolCode, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), cardIds: ids,
      });
      return first.length;
    });
    if (cut === 0) return;
  }
}

/**
 * The oldest card of other software says in which namespaces the packet stands; cards of others wait for the next one. Our own stand in any.
 */
function ofOneContext(cards: readonly ReadyCard[]): { context: ReadonlyMap<string, string>; together: readonly ReadyCard[] } {
  const contextOf = ({ vendor }: ReadyCard) => new Map(Object.entries(vendor?.context ?? {}));
  const leader = cards.find((card) => card.vendor !== null);
  if (leader === undefined) return { context: new Map(), together: cards };
  const context = contextOf(leader);
  return { context, together: cards.filter((card) => card.vendor === null || contextKey(contextOf(card)) === contextKey(context)) };
}

const maxCards = (policy: CampaignPolicy): number => Math.max(1, Math.min(policy.packetMaxCards, 5_000));
