import { createHash, randomUUID } from 'node:crypto';
import type { CampaignPolicy } from '../../domain/policy.js';
import type { Instant } from '../../domain/brand.js';
import { revokedBeforeProof } from '../../db/evidence/revocations.js';
import { insertPacket, readyCards, refuseBeforePacking } from '../../db/packet.js';
import { lockSchool } from '../../db/school/resolve.js';
import { packBatch, unpackBatch } from '../../formats/kho/batch.js';
import { cutPackets, measureCard } from '../../formats/kho/packetSize.js';
import { signTransaction } from '../../formats/kho/transaction.js';
import { SIGNATURE_FAULTS, type SignatureFaultCode } from '../../formats/signature/codes.js';
import { verifyCard } from '../../formats/signature/verify.js';
import type { ActivityDeps } from '../deps.js';
import { activePacketKey } from './packetKey.js';

/** One sentence before the verifier's: the Kho has not seen this card. */
const LAST_CHECK = 'Chưa gửi Kho: hub kiểm tra lần cuối thấy tệp học bạ đang lưu không còn hợp lệ. ';

/**
 * Every card once more, as it stands in the finished packet: the last moment at which a stored card that has lost a bit, or was
 * worked on, can be kept from being reported. Who may sign, and when, was judged at receipt and is not asked again; only
 * what has come out since about a certificate is (`revokedFault`).
 */
export function faultsInside(packet: Buffer, cardIds: readonly string[], { profile, cover, xades = false }: Pick<CampaignPolicy, 'profile' | 'cover'> & { xades?: boolean }): { cardId: string; code: string; message: string }[] {
  const cards = unpackBatch(packet);
  return cardIds.flatMap((cardId, place) => {
    const card = cards?.length === cardIds.length ? cards[place] : undefined;
    // Without anchors the best that can be said is "not provable": all is as it was signed.
    const verdict = card === undefined ? null : verifyCard({ card, policy: { kind: 'own', profile, cover, xades }, anchors: [], expected: { cardId } });
    if (verdict?.code === 'no-anchors') return [];
    const code: SignatureFaultCode = verdict === null || verdict.code === 'valid' ? 'not-canonical' : verdict.code;
    return [{ cardId, code, message: LAST_CHECK + SIGNATURE_FAULTS[code] }];
  });
}

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
      const [first] = cutPackets(cards.map((card) => ({ ...card, size: measureCard(card.document) })));
      if (first === undefined) return 0;
      const xml = packBatch(first.map((card) => card.document));
      const ids = first.map((card) => card.cardId);
      const faults = [...faultsInside(xml, ids, school.policy), ...(await revokedBeforeProof(trx, { cardIds: ids })).map(revokedFault)];
      if (faults.length > 0) {
        for (const { cardId, code } of faults) deps.log.error({ cardId, code }, 'a received card is no longer valid and is not sent');
        await refuseBeforePacking(trx, faults);
        return faults.length;
      }
      const signedAt = new Date().toISOString() as Instant;
      const bytes = signTransaction({ xml, key: key.key, certificate: key.certificate, signedAt });
      await insertPacket(trx, {
        messageId: randomUUID(), campaignId: school.campaignId, schoolCode: school.schoolCode, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), cardIds: ids,
      });
      return first.length;
    });
    if (cut === 0) return;
  }
}

const maxCards = (policy: CampaignPolicy): number => Math.max(1, Math.min(policy.packetMaxCards, 5_000));
