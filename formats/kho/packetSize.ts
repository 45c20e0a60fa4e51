import { gzipSync } from 'node:zlib';
import { BATCH_CLOSE, BATCH_OPEN } from './batch.js';

/** At most 10 MB per transaction. Whether raw or packed, and whether MB or MiB, is not said: the smaller is kept on both (spec §4). */
export const PACKET_LIMIT_BYTES = 10_000_000;

/** Room for the transaction Signature (about 4 kB with a large certificate), and for the JSON around `content`. */
const SIGNATURE_ALLOWANCE = 16_384;
const FRAME_BYTES = BATCH_OPEN.length + BATCH_CLOSE.length + SIGNATURE_ALLOWANCE;

/** What a card takes up in a packet: `raw` before GZip with its quotes escaped, `packed` in `content`. */
export type PacketSize = { raw: number; packed: number };

/** Packed alone a card takes more than beside others, whose certificates repeat: the sum is an upper bound for the packet. */
export function measureCard(card: Buffer): PacketSize {
  let quotes = 0;
  for (let at = card.indexOf(0x22); at >= 0; at = card.indexOf(0x22, at + 1)) quotes += 1;
  return { raw: card.length + quotes, packed: base64Length(gzipSync(card, { level: 1 }).length) };
}

/** Size of a finished packet; both must be within `PACKET_LIMIT_BYTES`. */
export const measurePacket = (signed: Buffer, content: string): PacketSize => ({ raw: measureCard(signed).raw, packed: content.length });

export const withinLimit = ({ raw, packed }: PacketSize, limit = PACKET_LIMIT_BYTES): boolean => raw <= limit && packed <= limit;

/**
 * Cuts cards into packets in the order given, each as full as it may be.
 * @returns groups of the items given, none empty
 * @throws RangeError when one card alone passes the limit: no lawful card is that large
 */
export function cutPackets<Item extends { size: PacketSize }>(items: readonly Item[], limit = PACKET_LIMIT_BYTES): Item[][] {
  const packets: Item[][] = [];
  const empty = (): PacketSize => ({ raw: FRAME_BYTES, packed: base64Length(FRAME_BYTES) });
  let total = empty();
  for (const item of items) {
    const grown = { raw: total.raw + item.size.raw, packed: total.packed + item.size.packed };
    const current = packets.at(-1);
    if (current !== undefined && withinLimit(grown, limit)) {
      current.push(item);
      total = grown;
      continue;
    }
    total = { raw: empty().raw + item.size.raw, packed: empty().packed + item.size.packed };
    if (!withinLimit(total, limit)) throw new RangeError(`a card of ${item.size.raw} bytes fits into no packet`);
    packets.push([item]);
  }
  return packets;
}

const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;
