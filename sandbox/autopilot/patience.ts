import { setTimeout as sleep } from 'node:timers/promises';

/** Something the demo waited for did not come; the sentence says what. */
export class DemoFault extends Error {
  override name = 'DemoFault';
}

/** As gentle as a handful of people: more at once would only take the machine from the hub. */
const AT_ONCE = 6;
/** A process that was killed is back in seconds; PostgreSQL gets a minute to recover. */
const OUTAGE_MS = 150_000;
const ANSWER_MS = 60_000;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(job: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => { waiting.push(resolve); });
  else running += 1;
  try {
    return await job();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

let outage: string | null = null;
/** The newest call that got no answer, or one that says the server is unwell: when, to whom and what came; null when all were answered. */
export const lastOutage = (): string | null => outage;

export type Answered = { status: number; headers: Headers; bytes: Buffer };

/**
 * An HTTP call that outlives a server's death: a refused connection, a broken answer and any 5xx are tried again for a while. Whoever
 * calls makes sure that asking twice is asking once (decision ids do).
 * @throws DemoFault when nobody answers for two and a half minutes
 */
export async function ask(url: string, init: RequestInit = {}): Promise<Answered> {
  const until = Date.now() + OUTAGE_MS;
  for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 1.7, 3_000)) {
    const answer = await inTurn(() => attempt(url, init));
    if (typeof answer !== 'string' && answer.status < 500) return answer;
    const what = typeof answer === 'string' ? answer : `HTTP ${answer.status} ${answer.bytes.toString('utf8').slice(0, 300)}`;
    // The rest of a path may be somebody's one-time link.
    outage = `${new Date().toISOString()} ${new URL(url).origin}/${new URL(url).pathname.split('/')[1] ?? ''}: ${what}`;
    if (Date.now() > until) {
      throw new DemoFault(`${new URL(url).origin}${new URL(url).pathname} does not answer: ${what}`);
    }
    await sleep(pauseMs);
  }
}

/** The answer, or why there is none. */
async function attempt(url: string, init: RequestInit): Promise<Answered | string> {
  try {
    const response = await fetch(url, { redirect: 'manual', ...init, signal: AbortSignal.timeout(ANSWER_MS) });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  } catch (error) {
    if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) {
      return error.cause instanceof Error ? error.cause.message : error.message;
    }
    throw error;
  }
}

/** Repeats a job over HTTP while nobody answers; the job must bear being done twice. */
export async function persistently<T>(job: () => Promise<T>): Promise<T> {
  const until = Date.now() + OUTAGE_MS;
  for (;;) {
    try {
      return await job();
    } catch (error) {
      // What fetch throws when a connection is refused or breaks.
      if (!(error instanceof TypeError) || Date.now() > until) throw error;
      await sleep(1_000);
    }
  }
}

/**
 * Asks until there is something.
 * @param what names the thing for the fault, e.g. `the coordinator's invitation`
 */
export async function eventually<T>(what: string, look: () => Promise<T | null>, { everyMs = 400, withinMs = 120_000 } = {}): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > until) throw new DemoFault(`waited ${Math.round(withinMs / 1000)} s for ${what}`);
    await sleep(everyMs);
  }
}
