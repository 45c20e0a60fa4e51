import { Worker } from 'node:worker_threads';
import { Refused } from './refused.js';

/** A workbook of a big school or the renditions of a class take a few seconds of CPU; two at once leave the machine to the pages. */
const AT_ONCE = 2;
const PATIENCE_MS = 60_000;

/** Whose file is made or waits: nobody fills the line alone, and the line does not grow without end. */
const MOST_OF_ONE = 3;
const MOST_WAITING = 40;

let running = 0;
const waiting: (() => void)[] = [];
const owners = new Map<string, number>();

/**
 * Builds bytes in a thread of its own, so that no page waits for them. Jobs beyond two queue up.
 * @param module the compiled worker beside the caller (`import.meta.url`), e.g. `./templateWorker.js`; threads load no TypeScript
 * @param input copied into the thread
 * @param owner for whom: an account, or the card whose link somebody opened without one
 * @throws Refused `files-busy` when the owner has three files under way or the line is full; what the thread threw (its `name` and `code`
 *   come along, its class does not); an error after a minute
 */
export async function buildInThread(module: string, callerUrl: string, input: unknown, owner: string): Promise<Buffer> {
  const own = owners.get(owner) ?? 0;
  if (own >= MOST_OF_ONE || waiting.length >= MOST_WAITING) throw new Refused('files-busy');
  owners.set(owner, own + 1);
  try {
    return await inTurn(() => run(new URL(module, callerUrl), input));
  } finally {
    const left = owners.get(owner)! - 1;
    if (left === 0) owners.delete(owner);
    else owners.set(owner, left);
  }
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => { waiting.push(resolve); });
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function run(url: URL, input: unknown): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { workerData: input });
    const timer = setTimeout(() => { reject(new Error('a file took longer than a minute to make')); void worker.terminate(); }, PATIENCE_MS);
    worker.once('message', (bytes: Uint8Array) => { resolve(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)); });
    worker.once('error', reject);
    worker.once('exit', (code) => { clearTimeout(timer); reject(new Error(`a thread that makes files ended with ${code} and no answer`)); });
  });
}
