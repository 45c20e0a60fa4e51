import pg from 'pg';
import { touched, type Db } from '../connect.js';

/** Told in the transaction that queues a mail; PostgreSQL passes it on at the commit. Carries nothing. */
const CHANNEL = 'hub_mail';
const RECONNECT_MS = { first: 500, longest: 30_000 };

export const callSender = (db: Db): Promise<number> => touched(db, `SELECT pg_notify('${CHANNEL}', '')`);

/**
 * Listens on a connection of its own until stopped. After a break it connects again and calls once, since something may have come
 * meanwhile; behind a pooler that passes no notifications the sender's own slow look is what is left.
 * @param calls `onMail`: something was queued; `onFault`: a code, for the log
 */
export function listenForMail(url: string, calls: { onMail: () => void; onFault: (code: string) => void }): { stop: () => Promise<void> } {
  let stopped = false;
  let client: pg.Client | null = null;
  let again: NodeJS.Timeout | null = null;
  let pause = RECONNECT_MS.first;

  const open = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, keepAlive: true });
    let over = false;
    const broken = (error?: Error): void => {
      if (over) return;
      over = true;
      client = null;
      void next.end().catch(() => undefined);
      if (stopped) return;
      calls.onFault(error !== undefined && 'code' in error && typeof error.code === 'string' ? error.code : 'closed');
      again = setTimeout(() => { void open(); }, pause);
      pause = Math.min(RECONNECT_MS.longest, pause * 2);
    };
    next.on('error', broken);
    next.on('end', () => { broken(); });
    next.on('notification', () => { calls.onMail(); });
    client = next;
    try {
      await next.connect();
      await next.query(`LISTEN ${CHANNEL}`);
      pause = RECONNECT_MS.first;
      calls.onMail();
    } catch (error) {
      broken(error instanceof Error ? error : undefined);
    }
  };
  const opening = open();

  return {
    stop: async () => {
      stopped = true;
      if (again !== null) clearTimeout(again);
      await opening;
      await client?.end();
    },
  };
}
