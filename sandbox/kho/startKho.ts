import { join } from 'node:path';
import express from 'express';
import { z } from 'zod';
import { FaultScript } from '../process/faults.js';
import { answerErrors, closeServer, directorySetting, listen, portOf, portSetting, type RunningStandIn } from '../process/serve.js';
import { CertificateBook } from './certificates.js';
import { khoFaults } from './faultScript.js';
import { Ledger } from './ledger.js';
import { PacketBook } from './packets.js';
import { khoPages } from './pages.js';
import { Submission } from './submit.js';
import { transactions } from './transactions.js';
import { UnitBook, unitInput } from './units.js';

export const khoSettings = {
  KHO_PORT: portSetting,
  KHO_DIR: directorySetting,
  /** From receipt to the first verdict. */
  KHO_JUDGE_AFTER_MS: z.coerce.number().int().min(0).default(300),
  /** From a certificate's registration to the decision. */
  KHO_DECIDE_AFTER_MS: z.coerce.number().int().min(0).default(300),
  KHO_TOKEN_SECONDS: z.coerce.number().int().positive().default(900),
};
export type KhoSettings = z.infer<z.ZodObject<typeof khoSettings>>;

/** The Ministry's repository of the sandbox; `/api` for transactions, `/sandbox` for whoever plays the world. */
export async function startKho(settings: KhoSettings): Promise<RunningStandIn> {
  const directory = settings.KHO_DIR;
  const faults = await FaultScript.open(join(directory, 'faults.json'), khoFaults);
  const units = await UnitBook.open(directory, settings.KHO_TOKEN_SECONDS * 1_000);
  const certificates = await CertificateBook.open(directory, settings.KHO_DECIDE_AFTER_MS);
  const ledger = await Ledger.open(directory);
  const packets = await PacketBook.open(directory, ledger, faults, settings.KHO_JUDGE_AFTER_MS);

  const app = express().disable('x-powered-by');
  // Above the exchange's own limit, so that a transaction a little too large is told so in words.
  app.use(express.json({ limit: '24mb' }));
  app.get('/sandbox/faults', faults.show).post('/sandbox/faults', faults.change);
  app.post('/sandbox/units', async (request, response) => {
    await units.put(unitInput.parse(request.body));
    response.status(204).end();
  });
  app.use('/api', transactions({ units, certificates, packets, submission: new Submission(packets, certificates), faults }));
  app.use(khoPages(ledger, packets, faults));
  app.use(answerErrors);

  const server = await listen(app, settings.KHO_PORT);
  return {
    ports: { port: portOf(server) },
    stop: async () => {
      await closeServer(server);
      await packets.close();
      await ledger.close();
      await certificates.close();
      await units.close();
    },
  };
}
