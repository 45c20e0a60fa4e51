import { join } from 'node:path';
import { Journal } from '../process/journal.js';
import type { CardFacts } from './cardCheck.js';
import type { Refusal } from './cardRules.js';

/** One judged card. The first seven fields are the contract; the rest lets a restart answer as before. */
export type LedgerLine = {
  messageid: string;
  uuid: string;
  ma_hoc_sinh: string;
  /** 1 accepted, 0 refused. */
  trang_thai: 0 | 1;
  error: string;
  /** Of the HOC_BA's bytes as they stood in the packet. */
  sha256: string;
  at: string;
  /** Place in the packet, from 0. */
  position: number;
  nam_hoc: string;
  field: string;
  description: string;
  /** The fault rule that refused it; null when the Kho itself judged. */
  rule: string | null;
};

/** What the Ministry holds, on disk as `ledger.jsonl`, outside anyone else's database. */
export class Ledger {
  #size = 0;
  /** Of packets that are still being judged, by place; a province's whole ledger would fill the memory. */
  readonly #open = new Map<string, Map<number, LedgerLine>>();
  readonly #acceptedIds = new Set<string>();
  readonly #acceptedYears = new Set<string>();
  readonly #played = new Map<string, number>();

  private constructor(readonly path: string, private readonly journal: Journal<LedgerLine>) {}

  static async open(directory: string): Promise<Ledger> {
    const path = join(directory, 'ledger.jsonl');
    const { journal, entries } = await Journal.open<LedgerLine>(path);
    const ledger = new Ledger(path, journal);
    for (const entry of entries) ledger.#apply(entry);
    return ledger;
  }

  get size(): number {
    return this.#size;
  }

  get accepted(): number {
    return this.#acceptedIds.size;
  }

  get refused(): number {
    return this.#size - this.accepted;
  }

  playedBy(ruleId: string): number {
    return this.#played.get(ruleId) ?? 0;
  }

  at(messageid: string, position: number): LedgerLine | undefined {
    return this.#open.get(messageid)?.get(position);
  }

  /** The packet's result is on disk: nobody asks for its lines again. */
  settle(messageid: string): void {
    this.#open.delete(messageid);
  }

  /** A UUID is used once; a pupil has one record a year until it is recalled. */
  conflict({ uuid, ma_hoc_sinh, nam_hoc }: CardFacts): Refusal | null {
    if (this.#acceptedIds.has(uuid)) return { error: 'UUID_DA_TON_TAI', field: 'MA_TRA_CUU_UUID', description: 'Mã tra cứu đã được tiếp nhận trước đó.' };
    if (this.#acceptedYears.has(`${ma_hoc_sinh}/${nam_hoc}`)) return { error: 'HOC_BA_DA_CO', field: 'MA_HOC_SINH', description: 'Học sinh đã có học bạ của năm học này.' };
    return null;
  }

  /** Counts at once, resolves when the line is on disk. */
  record(line: LedgerLine): Promise<void> {
    // Fresh strings: those cut out of a packet's text would keep the whole text in memory for as long as the ledger lives.
    this.#apply(JSON.parse(JSON.stringify(line)) as LedgerLine);
    return this.journal.append(line);
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  #apply(line: LedgerLine): void {
    this.#size += 1;
    const lines = this.#open.get(line.messageid) ?? new Map<number, LedgerLine>();
    this.#open.set(line.messageid, lines.set(line.position, line));
    if (line.rule !== null) this.#played.set(line.rule, this.playedBy(line.rule) + 1);
    if (line.trang_thai === 0) return;
    this.#acceptedIds.add(line.uuid);
    this.#acceptedYears.add(`${line.ma_hoc_sinh}/${line.nam_hoc}`);
  }
}
