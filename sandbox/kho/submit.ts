import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { readBatch, transactionSender } from './batch.js';
import { cardFacts } from './cardCheck.js';
import type { CertificateBook } from './certificates.js';
import { unpackContent } from './content.js';
import type { PacketBook } from './packets.js';
import { receipt, type Receipt, type submitRequest } from './wire.js';

/**
 * Transaction 1. Everything that concerns the packet as a whole is judged before the receipt; cards are judged later. The
 * same message with the same bytes gets the same receipt and is worked on once; a refused message leaves no trace.
 */
export class Submission {
  /** Messages on their way to the disk: a second sending waits for the first. */
  readonly #arriving = new Map<string, Promise<Receipt>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly packets: PacketBook, private readonly certificates: CertificateBook) {}

  async take(request: z.infer<typeof submitRequest>): Promise<Receipt> {
    const { messageid } = request.authenticationRequest;
    await this.#arriving.get(messageid);
    const contentHash = createHash('sha256').update(JSON.stringify([request.content, request.signature ?? null])).digest('hex');
    const before = this.packets.get(messageid);
    if (before !== undefined) {
      return before.contentHash === contentHash && before.unit === request.authenticationRequest.ma_don_vi
        ? receipt(messageid, 'received') : receipt(messageid, 'refused', 'MESSAGEID_DA_DUNG', 'messageid đã dùng cho nội dung khác.');
    }
    if (this.#arriving.has(messageid)) return this.take(request);
    // One packet is taken apart at a time: its trees fill a hundred megabytes.
    const arriving = this.#turn.then(() => this.#takeNew(request, contentHash)).finally(() => this.#arriving.delete(messageid));
    this.#turn = arriving.catch(() => undefined);
    this.#arriving.set(messageid, arriving);
    return arriving;
  }

  async #takeNew({ authenticationRequest, content, signature }: z.infer<typeof submitRequest>, contentHash: string): Promise<Receipt> {
    const { messageid, ma_don_vi: unit } = authenticationRequest;
    const refused = (error: string, description: string): Receipt => receipt(messageid, 'refused', error, description);
    const unpacked = await unpackContent(content);
    if (!unpacked.ok) return refused(unpacked.code, unpacked.reason);
    const reading = readBatch(unpacked.xml);
    if (!reading.ok) return refused('SAI_DINH_DANG_GOI', reading.reason);
    const { batch } = reading;
    // A result names records by UUID: one without could never be answered.
    if (batch.cards.some((card) => cardFacts(card).uuid === '')) return refused('SAI_DINH_DANG_GOI', 'Có học bạ không ghi MA_TRA_CUU_UUID.');
    const sender = transactionSender(batch, signature);
    if (!sender.ok) return refused('SAI_CHU_KY_GIAO_DICH', sender.reason);
    if (!this.certificates.isApproved(unit, sender.certificate)) return refused('CHUNG_THU_CHUA_DUYET', 'Chứng thư ký giao dịch chưa được phê duyệt cho đơn vị này.');
    await this.packets.take({ messageid, unit, contentHash, cards: batch.cards.length, bytes: Buffer.byteLength(batch.text), receivedAt: new Date().toISOString() }, batch);
    return receipt(messageid, 'received');
  }
}
