import { join } from 'node:path';
import express from 'express';
import { z } from 'zod';
import { FaultScript } from '../process/faults.js';
import { answerErrors, closeServer, directorySetting, listen, portOf, portSetting, type RunningStandIn } from '../process/serve.js';
import { AccountBook } from './accounts.js';
import { Authority } from './authority.js';
import { CallbackSender } from './callbacks.js';
import { clientApi } from './clientApi.js';
import { accountsInput, certificateInput, pinInput, signingFaults } from './messages.js';
import { phonePages } from './phonePages.js';
import { RequestBook } from './requests.js';
import { softCertificate } from './softCertificate.js';

export const signingSettings = {
  SIGNING_PORT: portSetting,
  SIGNING_DIR: directorySetting,
  /** Where certificates for the accounts' keys come from. */
  TRUST_URL: z.url(),
  SIGNING_CLIENT_SECRET: z.string().min(16),
  /** How long three wrong PINs close an account. */
  SIGNING_LOCK_MS: z.coerce.number().int().positive().default(300_000),
};
export type SigningSettings = z.infer<z.ZodObject<typeof signingSettings>>;

/** The remote-signing service of the sandbox; see `clientApi`, `phonePages` and the `/sandbox` control below. */
export async function startSigning(settings: SigningSettings): Promise<RunningStandIn> {
  const directory = settings.SIGNING_DIR;
  const faults = await FaultScript.open(join(directory, 'faults.json'), signingFaults);
  const authority = new Authority(settings.TRUST_URL);
  const accounts = await AccountBook.open(directory, authority, settings.SIGNING_LOCK_MS);
  const requests = await RequestBook.open(directory, accounts, faults, new CallbackSender(settings.SIGNING_CLIENT_SECRET, faults));

  const app = express().disable('x-powered-by');
  app.use(express.json({ limit: '4mb' }), express.urlencoded({ extended: false }));
  app.use('/api/v1', clientApi(settings.SIGNING_CLIENT_SECRET, accounts, requests, faults));
  app.get('/sandbox/faults', faults.show).post('/sandbox/faults', faults.change);
  app.post('/sandbox/accounts', async (request, response) => {
    const inputs = accountsInput.parse(request.body);
    const views = await Promise.all(inputs.map((input) => accounts.ensure(input)));
    const differing = inputs.filter((_, index) => views[index] === null).map((input) => input.account);
    if (differing.length > 0) response.status(409).json({ error: 'account-differs', accounts: differing });
    else response.json(views);
  });
  app.post('/sandbox/accounts/:account/renewal', async (request, response) => {
    const view = await accounts.renew(request.params.account);
    if (view === null) response.status(404).json({ error: 'unknown-account' });
    else response.json(view);
  });
  // A school that wants the key of its seal as a file gets it under its PIN; nobody's personal key ever comes out.
  app.post('/sandbox/accounts/:account/soft-certificate', async (request, response) => {
    const { account } = request.params;
    const { pin } = pinInput.parse(request.body);
    const soft = accounts.softOf(account);
    if (soft === null) response.status(404).json({ error: 'unknown-account' });
    else if (!(await accounts.checkPin(account, pin)).right) response.status(403).json({ error: 'wrong-pin' });
    else response.type('application/x-pkcs12').send(await softCertificate({ ...soft, password: pin }));
  });
  app.post('/sandbox/certificates', async (request, response) => {
    response.json(await authority.issueSoft(certificateInput.parse(request.body)));
  });
  app.use(phonePages(accounts, requests));
  app.use(answerErrors);

  const server = await listen(app, settings.SIGNING_PORT);
  return {
    ports: { port: portOf(server) },
    stop: async () => {
      await closeServer(server);
      await requests.close();
      await accounts.close();
    },
  };
}
