import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { pkcs12Contents } from './contents.js';
import { Pkcs12Fault } from './fault.js';
import type { OpenerAnswer } from './open.js';

/** The thread of `openPkcs12`: opens one file, answers and ends. */
const { file, password } = workerData as { file: Uint8Array; password: string };

function open(): OpenerAnswer {
  const { keys, certificates } = pkcs12Contents(Buffer.from(file), password);
  const [der] = keys;
  if (der === undefined) throw new Pkcs12Fault('no-key');
  if (keys.length > 1) throw new Pkcs12Fault('several-keys');
  const key = keyOf(der);
  der.fill(0);
  const own = certificates.findIndex((certificate) => belongs(certificate, key));
  const certificate = certificates[own];
  if (certificate === undefined) throw new Pkcs12Fault('no-certificate');
  return { key, certificate, others: certificates.filter((_, place) => place !== own) };
}

function keyOf(der: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch {
    throw new Pkcs12Fault('unsupported');
  }
}

function belongs(der: Buffer, key: KeyObject): boolean {
  try {
    return new X509Certificate(der).checkPrivateKey(key);
  } catch {
    // Not readable, so not the key's: the file may carry certificates of others beside it.
    return false;
  }
}

try {
  parentPort?.postMessage(open());
} catch (fault) {
  if (!(fault instanceof Pkcs12Fault)) throw fault;
  parentPort?.postMessage({ fault: fault.code } satisfies OpenerAnswer);
}
