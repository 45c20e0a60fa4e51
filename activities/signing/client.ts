import { z } from 'zod';
import { OutsideFault } from '../fault.js';
import { outsideJson } from '../outsideJson.js';

const stateSchema = z.enum(['waiting', 'signed', 'declined', 'expired', 'cancelled']);
const createdSchema = z.object({ requestId: z.uuid(), state: stateSchema });
const requestSchema = z.object({ requestId: z.uuid(), state: stateSchema, signatures: z.array(z.object({ id: z.uuid(), signature: z.base64() })).default([]) });
const certificateSchema = z.object({ account: z.string(), certificate: z.string() });
export type SigningRequestView = z.infer<typeof requestSchema>;

export type SigningClient = {
  /** PEM of an account's certificate; null when the service does not know the account. */
  certificate: (account: string) => Promise<string | null>;
  /** Sends hashes to be signed; the same `requestId` with the same hashes is the same request. */
  request: (input: { requestId: string; account: string; description: string; documents: { id: string; digest: string }[]; callbackUrl: string; expiresAt: string }) => Promise<void>;
  /** Null when the service has no such request. */
  view: (requestId: string) => Promise<SigningRequestView | null>;
};

/** `patient`: from the outbound queue, which has room for waiting; `hasty`: from the batch queue, which has not. */
export const SIGNING_TIMEOUT_MS = { patient: 30_000, hasty: 2_000 } as const;

/** The remote-signing service's client side: hashes go in, signatures come out; key and PIN stay there. */
export function signingClient({ url, secret, timeoutMs = SIGNING_TIMEOUT_MS.patient }: { url: string; secret: string; timeoutMs?: number }): SigningClient {
  const call = async (path: string, body?: unknown): Promise<{ status: number; json: unknown }> => {
    let response: Response;
    try {
      response = await fetch(new URL(path, url), {
        method: body === undefined ? 'GET' : 'POST', redirect: 'error', signal: AbortSignal.timeout(timeoutMs),
        headers: { authorization: `Bearer ${secret}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new OutsideFault('signing', error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'unreachable');
    }
    if (response.status >= 500 || response.status === 401) throw new OutsideFault('signing', `http-${response.status}`);
    return { status: response.status, json: await outsideJson('signing', response) };
  };
  const read = <T>(schema: z.ZodType<T>, json: unknown): T => {
    const parsed = schema.safeParse(json);
    if (!parsed.success) throw new OutsideFault('signing', 'unexpected-answer');
    return parsed.data;
  };
  return {
    async certificate(account) {
      const { status, json } = await call(`/api/v1/accounts/${encodeURIComponent(account)}/certificate`);
      return status === 404 ? null : read(certificateSchema, json).certificate;
    },
    async request(input) {
      const { status, json } = await call('/api/v1/signing-requests', input);
      if (status !== 202) throw new OutsideFault('signing', `refused-${status}`);
      read(createdSchema, json);
    },
    async view(requestId) {
      const { status, json } = await call(`/api/v1/signing-requests/${requestId}`);
      return status === 404 ? null : read(requestSchema, json);
    },
  };
}
