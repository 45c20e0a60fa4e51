import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { renderMail } from '../../dashboards/mail/renderMail.js';
import { listenForMail } from '../../db/mail/listen.js';
import { giveUp, markSent, nextDueIn, postpone, takeDueMail, type DueMail } from '../../db/mail/sending.js';
import { MAIL_LINK_PATHS, MAIL_LINK_PURPOSE } from '../../domain/mail.js';
import { unseal } from '../../runtime/seal.js';
import type { WorkerSettings } from '../../runtime/settings.js';
import { outagePause, retryVerdict } from './retry.js';
import { openMailTransport, type MailTransport, type OutgoingMail } from './transport.js';

export type MailSenderInput = {
  db: Knex;
  settings: Pick<WorkerSettings, 'SMTP_URL' | 'MAIL_FROM' | 'HUB_BASE_URL' | 'HUB_SECRET_KEY' | 'HUB_MODE'>;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Mails on their way at once; each holds one connection to the database and one to the mail server. */
  lanes?: number;
  /** Where to listen for newly queued mails; without it only the look every `pollMs` finds them. */
  listenUrl?: string;
  /** A safety net: so often the outbox is looked into although nobody called and nothing becomes due. */
  pollMs?: number;
};
export type MailSender = { stop: () => Promise<void> };

const HELD_BY_ANOTHER_MS = 1_000;

/** What one look into the outbox brought. `away`: the mail server, or the database, takes nothing now. */
type Step = 'empty' | 'handled' | 'away';

/**
 * Sends what waits in `mail_outbox` until stopped. One transaction holds a row while its mail is on its way, so that no two senders
 * send it at once; a crash between SMTP's "250" and the commit sends it again with the same Message-ID ("once" means once per
 * Message-ID). Logs carry ids and codes, never an address or a name.
 */
export function startMailSender({ db, settings, log, lanes = 3, listenUrl, pollMs = 30_000 }: MailSenderInput): MailSender {
  const transport = openMailTransport(settings.SMTP_URL, lanes);
  const stopping = new AbortController();
  let outages = 0;
  /** Something was queued since the last look. */
  let called = false;
  let wakeUp: (() => void) | null = null;
  const call = (): void => { called = true; wakeUp?.(); };
  const listener = listenUrl === undefined ? null
    : listenForMail(listenUrl, { onMail: call, onFault: (code) => { log.warn({ code }, 'not told of new mails for now; the outbox is looked into from time to time'); } });

  const deliverNext = async (): Promise<Step> => {
    try {
      return await db.transaction(async (transaction) => {
        const mail = await takeDueMail(transaction);
        return mail === undefined ? 'empty' : deliver(transaction, mail, { transport, settings, log, pauseSeconds: outagePause(outages + 1) });
      });
    } catch (error) {
      log.error({ code: faultCode(error) }, 'the mail outbox could not be read or written');
      return 'away';
    }
  };

  /** Empties the outbox lane by lane; the first lane that finds the server away ends all of them. */
  const drain = async (): Promise<Step> => {
    let away = false;
    const lane = async (): Promise<void> => {
      while (!away && !stopping.signal.aborted) {
        const step = await deliverNext();
        if (step === 'away') away = true;
        if (step !== 'handled') return;
      }
    };
    const first = await deliverNext();
    if (first !== 'handled') return first;
    await Promise.all(Array.from({ length: lanes }, lane));
    return away ? 'away' : 'handled';
  };

  /** Until somebody calls, a postponed mail becomes due, or it is time for the slow look. */
  const quiet = async (): Promise<void> => {
    // One that is due already is on its way in another sender's hands, and is looked at again if that one dies.
    const due = await nextDueIn(db).catch((error: unknown) => {
      log.warn({ code: faultCode(error) }, 'when the next mail is due could not be read');
      return null;
    });
    if (called || stopping.signal.aborted) return;
    const woken = new AbortController();
    wakeUp = () => { woken.abort(); };
    await pause(Math.min(pollMs, due === null ? pollMs : Math.max(HELD_BY_ANOTHER_MS, due)), AbortSignal.any([stopping.signal, woken.signal]));
    wakeUp = null;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      called = false;
      const end = await drain();
      // An empty outbox says nothing about the server: only a mail that got an answer ends an outage.
      if (end === 'away') outages += 1;
      else if (end === 'handled') outages = 0;
      if (end === 'away') await pause(outagePause(outages) * 1_000, stopping.signal);
      else await quiet();
    }
  };
  const running = run();

  return {
    stop: async () => {
      stopping.abort();
      await listener?.stop();
      await running;
      transport.close();
    },
  };
}

type Courier = { transport: MailTransport; settings: MailSenderInput['settings']; log: MailSenderInput['log']; pauseSeconds: number };

async function deliver(transaction: Knex.Transaction, mail: DueMail, { transport, settings, log, pauseSeconds }: Courier): Promise<Step> {
  const about = { mailId: mail.id, kind: mail.model.kind };
  const again = async (delivery: Parameters<typeof retryVerdict>[0]): Promise<Step> => {
    const { code } = delivery;
    const verdict = retryVerdict(delivery, mail.attempts);
    if (verdict.kind === 'give-up') {
      await giveUp(transaction, mail.id, code);
      log.warn({ ...about, code }, 'mail given up');
    } else {
      await postpone(transaction, mail.id, { error: code, afterSeconds: verdict.afterSeconds, counted: true });
      log.warn({ ...about, code, attempts: mail.attempts + 1, afterSeconds: verdict.afterSeconds }, 'mail not taken, will be tried again');
    }
    return 'handled';
  };
  if (mail.obsolete) {
    await giveUp(transaction, mail.id, 'no-longer-needed');
    log.info(about, 'mail not needed any more: its tasks are done or with somebody else');
    return 'handled';
  }
  let outgoing: OutgoingMail;
  try {
    outgoing = written(mail, settings);
  } catch (error) {
    // Another HUB_SECRET_KEY, or a model of a newer version: a mended setting or worker can still send it, the mails behind it go on.
    return again({ kind: 'deferred', code: `unwritable ${faultCode(error)}` });
  }
  const delivery = await transport.send(outgoing);
  if (delivery.kind === 'sent') {
    await markSent(transaction, mail.id);
    log.info({ ...about, attempts: mail.attempts + 1 }, 'mail sent');
    return 'handled';
  }
  if (delivery.kind === 'unreachable') {
    await postpone(transaction, mail.id, { error: delivery.code, afterSeconds: pauseSeconds, counted: false });
    log.warn({ ...about, code: delivery.code, pauseSeconds }, 'the mail server cannot be used now');
    return 'away';
  }
  return again(delivery);
}

/** The mail with its personal link opened; the link exists in clear only here and in the mail. */
function written(mail: DueMail, settings: MailSenderInput['settings']): OutgoingMail {
  const path = MAIL_LINK_PATHS[mail.model.kind];
  const baseUrl = settings.HUB_BASE_URL.replace(/\/$/, '');
  const link = mail.sealedLink === null || path === null ? null : `${baseUrl}${path}${unseal(settings.HUB_SECRET_KEY, MAIL_LINK_PURPOSE, mail.sealedLink).toString('utf8')}`;
  const rendered = renderMail(mail.model, { baseUrl, link, sandbox: settings.HUB_MODE === 'sandbox' });
  return { ...rendered, messageId: mail.messageId, from: settings.MAIL_FROM, to: mail.toAddress };
}

/** A code or a class name; messages may quote data. */
function faultCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
