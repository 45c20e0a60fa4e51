import { setTimeout as sleep } from 'node:timers/promises';
import { passwordTokenIn, type MailReader } from './mailbox.js';

const EVERY_MS = 700;
/** First receipts within so long before the last look are read again: two mails may come in one millisecond. */
const OVERLAP_MS = 2_000;

/** Brings news from the mailbox: who has got mail about work, who was invited, and when something new came. */
export class Post {
  readonly #seen = new Set<string>();
  readonly #working = new Set<string>();
  readonly #news = new Set<string>();
  readonly #callers = new Map<string, () => void>();
  readonly #invitations = new Map<string, string>();
  #since: string | undefined;
  #delivering = false;
  #onWork: (address: string) => void = () => undefined;

  constructor(private readonly mailbox: MailReader) {}

  /** Whether a person was ever told of work (an invitation alone is none). */
  hasWork(address: string): boolean {
    return this.#working.has(address);
  }

  /** `tell` hears of every mail about work from now on, and at once of everybody who got one before. */
  listen(tell: (address: string) => void): void {
    this.#onWork = tell;
    for (const address of this.#working) tell(address);
  }

  /** The token of the newest invitation to an address; null while none has come. */
  async invitation(address: string): Promise<string | null> {
    return this.#delivering ? this.#invitations.get(address) ?? null : this.mailbox.passwordToken(address);
  }

  /** Resolves at the next mail to `address` (at once when one came since the last call), or after `atMostMs`, or when `over` is. */
  async next(address: string, atMostMs: number, over: AbortSignal): Promise<void> {
    if (this.#news.delete(address)) return;
    const stop = new AbortController();
    const mailed = new Promise<void>((resolve) => { this.#callers.set(address, resolve); });
    const either = AbortSignal.any([stop.signal, over]);
    await Promise.race([mailed, sleep(atMostMs, undefined, { signal: either }).catch(() => undefined)]);
    stop.abort();
    this.#callers.delete(address);
    this.#news.delete(address);
  }

  async deliver(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const mails = await this.mailbox.news(this.#since);
      // Oldest first, so that of two invitations the newer one is kept.
      for (const { id, to, subject, receivedAt, links } of mails.reverse()) {
        if (this.#seen.has(id)) continue;
        this.#seen.add(id);
        const since = new Date(Date.parse(receivedAt) - OVERLAP_MS).toISOString();
        if (this.#since === undefined || since > this.#since) this.#since = since;
        const token = passwordTokenIn(links);
        for (const address of to) {
          if (token !== null) this.#invitations.set(address, token);
          if (!subject.startsWith('Đặt mật khẩu')) this.#tell(address);
        }
      }
      this.#delivering = true;
      await sleep(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    }
    this.#delivering = false;
  }

  #tell(address: string): void {
    this.#working.add(address);
    this.#news.add(address);
    this.#callers.get(address)?.();
    this.#onWork(address);
  }
}
