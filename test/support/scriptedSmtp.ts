import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export type ReceivedMail = { messageId: string; to: string[]; subject: string; text: string; html: string; headers: Map<string, string> };
export type ScriptedSmtp = {
  url: string; port: number;
  received: ReceivedMail[];
  script: {
    /** Answers to the next DATA, first to last; the mail is not kept. */
    data: number[];
    refusedRecipients: Set<string>;
    /** So many next mails are kept, but the line breaks before the sender hears so. */
    dropAfterData: number;
    /** Runs when a mail is kept, before "250". */
    beforeAnswer: (() => Promise<void>) | null;
  };
  stop: () => Promise<void>;
};

const refusal = (responseCode: number): Error => Object.assign(new Error('refused by the script of the test'), { responseCode });

/** A real SMTP server on loopback that keeps what it takes and fails as told; nobody can sign in. */
export async function startScriptedSmtp(port = 0): Promise<ScriptedSmtp> {
  const received: ReceivedMail[] = [];
  const script: ScriptedSmtp['script'] = { data: [], refusedRecipients: new Set(), dropAfterData: 0, beforeAnswer: null };
  const sockets = new Set<Socket>();

  const keep = async (source: Buffer, to: string[]): Promise<'answer' | 'drop'> => {
    const refused = script.data.shift();
    if (refused !== undefined) throw refusal(refused);
    const mail = await PostalMime.parse(source);
    received.push({
      messageId: mail.messageId ?? '', to, subject: mail.subject ?? '', text: mail.text ?? '', html: mail.html ?? '',
      headers: new Map(mail.headers.map(({ key, value }) => [key, value])),
    });
    await script.beforeAnswer?.();
    if (script.dropAfterData === 0) return 'answer';
    script.dropAfterData -= 1;
    return 'drop';
  };

  const server = new SMTPServer({
    authOptional: true, allowInsecureAuth: true, disabledCommands: ['STARTTLS'], logger: false, closeTimeout: 100,
    onAuth: (_auth, _session, callback) => { callback(Object.assign(new Error('wrong password'), { responseCode: 535 })); },
    onRcptTo: ({ address }, _session, callback) => { callback(script.refusedRecipients.has(address) ? refusal(550) : null); },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        keep(Buffer.concat(chunks), session.envelope.rcptTo.map(({ address }) => address)).then(
          (next) => { if (next === 'answer') callback(null); else for (const socket of sockets) socket.destroy(); },
          (error: Error) => { callback(error); },
        );
      });
    },
  });
  server.server.on('connection', (socket: Socket) => { sockets.add(socket); socket.on('close', () => sockets.delete(socket)); });
  // A client that hangs up early is part of the tests.
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const bound = (server.server.address() as AddressInfo).port;
  return {
    url: `smtp://127.0.0.1:${bound}`, port: bound, received, script,
    stop: () => new Promise((resolve) => { for (const socket of sockets) socket.destroy(); if (server.server.listening) server.close(() => { resolve(); }); else resolve(); }),
  };
}
