import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { FaultScript } from '../process/faults.js';
import { Journal } from '../process/journal.js';
import { replaceFile } from '../process/replaceFile.js';
import { readBatch, type Batch } from './batch.js';
import { cardFacts, cardRefusal, type CardFacts } from './cardCheck.js';
import { simulatedRefusal, type KhoFaults } from './faultScript.js';
import type { Ledger, LedgerLine } from './ledger.js';
import { asDocument, readXml, type XmlElement } from './xmlTree.js';

export type Packet = { messageid: string; unit: string; contentHash: string; cards: number; bytes: number; receivedAt: string };
type PacketState = Packet & { done: boolean };

/** The result per record, field names to the letter (spec §4). */
export type ResultRecord = {
  ma_hoc_sinh: string; ten_hoc_sinh: string; so_cccd: string; ma_tra_cuu_uuid: string; trang_thai: 0 | 1;
  error: string; error_field_title: string; error_description: string;
};

/**
 * Packets taken in and judged later, one after the other. The XML is on disk before the receipt, each verdict before the
 * result; a restart goes on with the first card that has no line in the ledger.
 */
export class PacketBook {
  readonly #packets = new Map<string, PacketState>();
  readonly #stop = new AbortController();
  #work: Promise<void> = Promise.resolve();

  private constructor(
    private readonly directory: string, private readonly journal: Journal<Packet>, private readonly ledger: Ledger,
    private readonly faults: FaultScript<KhoFaults>, private readonly judgeAfterMs: number,
  ) {}

  static async open(directory: string, ledger: Ledger, faults: FaultScript<KhoFaults>, judgeAfterMs: number): Promise<PacketBook> {
    mkdirSync(join(directory, 'packets'), { recursive: true });
    const { journal, entries } = await Journal.open<Packet>(join(directory, 'packets.jsonl'));
    const book = new PacketBook(directory, journal, ledger, faults, judgeAfterMs);
    const files = new Set(await readdir(join(directory, 'packets')));
    for (const packet of entries) {
      const state = { ...packet, done: files.has(`${packet.messageid}.result.json`) };
      book.#packets.set(packet.messageid, state);
      if (state.done) ledger.settle(packet.messageid);
      else book.#judgeLater(state);
    }
    return book;
  }

  get(messageid: string): Readonly<PacketState> | undefined {
    return this.#packets.get(messageid);
  }

  list(): readonly Readonly<PacketState>[] {
    return [...this.#packets.values()];
  }

  /** Resolves when the packet is safe on disk; judging starts later. */
  async take(packet: Packet, { text }: Batch): Promise<void> {
    await replaceFile(this.#file(packet.messageid, 'xml'), text);
    await this.journal.append(packet);
    const state = { ...packet, done: false };
    this.#packets.set(packet.messageid, state);
    this.#judgeLater(state);
  }

  async result(messageid: string): Promise<ResultRecord[]> {
    return JSON.parse(await readFile(this.#file(messageid, 'result.json'), 'utf8')) as ResultRecord[];
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#work;
    await this.journal.close();
  }

  #judgeLater(packet: PacketState): void {
    this.#work = this.#work.then(() => this.#judge(packet)).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) process.stderr.write(`packet ${packet.messageid} could not be judged; the next start tries again: ${String(error)}\n`);
    });
  }

  async #judge(packet: PacketState): Promise<void> {
    const { signal } = this.#stop;
    await sleep(Math.max(0, Date.parse(packet.receivedAt) + this.judgeAfterMs - Date.now()), undefined, { signal });
    const cards = cardsAlone(await readFile(this.#file(packet.messageid, 'xml'), 'utf8'));
    const records: ResultRecord[] = [];
    const written: Promise<void>[] = [];
    for (const [position, card] of cards.entries()) {
      signal.throwIfAborted();
      const root = readXml(card.alone);
      const facts = cardFacts(root);
      let line = this.ledger.at(packet.messageid, position);
      if (line === undefined) {
        line = this.#verdict(packet.messageid, position, { ...card, root }, facts);
        written.push(this.ledger.record(line));
        // Judging a card takes milliseconds of signature checks; other callers get their turn in between.
        await nextTurn();
      }
      records.push(resultRecord(facts, line));
    }
    await Promise.all(written);
    await replaceFile(this.#file(packet.messageid, 'result.json'), JSON.stringify(records));
    packet.done = true;
    this.ledger.settle(packet.messageid);
  }

  #verdict(messageid: string, position: number, { alone, bytes, root }: CardText & { root: XmlElement }, facts: CardFacts): LedgerLine {
    const own = cardRefusal(alone, root) ?? this.ledger.conflict(facts);
    const simulated = own === null ? simulatedRefusal(this.faults.now.refuse, facts, this.ledger) : null;
    const refusal = own ?? simulated;
    return {
      messageid,
      uuid: facts.uuid,
      ma_hoc_sinh: facts.ma_hoc_sinh,
      trang_thai: refusal === null ? 1 : 0,
      error: refusal?.error ?? '',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      at: new Date().toISOString(),
      position,
      nam_hoc: facts.nam_hoc,
      field: refusal?.field ?? '',
      description: refusal?.description ?? '',
      rule: simulated?.rule ?? null,
    };
  }

  #file(messageid: string, kind: 'xml' | 'result.json'): string {
    return join(this.directory, 'packets', `${messageid}.${kind}`);
  }
}

/** A card's text as it stood, and as a document of its own. */
type CardText = { bytes: string; alone: string };

/** Texts instead of the packet's tree, which is ten times as large and would live as long as the judging takes. */
function cardsAlone(xml: string): CardText[] {
  const reading = readBatch(xml);
  if (!reading.ok) throw new Error(`the stored packet cannot be read: ${reading.reason}`);
  const { text, cards } = reading.batch;
  return cards.map((card) => ({ bytes: text.slice(card.start, card.end), alone: asDocument(text, card) }));
}

const resultRecord = ({ ma_hoc_sinh, ten_hoc_sinh, so_cccd, uuid }: CardFacts, line: LedgerLine): ResultRecord => ({
  ma_hoc_sinh, ten_hoc_sinh, so_cccd, ma_tra_cuu_uuid: uuid, trang_thai: line.trang_thai,
  error: line.error, error_field_title: line.field, error_description: line.description,
});
