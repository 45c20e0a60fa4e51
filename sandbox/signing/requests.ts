import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FaultScript } from '../process/faults.js';
import { Journal } from '../process/journal.js';
import type { AccountBook } from './accounts.js';
import type { CallbackSender } from './callbacks.js';
import type { SigningFaults, SigningRequestInput } from './messages.js';
import { signDigests, type Signature } from './signDigests.js';

export type RequestState = 'waiting' | 'signed' | 'declined' | 'expired';
export type EndReason = 'person' | 'client' | 'time';

/** `declined` by the client is a cancellation. */
export type RequestView = { requestId: string; state: RequestState; reason: EndReason | null; signatures: readonly Signature[] };

export type SigningRequest = SigningRequestInput & {
  createdAt: string;
  contentHash: string;
  state: RequestState;
  reason: EndReason | null;
  /** The person has said yes; signatures are being made. Seen from outside it still waits. */
  confirmed: boolean;
  signatures: readonly Signature[];
  called: boolean;
};

type RequestEvent =
  | { type: 'created'; request: SigningRequestInput & { createdAt: string; contentHash: string } }
  | { type: 'confirmed'; requestId: string; at: string }
  | { type: 'signed'; requestId: string; signatures: readonly Signature[]; at: string }
  | { type: 'ended'; requestId: string; state: 'declined' | 'expired'; reason: EndReason; at: string }
  | { type: 'called'; requestId: string; at: string };

/**
 * Signing requests from hashes in to signatures out. Every step is on disk before anyone is told of it; a confirmed
 * request whose signatures were lost with the process is signed again at the next start.
 */
export class RequestBook {
  readonly #requests = new Map<string, SigningRequest>();
  /** Requests with a step on its way to the disk: a second step for the same one has to wait or lose. */
  readonly #busy = new Set<string>();
  readonly #creating = new Map<string, Promise<boolean>>();
  #signing: Promise<void> = Promise.resolve();
  #stopped = false;
  readonly #clock: NodeJS.Timeout;

  private constructor(
    private readonly journal: Journal<RequestEvent>,
    private readonly accounts: AccountBook,
    private readonly faults: FaultScript<SigningFaults>,
    private readonly callbacks: CallbackSender,
  ) {
    this.#clock = setInterval(() => this.#expireDue(), 500);
  }

  static async open(directory: string, accounts: AccountBook, faults: FaultScript<SigningFaults>, callbacks: CallbackSender): Promise<RequestBook> {
    const { journal, entries } = await Journal.open<RequestEvent>(join(directory, 'requests.jsonl'));
    const book = new RequestBook(journal, accounts, faults, callbacks);
    for (const entry of entries) book.#apply(entry);
    for (const request of book.#requests.values()) book.#continue(request);
    return book;
  }

  view(requestId: string): RequestView | null {
    const request = this.#requests.get(requestId);
    return request === undefined ? null : { requestId, state: request.state, reason: request.reason, signatures: request.signatures };
  }

  /** Open requests of one account, oldest first. */
  waitingFor(account: string): SigningRequest[] {
    const now = Date.now();
    return [...this.#requests.values()].filter((request) =>
      request.account === account && request.state === 'waiting' && !request.confirmed && Date.parse(request.expiresAt) > now);
  }

  /** Idempotent by requestId; `differs` when the id was used for other documents or another account. */
  async create(input: SigningRequestInput): Promise<'created' | 'same' | 'differs' | 'unknownAccount'> {
    const contentHash = createHash('sha256').update(JSON.stringify([input.account, input.documents])).digest('hex');
    const before = this.#requests.get(input.requestId);
    if (before !== undefined) return before.contentHash === contentHash ? 'same' : 'differs';
    if (this.accounts.view(input.account) === null) return 'unknownAccount';
    const other = this.#creating.get(input.requestId);
    if (other !== undefined) {
      await other;
      return this.create(input);
    }
    const creating = this.#step({ type: 'created', request: { ...input, createdAt: new Date().toISOString(), contentHash } })
      .finally(() => this.#creating.delete(input.requestId));
    this.#creating.set(input.requestId, creating);
    if (!(await creating)) throw new Error('the service is stopping and records no request');
    return 'created';
  }

  /** The person's yes, PIN already checked. False when the request no longer waits. */
  confirm(account: string, requestId: string): Promise<boolean> {
    const at = new Date().toISOString();
    return this.#openFor(account, requestId) ? this.#step({ type: 'confirmed', requestId, at }) : Promise.resolve(false);
  }

  decline(account: string, requestId: string): Promise<boolean> {
    return this.#openFor(account, requestId) ? this.#end(requestId, 'declined', 'person') : Promise.resolve(false);
  }

  /** The client takes its request back; cancelling twice is the same, cancelling a confirmed one is too late. */
  async cancel(requestId: string): Promise<'cancelled' | 'tooLate' | 'unknown'> {
    const request = this.#requests.get(requestId);
    if (request === undefined) return 'unknown';
    if (request.reason === 'client') return 'cancelled';
    if (request.state !== 'waiting' || request.confirmed) return 'tooLate';
    return await this.#end(requestId, 'declined', 'client') ? 'cancelled' : 'tooLate';
  }

  async close(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#clock);
    this.callbacks.stop();
    await this.#signing;
    await this.journal.close();
  }

  #openFor(account: string, requestId: string): boolean {
    return this.waitingFor(account).some((request) => request.requestId === requestId);
  }

  #end(requestId: string, state: 'declined' | 'expired', reason: EndReason): Promise<boolean> {
    return this.#step({ type: 'ended', requestId, state, reason, at: new Date().toISOString() });
  }

  /** One change of one request: to disk, then in memory, then what follows from it. False when another was first. */
  async #step(event: RequestEvent): Promise<boolean> {
    const requestId = event.type === 'created' ? event.request.requestId : event.requestId;
    if (this.#busy.has(requestId) || this.#stopped) return false;
    this.#busy.add(requestId);
    try {
      await this.journal.append(event);
      this.#apply(event);
    } finally {
      this.#busy.delete(requestId);
    }
    this.#continue(this.#requests.get(requestId) as SigningRequest);
    return true;
  }

  #apply(event: RequestEvent): void {
    if (event.type === 'created') {
      this.#requests.set(event.request.requestId, { ...event.request, state: 'waiting', reason: null, confirmed: false, signatures: [], called: false });
      return;
    }
    const request = this.#requests.get(event.requestId);
    if (request === undefined) throw new Error('the requests journal changes a request it does not hold');
    if (event.type === 'confirmed') request.confirmed = true;
    else if (event.type === 'called') request.called = true;
    else if (event.type === 'signed') Object.assign(request, { state: 'signed', signatures: event.signatures });
    else Object.assign(request, { state: event.state, reason: event.reason });
  }

  /** What a request still owes: signatures after the yes, one callback after its end (none when the client ended it). */
  #continue(request: SigningRequest): void {
    if (request.state === 'waiting') {
      if (request.confirmed) this.#signLater(request);
    } else if (!request.called && request.reason !== 'client') {
      this.callbacks.send(request, async () => {
        await this.#step({ type: 'called', requestId: request.requestId, at: new Date().toISOString() });
      });
    }
  }

  /** One request after the other. One that fails stays confirmed, so the next start signs it. */
  #signLater(request: SigningRequest): void {
    this.#signing = this.#signing.then(() => this.#sign(request)).catch((error: unknown) => {
      process.stderr.write(`a confirmed request could not be signed: ${String(error)}\n`);
    });
  }

  async #sign(request: SigningRequest): Promise<void> {
    if (this.#stopped) return;
    const signatures = await signDigests(this.accounts.keyOf(request.account), request.documents);
    const [first] = signatures;
    if (first !== undefined && await this.faults.take('corruptNextSignature')) {
      const bytes = Buffer.from(first.signature, 'base64');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      first.signature = bytes.toString('base64');
    }
    await this.#step({ type: 'signed', requestId: request.requestId, signatures, at: new Date().toISOString() });
  }

  #expireDue(): void {
    const now = Date.now();
    for (const request of this.#requests.values()) {
      if (request.state === 'waiting' && !request.confirmed && Date.parse(request.expiresAt) <= now && !this.#busy.has(request.requestId)) {
        this.#end(request.requestId, 'expired', 'time').catch((error: unknown) => {
          process.stderr.write(`a request could not be expired: ${String(error)}\n`);
        });
      }
    }
  }
}
