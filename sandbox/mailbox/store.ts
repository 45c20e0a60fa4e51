import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { Journal } from '../process/journal.js';
import { replaceFile } from '../process/replaceFile.js';
import { linksIn } from './links.js';

/** One delivery as it came: the same Message-ID may come twice, and then stands here twice. */
type Delivery = { id: string; messageId: string | null; from: string; to: readonly string[]; subject: string; receivedAt: string };

export type MailHead = Delivery & { deliveries: number };
type MailBody = { text: string; html: string | null; links: readonly string[] };
export type Mail = MailHead & MailBody;

/** So many bodies stay in memory; a province's campaign sends tens of thousands. */
const MOST_BODIES = 2_000;

/** Every accepted mail as an `.eml` file and one line in the index; both are on disk before SMTP says 250. */
export class MailStore {
  /** Parsed bodies by id: whoever plays a person asks for the list again and again. */
  readonly #bodies = new Map<string, MailBody>();
  readonly #links = new Map<string, readonly string[]>();

  private constructor(private readonly directory: string, private readonly journal: Journal<Delivery>, private readonly deliveries: Delivery[]) {}

  static async open(directory: string): Promise<MailStore> {
    const { journal, entries } = await Journal.open<Delivery>(join(directory, 'index.jsonl'));
    return new MailStore(directory, journal, entries);
  }

  /** @param envelope SMTP's own sender and recipients, which decide who gets the mail, not the headers */
  async deliver(source: Buffer, envelope: { from: string; to: readonly string[] }): Promise<void> {
    const parsed = await PostalMime.parse(source);
    const delivery: Delivery = {
      id: randomUUID(),
      messageId: parsed.messageId ?? null,
      from: envelope.from,
      to: envelope.to.map((address) => address.toLowerCase()),
      subject: parsed.subject ?? '',
      receivedAt: new Date().toISOString(),
    };
    await replaceFile(this.#path(delivery.id), source);
    await this.journal.append(delivery);
    this.deliveries.push(delivery);
  }

  /**
   * Newest first, one entry per Message-ID (a mail without one stands alone) with how often it was delivered.
   * @param since first receipt at or after this instant
   */
  list(filter: { to?: string | undefined; since?: string | undefined }): MailHead[] {
    const heads = new Map<string, MailHead>();
    for (const delivery of this.deliveries) {
      const key = delivery.messageId ?? delivery.id;
      const known = heads.get(key);
      if (known === undefined) heads.set(key, { ...delivery, deliveries: 1 });
      else known.deliveries += 1;
    }
    const to = filter.to?.toLowerCase();
    const since = filter.since === undefined ? -Infinity : Date.parse(filter.since);
    return [...heads.values()].reverse().filter((head) => (to === undefined || head.to.includes(to)) && Date.parse(head.receivedAt) >= since);
  }

  async read(id: string): Promise<Mail | null> {
    const head = this.list({}).find((one) => one.id === id);
    return head === undefined ? null : this.open(head);
  }

  async open(head: MailHead): Promise<Mail> {
    const body = this.#bodies.get(head.id) ?? await this.#parse(head.id);
    return { ...head, ...body };
  }

  /** The links in a mail, without its text. */
  async links(id: string): Promise<readonly string[]> {
    return this.#links.get(id) ?? (await this.#parse(id)).links;
  }

  async #parse(id: string): Promise<MailBody> {
    const parsed = await PostalMime.parse(await readFile(this.#path(id)));
    const text = parsed.text ?? '';
    const html = parsed.html ?? null;
    const body = { text, html, links: linksIn(text, html) };
    this.#bodies.set(id, body);
    this.#links.set(id, body.links);
    const [oldest] = this.#bodies.keys();
    if (this.#bodies.size > MOST_BODIES && oldest !== undefined) this.#bodies.delete(oldest);
    return body;
  }

  /** Everybody who ever got a mail here, sorted. */
  recipients(): string[] {
    return [...new Set(this.deliveries.flatMap((delivery) => delivery.to))].sort();
  }

  get total(): number {
    return this.deliveries.length;
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  #path(id: string): string {
    return join(this.directory, 'mails', `${id}.eml`);
  }
}
