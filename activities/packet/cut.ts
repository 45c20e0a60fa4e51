import { createHash, randomUUID } from 'node:crypto';
import type { CampaignPolicy } from '../../domain/policy.js';
import type { Instant } from '../../domain/brand.js';
import { insertPacket, readyCards } from '../../db/packet.js';
import { lockSchool } from '../../db/school/resolve.js';
import { packBatch } from '../../formats/kho/batch.js';
import { cutPackets, measureCard } from '../../formats/kho/packetSize.js';
import { signTransaction } from '../../formats/kho/transaction.js';
import type { ActivityDeps } from '../deps.js';
import { activePacketKey } from './packetKey.js';

/** Cuts and signs the packets of all a school has ready (CPU). Cards move to `packed` in the transaction that stores the packet. */
export async function cutSchoolPackets(deps: ActivityDeps, workflowId: string): Promise<void> {
  const key = await activePacketKey(deps);
  for (;;) {
    const cut = await deps.db.transaction(async (trx) => {
      const school = await lockSchool(trx, workflowId);
      if (school === undefined || school.campaignState === 'cancelled') return 0;
      const cards = await readyCards(trx, school, maxCards(school.policy));
      const [first] = cutPackets(cards.map((card) => ({ ...card, size: measureCard(card.document) })));
      if (first === undefined) return 0;
      const signedAt = new Date().toISOString() as Instant;
      const bytes = signTransaction({ xml: packBatch(first.map((card) => card.document)), key: key.key, certificate: key.certificate, signedAt });
      await insertPacket(trx, {
        messageId: randomUUID(), campaignId: school.campaignId, schoolCode: school.schoolCode, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), cardIds: first.map((card) => card.cardId),
      });
      return first.length;
    });
    if (cut === 0) return;
  }
}

const maxCards = (policy: CampaignPolicy): number => Math.max(1, Math.min(policy.packetMaxCards, 5_000));
