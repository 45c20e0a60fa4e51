import { z } from 'zod';
import { ask, DemoFault } from './patience.js';

const waitingRequests = z.object({ requests: z.array(z.object({ requestId: z.string() })) });

/** The simulated phone of a person or of a school's seal: what waits for the account is confirmed with its PIN. */
export class Phones {
  constructor(private readonly url: string) {}

  /** Confirms whatever waits for the account; true when something did. */
  async confirmAny(key: { account: string; pin: string }): Promise<boolean> {
    const [request] = await this.#waiting(key.account);
    return request !== undefined && await this.#yes(key, request.requestId);
  }

  /** True when this request waited and is confirmed now; false when it has not come, or no longer waits. */
  async confirm(key: { account: string; pin: string }, requestId: string): Promise<boolean> {
    return (await this.#waiting(key.account)).some((request) => request.requestId === requestId) && await this.#yes(key, requestId);
  }

  async #waiting(account: string): Promise<{ requestId: string }[]> {
    const shown = await ask(`${this.url}/phone/${encodeURIComponent(account)}.json`);
    if (shown.status !== 200) throw new DemoFault(`the phone of ${account} answered ${shown.status}`);
    return waitingRequests.parse(JSON.parse(shown.bytes.toString('utf8'))).requests;
  }

  async #yes({ account, pin }: { account: string; pin: string }, requestId: string): Promise<boolean> {
    const answer = await ask(`${this.url}/phone/${encodeURIComponent(account)}/requests/${requestId}/confirm`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ pin }) });
    if (answer.status === 200 || answer.status === 409) return answer.status === 200;
    throw new DemoFault(`the phone of ${account} refused the PIN: HTTP ${answer.status} ${answer.bytes.toString('utf8').slice(0, 200)}`);
  }
}
