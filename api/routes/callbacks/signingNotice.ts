import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { markWakeSent, recordSignatureNotice } from '../../../db/signatureNotice.js';
import { sendWake } from '../../../runtime/messenger.js';
import type { PublicVisit, Route } from '../../route.js';

const notice = z.object({ requestId: z.uuid(), state: z.string().min(1).max(40) });

/**
 * The signing service says that a request changed. Believed only with its HMAC-SHA256 over the raw bytes (X-Signing-Signature, hex), and
 * even then only as a wake. Answers 200 also to repeats, 401 to a wrong signature, 404 to an unknown request.
 */
export const signingNotice: Route = {
  method: 'post', path: '/callback/signing', access: 'public', body: 'bytes',
  handle: async (visit) => {
    const { services, request, response } = visit;
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!isSigned(raw, request.get('x-signing-signature'), services.settings.SIGNING_CLIENT_SECRET)) return void response.status(401).json({ error: 'bad-signature' });
    const body = notice.safeParse(jsonOf(raw));
    if (!body.success) return void response.status(422).json({ error: 'bad-body' });
    const recorded = await services.db.transaction((trx) => recordSignatureNotice(trx, { batchId: body.data.requestId, state: body.data.state }));
    if (recorded === null) return void response.status(404).json({ error: 'unknown-request' });
    response.json({ received: true });
    if (recorded !== 'repeated') await wakeAtOnce(visit, recorded);
  },
};

function isSigned(raw: Buffer, given: string | undefined, secret: string): boolean {
  if (given === undefined || !/^[0-9a-f]{64}$/i.test(given)) return false;
  return timingSafeEqual(createHmac('sha256', secret).update(raw).digest(), Buffer.from(given, 'hex'));
}

function jsonOf(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return null;
  }
}

/** The relay sends the wake when Temporal is away now; hence the answer above does not wait for it. */
async function wakeAtOnce({ services }: PublicVisit, { workflowId, outboxId }: { workflowId: string; outboxId: number }): Promise<void> {
  try {
    await sendWake(services.temporal, { workflowId, code: 'signatures' });
    await markWakeSent(services.db, outboxId);
  } catch (error) {
    services.log.warn({ outboxId, error: error instanceof Error ? error.name : 'unknown' }, 'signature notice kept, Temporal not told yet; the relay will');
  }
}
