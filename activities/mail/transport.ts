import { createTransport } from 'nodemailer';
import type { RenderedMail } from '../../dashboards/mail/renderMail.js';

/** How one try ended; codes carry SMTP's numbers and nothing of the server's text, which may quote an address. */
export type Delivery =
  | { kind: 'sent' }
  /** 5xx about this mail or this recipient. */
  | { kind: 'refused'; code: string }
  /** 4xx about this mail or this recipient. */
  | { kind: 'deferred'; code: string }
  /** No answer, no connection, or we are not let in: no mail would pass now. */
  | { kind: 'unreachable'; code: string };

export type OutgoingMail = RenderedMail & { messageId: string; from: string; to: string };
export type MailTransport = { send: (mail: OutgoingMail) => Promise<Delivery>; close: () => void };

/**
 * A pool of connections to the province's mail server.
 * @param url SMTP_URL, e.g. `smtps://user:password@host`; its query sets nodemailer's options
 * @param lanes most connections at once
 */
export function openMailTransport(url: string, lanes: number): MailTransport {
  const transport = createTransport({
    url, pool: true, maxConnections: lanes, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000,
    // A model from the database never names a file or an address to fetch.
    disableFileAccess: true, disableUrlAccess: true,
  });
  return {
    send: async ({ messageId, from, to, subject, html, text }) => {
      try {
        await transport.sendMail({
          messageId, from, to: { name: '', address: to }, subject, html, text,
          // RFC 3834: nobody's out-of-office note answers, so none can loop.
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { kind: 'sent' };
      } catch (error) {
        return deliveryOf(error);
      }
    },
    close: () => { transport.close(); },
  };
}

type SmtpFault = { code?: unknown; command?: unknown; responseCode?: unknown };

/** Translates nodemailer's error once, at the edge. */
export function deliveryOf(error: unknown): Exclude<Delivery, { kind: 'sent' }> {
  const { code, command, responseCode } = (typeof error === 'object' && error !== null ? error : {}) as SmtpFault;
  const name = typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? code : 'EUNKNOWN';
  const step = typeof command === 'string' && /^[A-Z ]+$/.test(command) ? command.replaceAll(' ', '-') : null;
  const said = [name, ...(typeof responseCode === 'number' ? [String(responseCode)] : []), ...(step === null ? [] : [step])].join(' ').toLowerCase();
  const aboutThisMail = name === 'EMESSAGE' || (name === 'EENVELOPE' && command !== 'MAIL FROM');
  if (!aboutThisMail || responseCode === 421) return { kind: 'unreachable', code: said };
  if (typeof responseCode !== 'number') return { kind: 'refused', code: said };
  return { kind: responseCode >= 500 ? 'refused' : 'deferred', code: said };
}
