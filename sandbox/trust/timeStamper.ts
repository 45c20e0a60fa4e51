import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../process/replaceFile.js';
import { generateEc } from './certificate.js';
import type { CertificateAuthority } from './certificateAuthority.js';
import { openssl } from './openssl.js';

/** Our policy's number, in the arc that is kept for examples (X.660 §A.7). */
export const TIMESTAMP_POLICY = '2.999.3161.1';

/**
 * A time-stamping authority (RFC 3161): the answers are OpenSSL's own, so that what the hub reads with its code was not written by it.
 */
export class TimeStamper {
  #last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly directory: string, private readonly opensslPath: string) {}

  static async open(directory: string, authority: CertificateAuthority, opensslPath: string): Promise<TimeStamper> {
    const at = (name: string): string => join(directory, name);
    if (!existsSync(at('tsa.pem'))) {
      const keys = await generateEc();
      await replaceFile(at('tsa.key'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
      const { pem } = await authority.issue({ subject: { commonName: 'Dịch vụ dấu thời gian mô phỏng', organisation: 'Dịch vụ tin cậy mô phỏng' }, publicKey: keys.publicKey, use: 'timestamp' });
      // Last: its presence says that the key is there too.
      await replaceFile(at('tsa.pem'), pem);
    }
    await mendSerial(at('tsa.serial'));
    await replaceFile(at('tsa.cnf'), `
[tsa]
default_tsa = hub
[hub]
serial = ${at('tsa.serial')}
signer_cert = ${at('tsa.pem')}
signer_key = ${at('tsa.key')}
signer_digest = sha256
default_policy = ${TIMESTAMP_POLICY}
digests = sha256, sha384, sha512
accuracy = secs:1
clock_precision_digits = 3
ess_cert_id_alg = sha256
`);
    return new TimeStamper(directory, opensslPath);
  }

  /** @param query DER TimeStampReq @returns DER TimeStampResp, a refusal inside it when the query is none. One at a time: the serial number is a file. */
  answer(query: Buffer): Promise<Buffer> {
    const answering = this.#last.then(() => this.#answer(query));
    this.#last = answering.catch(() => undefined);
    return answering;
  }

  async #answer(query: Buffer): Promise<Buffer> {
    const [asked, given] = [join(this.directory, `${randomUUID()}.tsq`), join(this.directory, `${randomUUID()}.tsr`)];
    try {
      await writeFile(asked, query);
      await openssl(this.opensslPath, ['ts', '-reply', '-config', join(this.directory, 'tsa.cnf'), '-queryfile', asked, '-out', given]);
      return await readFile(given);
    } finally {
      await Promise.all([rm(asked, { force: true }), rm(given, { force: true })]);
    }
  }
}

/**
 * OpenSSL empties the file before it writes the next number: killed in between it leaves one that it never reads again. The new number
 * is the clock's, above every one that was counted up before.
 */
async function mendSerial(path: string): Promise<void> {
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (kept !== null && /^(?:[0-9A-F]{2})+\s*$/i.test(kept)) return;
  const hex = Date.now().toString(16).toUpperCase();
  await replaceFile(path, `${hex.length % 2 === 0 ? '' : '0'}${hex}\n`);
}
