import { z } from 'zod';
import { ask, DemoFault } from './patience.js';

const mail = z.object({ id: z.string(), messageId: z.string().nullable(), to: z.array(z.string()), subject: z.string(), receivedAt: z.string(), deliveries: z.number(), text: z.string(), links: z.array(z.string()) });
export type ReceivedMail = z.infer<typeof mail>;

const news = z.object({ id: z.string(), to: z.array(z.string()), subject: z.string(), receivedAt: z.string(), links: z.array(z.string()) });
export type News = z.infer<typeof news>;

/** The token of an invitation among a mail's links; null when it is none. */
export function passwordTokenIn(links: readonly string[]): string | null {
  for (const link of links) {
    const token = /\/dat-mat-khau\/([\w-]{43})$/.exec(link)?.[1];
    if (token !== undefined) return token;
  }
  return null;
}

/** Reads the sandbox's mailbox as its page does. */
export class MailReader {
  constructor(private readonly url: string) {}

  /** Newest first. @param since first receipt at or after this instant */
  async mails(filter: { to?: string; since?: string } = {}): Promise<ReceivedMail[]> {
    const answer = await ask(`${this.url}/api/mails?${new URLSearchParams(filter).toString()}`);
    if (answer.status !== 200) throw new DemoFault(`the mailbox answered ${answer.status}`);
    return z.array(mail).parse(JSON.parse(answer.bytes.toString('utf8')));
  }

  /** Heads and links alone, newest first. @param since first receipt at or after this instant */
  async news(since: string | undefined): Promise<News[]> {
    const answer = await ask(`${this.url}/api/news?${new URLSearchParams(since === undefined ? {} : { since }).toString()}`);
    if (answer.status !== 200) throw new DemoFault(`the mailbox answered ${answer.status}`);
    return z.array(news).parse(JSON.parse(answer.bytes.toString('utf8')));
  }

  /** The token of the newest invitation sent to an address; null when none has come. */
  async passwordToken(address: string): Promise<string | null> {
    for (const { links } of await this.mails({ to: address })) {
      const token = passwordTokenIn(links);
      if (token !== null) return token;
    }
    return null;
  }

  /** Whether a reminder that a person of another unit pressed has come to an address (not one sent by the campaign's policy). */
  async wasChased(address: string): Promise<boolean> {
    return (await this.mails({ to: address })).some(({ text }) => /\sgửi\s+nhắc,\s+lần\s+nhắc\s+thứ\s+\d/.test(text));
  }
}
