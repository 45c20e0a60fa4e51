import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { Pkcs12Fault, type Pkcs12FaultCode } from './fault.js';

/** `certificate` is the key's own, exact DER; the others are what came with it. */
export type OpenedPkcs12 = { key: KeyObject; certificate: Buffer; others: Buffer[] };
export type OpenerAnswer = { key: KeyObject; certificate: Uint8Array; others: Uint8Array[] } | { fault: Pkcs12FaultCode };

const PATIENCE_MS = 30_000;
/** Many people may hand files in, each of which costs a thread seconds: beyond two they wait for their turn. */
const AT_ONCE = 2;
const LARGEST_BYTES = 256 * 1024;

/**
 * Opens a soft certificate of an organisation: a school's seal or the Sở's. In a thread of its own, since deriving the keys of such a
 * file takes up to seconds and its sender decides how many; a thread that takes too long is ended. The key comes out as a `KeyObject`.
 * @param password as typed; Vietnamese is taken composed
 * @throws Pkcs12Fault
 */
export async function openPkcs12(file: Uint8Array, password: string): Promise<OpenedPkcs12> {
  if (file.length > LARGEST_BYTES) throw new Pkcs12Fault('not-pkcs12');
  if (running >= AT_ONCE) await new Promise<void>((resolve) => { waiting.push(resolve); });
  else running += 1;
  try {
    return await openInThread(file, password);
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

let running = 0;
const waiting: (() => void)[] = [];

async function openInThread(file: Uint8Array, password: string): Promise<OpenedPkcs12> {
  const worker = new Worker(new URL('./opener.js', import.meta.url), { workerData: { file, password: password.normalize('NFC') }, resourceLimits: { maxOldGenerationSizeMb: 128 } });
  try {
    const answer = await new Promise<OpenerAnswer>((resolve, reject) => {
      const timer = setTimeout(() => { reject(new Pkcs12Fault('too-slow')); }, PATIENCE_MS);
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => { clearTimeout(timer); reject(new Error(`the thread that opens certificates ended with ${code} and no answer`)); });
    });
    if ('fault' in answer) throw new Pkcs12Fault(answer.fault);
    return { key: answer.key, certificate: Buffer.from(answer.certificate), others: answer.others.map((one) => Buffer.from(one)) };
  } finally {
    await worker.terminate();
  }
}
