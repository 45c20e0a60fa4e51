import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { z } from 'zod';
import type { FaultScript } from '../process/faults.js';
import type { MailStore } from './store.js';

export const mailboxFaults = z.strictObject({
  /** The next n mails are refused for now (451), as a greylisting server does. */
  rejectNext: z.number().int().min(0).default(0),
  /** The next n mails are kept, but the line breaks before the sender hears so: the sender cannot know. */
  dropAfterDataNext: z.number().int().min(0).default(0),
  /** Wait before the answer to DATA. */
  slowMs: z.number().int().min(0).max(600_000).default(0),
});
export type MailboxFaults = z.infer<typeof mailboxFaults>;

const MAX_BYTES = 25 * 1024 * 1024;

export type RunningSmtp = { port: number; stop(): Promise<void> };

/** A real SMTP server on loopback without TLS or sign-in; it takes mail for every address. */
export async function startSmtp(port: number, store: MailStore, faults: FaultScript<MailboxFaults>): Promise<RunningSmtp> {
  const lines = new Map<string, Socket>();

  const receive = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string | null> => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    if (faults.now.slowMs > 0) await sleep(faults.now.slowMs);
    if (stream.sizeExceeded) throw refusal(552, 'the message is larger than this mailbox takes');
    if (await faults.take('rejectNext')) throw refusal(451, 'try again later (simulated)');
    const { mailFrom, rcptTo } = session.envelope;
    await store.deliver(Buffer.concat(chunks), { from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map((recipient) => recipient.address) });
    if (!(await faults.take('dropAfterDataNext'))) return 'kept';
    lines.get(lineOf(session.remoteAddress, session.remotePort))?.destroy();
    return null;
  };

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: MAX_BYTES,
    logger: false,
    onData: (stream, session, callback) => {
      receive(stream, session).then(
        (answer) => {
          if (answer !== null) (callback as (error: null, message: string) => void)(null, answer);
        },
        (error: Error) => callback(error),
      );
    },
  });
  smtp.on('error', (error) => {
    // A sender that hangs up is its own affair; it tries again.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') process.stderr.write(`smtp: ${error.message}\n`);
  });
  smtp.server.on('connection', (socket: Socket) => {
    const line = lineOf(socket.remoteAddress, socket.remotePort);
    lines.set(line, socket);
    socket.once('close', () => lines.delete(line));
  });
  const server = smtp.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => {
      smtp.close(() => resolve());
      for (const socket of lines.values()) socket.destroy();
    }),
  };
}

const lineOf = (address: string | undefined, port: number | undefined): string => `${address ?? ''}/${port ?? ''}`;

const refusal = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });
