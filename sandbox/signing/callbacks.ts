import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultScript } from '../process/faults.js';
import type { SigningFaults } from './messages.js';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
const ANSWER_WITHIN_MS = 10_000;

type Ended = { requestId: string; state: string; callbackUrl: string };

/**
 * Tells the client that a request ended, until it answers 2xx. The body says only id and state: the client asks for the
 * signatures itself, so a forged callback can do no more than make it ask.
 */
export class CallbackSender {
  readonly #stop = new AbortController();

  constructor(private readonly secret: string, private readonly faults: FaultScript<SigningFaults>) {}

  /** @param done called once, after a 2xx or when a fault says to lose this callback */
  send(request: Ended, done: () => Promise<void>): void {
    this.#deliver(request, done).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) process.stderr.write(`a callback was given up: ${String(error)}\n`);
    });
  }

  /** What is not delivered yet is sent by the next start. */
  stop(): void {
    this.#stop.abort();
  }

  async #deliver(request: Ended, done: () => Promise<void>): Promise<void> {
    if (await this.faults.take('dropCallbackNext')) return done();
    for (let waitMs = FIRST_WAIT_MS; !(await this.#post(request)); waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      await sleep(waitMs, undefined, { signal: this.#stop.signal });
    }
    await done();
  }

  /** True on 2xx; a refused connection or a late answer is a "not yet". */
  async #post({ requestId, state, callbackUrl }: Ended): Promise<boolean> {
    const body = JSON.stringify({ requestId, state });
    try {
      const response = await fetch(callbackUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-signing-signature': createHmac('sha256', this.secret).update(body).digest('hex') },
        body,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch (error) {
      this.#stop.signal.throwIfAborted();
      if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return false;
      throw error;
    }
  }
}
