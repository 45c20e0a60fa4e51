import { Worker } from 'node:worker_threads';

/** A workbook of a big school or the renditions of a class take a few seconds of CPU; two at once leave the machine to the pages. */
const AT_ONCE = 2;
const PATIENCE_MS = 60_000;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Builds bytes in a thread of its own, so that no page waits for them. Jobs beyond two queue up.
 * @param module the compiled worker beside the caller (`import.meta.url`), e.g. `./templateWorker.js`; threads load no TypeScript
 * @param input copied into the thread
 * @throws what the thread threw (its `name` and `code` come along, its class does not), or an error after a minute
 */
export async function buildInThread(module: string, callerUrl: string, input: unknown): Promise<Buffer> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => { waiting.push(resolve); });
  else running += 1;
  try {
    return await run(new URL(module, callerUrl), input);
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
