import { createHash, timingSafeEqual } from 'node:crypto';
import { Router, type RequestHandler } from 'express';
import { playCommonFaults } from '../process/commonFaults.js';
import type { FaultScript } from '../process/faults.js';
import type { AccountBook } from './accounts.js';
import { signingRequestInput, type SigningFaults } from './messages.js';
import type { RequestBook } from './requests.js';

/**
 * What a client system (the hub) sees, under `/api/v1`, behind a bearer secret: certificates and requests, never a key
 * or a PIN. Errors are `{error}` with 401, 404, 409 or 400.
 */
export function clientApi(secret: string, accounts: AccountBook, requests: RequestBook, faults: FaultScript<SigningFaults>): Router {
  const router = Router();
  router.use(requireSecret(secret), playCommonFaults(faults));

  router.get('/accounts/:account/certificate', (request, response) => {
    const view = accounts.view(request.params.account);
    if (view === null) response.status(404).json({ error: 'unknown-account' });
    else response.json(view);
  });

  router.post('/signing-requests', async (request, response) => {
    const input = signingRequestInput.parse(request.body);
    const outcome = await requests.create(input);
    if (outcome === 'unknownAccount') response.status(404).json({ error: 'unknown-account' });
    else if (outcome === 'differs') response.status(409).json({ error: 'request-id-used', requestId: input.requestId });
    else response.status(202).json({ requestId: input.requestId, state: requests.view(input.requestId)?.state });
  });

  router.get('/signing-requests/:id', (request, response) => {
    const view = requests.view(request.params.id);
    if (view === null) response.status(404).json({ error: 'unknown-request' });
    else response.json(view);
  });

  router.delete('/signing-requests/:id', async (request, response) => {
    const outcome = await requests.cancel(request.params.id);
    if (outcome === 'unknown') response.status(404).json({ error: 'unknown-request' });
    else if (outcome === 'tooLate') response.status(409).json({ error: 'too-late', state: requests.view(request.params.id)?.state });
    else response.json(requests.view(request.params.id));
  });

  return router;
}

const requireSecret = (secret: string): RequestHandler => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = digest(`Bearer ${secret}`);
  return (request, response, next) => {
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) next();
    else response.status(401).json({ error: 'bad-secret' });
  };
};
