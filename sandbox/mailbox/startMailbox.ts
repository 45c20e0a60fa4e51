import { join } from 'node:path';
import express from 'express';
import type { z } from 'zod';
import { FaultScript } from '../process/faults.js';
import { answerErrors, closeServer, directorySetting, listen, portOf, portSetting, type RunningStandIn } from '../process/serve.js';
import { mailPages } from './pages.js';
import { mailboxFaults, startSmtp } from './smtp.js';
import { MailStore } from './store.js';

export const mailboxSettings = { MAILBOX_SMTP_PORT: portSetting, MAILBOX_HTTP_PORT: portSetting, MAILBOX_DIR: directorySetting };
export type MailboxSettings = z.infer<z.ZodObject<typeof mailboxSettings>>;

/** SMTP in, pages out. The ready line's `port` is HTTP's, `smtpPort` SMTP's. */
export async function startMailbox(settings: MailboxSettings): Promise<RunningStandIn> {
  const store = await MailStore.open(settings.MAILBOX_DIR);
  const faults = await FaultScript.open(join(settings.MAILBOX_DIR, 'faults.json'), mailboxFaults);
  const app = express().disable('x-powered-by');
  app.use(express.json());
  app.get('/sandbox/faults', faults.show).post('/sandbox/faults', faults.change);
  app.use(mailPages(store));
  app.use(answerErrors);
  const server = await listen(app, settings.MAILBOX_HTTP_PORT);
  const smtp = await startSmtp(settings.MAILBOX_SMTP_PORT, store, faults);
  return {
    ports: { port: portOf(server), smtpPort: smtp.port },
    stop: async () => {
      await smtp.stop();
      await closeServer(server);
      await store.close();
    },
  };
}
