import { z } from 'zod';
import { ask, DemoFault } from './patience.js';

const waitingRequests = z.object({ requests: z.array(z.object({ requestId: z.string() })) });

/** The simulated phone of a person or of a school's seal: what waits for the account is confirmed with its PIN. */
export class Phones {
  constructor(private readonly url: string) {}

  /** True when this request waited and is confirmed now; false when it has not come, or no longer waits. */
  async confirm({ account, pin }: { account: string; pin: string }, requestId: string): Promise<boolean> {
    const phone = `${this.url}/phone/${encodeURIComponent(account)}`;
    const shown = await ask(`${phone}.json`);
    if (shown.status !== 200) throw new DemoFault(`the phone of ${account} answered ${shown.status}`);
    const { requests } = waitingRequests.parse(JSON.parse(shown.bytes.toString('utf8')));
    if (!requests.some((request) => request.requestId === requestId)) return false;
    const answer = await ask(`${phone}/requests/${requestId}/confirm`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ pin }) });
    if (answer.status === 200 || answer.status === 409) return answer.status === 200;
    throw new DemoFault(`the phone of ${account} refused the PIN: HTTP ${answer.status} ${answer.bytes.toString('utf8').slice(0, 200)}`);
  }
}
