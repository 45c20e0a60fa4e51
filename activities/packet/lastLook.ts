import type { CampaignPolicy } from '../../domain/policy.js';
import type { ReadyCard } from '../../db/packet.js';
import { packedFault, readPacked } from '../../formats/foreign/packed.js';
import { unpackBatch } from '../../formats/kho/batch.js';
import { SIGNATURE_FAULTS, type SignatureFaultCode } from '../../formats/signature/codes.js';
import { verifyCard } from '../../formats/signature/verify.js';

/** One sentence before the verifier's: the Kho has not seen this card. */
const LAST_CHECK = 'Chưa gửi Kho: hub kiểm tra lần cuối thấy tệp học bạ đang lưu không còn hợp lệ. ';

type PackedFault = { cardId: string; code: string; message: string };
type OwnPolicy = Pick<CampaignPolicy, 'profile' | 'cover'> & { xades?: boolean };

/**
 * Every card once more, as it stands in the finished packet: the last moment at which a stored card that has lost a bit, or was
 * worked on, can be kept from being reported. Who may sign, and when, was judged at receipt and is not asked again; only
 * what has come out since about a certificate is (`revokedFault`).
 */
export function faultsInside(packet: Buffer, cardIds: readonly string[], policy: OwnPolicy): PackedFault[] {
  const cards = unpackBatch(packet);
  return cardIds.flatMap((cardId, place) => ownFault(cards?.length === cardIds.length ? cards[place] : undefined, cardId, policy));
}

/** The same of a packet that also holds cards of other software: it is read as a whole, and they are judged where they stand. */
export function faultsAmongForeign(packet: Buffer, cards: readonly Pick<ReadyCard, 'cardId' | 'vendor'>[], policy: OwnPolicy, now = new Date()): PackedFault[] {
  const places = readPacked(packet);
  return cards.flatMap(({ cardId, vendor }, at) => {
    const place = places?.length === cards.length ? places[at] : undefined;
    if (vendor === null || place === undefined) return ownFault(place === undefined ? undefined : Buffer.from(place.source.slice(place.element.start, place.element.end), 'utf8'), cardId, policy);
    const fault = packedFault(place, { cardId, profile: vendor.profile, context: new Map(Object.entries(vendor.context)) }, now);
    return fault === null ? [] : [{ cardId, code: fault.code, message: LAST_CHECK + fault.message }];
  });
}

function ownFault(card: Buffer | undefined, cardId: string, { profile, cover, xades = false }: OwnPolicy): PackedFault[] {
  // Without anchors the best that can be said is "not provable": all is as it was signed.
  const verdict = card === undefined ? null : verifyCard({ card, policy: { kind: 'own', profile, cover, xades }, anchors: [], expected: { cardId } });
  if (verdict?.code === 'no-anchors') return [];
  const code: SignatureFaultCode = verdict === null || verdict.code === 'valid' ? 'not-canonical' : verdict.code;
  return [{ cardId, code, message: LAST_CHECK + SIGNATURE_FAULTS[code] }];
}
