import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../process/replaceFile.js';
import { generateEc } from './certificate.js';
import type { CertificateAuthority } from './certificateAuthority.js';
import { openssl } from './openssl.js';

/** Answers for one authority whether a certificate was taken back (RFC 6960), by OpenSSL over the authority's own list. */
export class OcspResponder {
  private constructor(private readonly directory: string, private readonly authority: CertificateAuthority, private readonly opensslPath: string) {}

  static async open(directory: string, authority: CertificateAuthority, opensslPath: string): Promise<OcspResponder> {
    const own = join(directory, `ocsp-${authority.code}`);
    await mkdir(own, { recursive: true });
    if (!existsSync(join(own, 'responder.pem'))) {
      const keys = await generateEc();
      await replaceFile(join(own, 'responder.key'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
      const { pem } = await authority.issue({ subject: { commonName: `Trả lời trạng thái chứng thư mô phỏng ${authority.code}` }, publicKey: keys.publicKey, use: 'ocsp' });
      await replaceFile(join(own, 'responder.pem'), pem);
    }
    await replaceFile(join(own, 'authority.pem'), authority.certificate);
    return new OcspResponder(own, authority, opensslPath);
  }

  /** @param request DER OCSPRequest @returns DER OCSPResponse */
  async answer(request: Buffer): Promise<Buffer> {
    const at = (name: string): string => join(this.directory, name);
    const id = randomUUID();
    const [index, asked, given] = [at(`${id}.txt`), at(`${id}.req`), at(`${id}.resp`)];
    try {
      await writeFile(asked, request);
      await writeFile(index, this.#index());
      await openssl(this.opensslPath, ['ocsp', '-index', index, '-CA', at('authority.pem'), '-rsigner', at('responder.pem'), '-rkey', at('responder.key'), '-reqin', asked, '-respout', given, '-nmin', '10']);
      return await readFile(given);
    } finally {
      await Promise.all([index, asked, given].map((file) => rm(file, { force: true })));
    }
  }

  /** OpenSSL's own list: state, end of validity, revocation, serial, file, subject. The responder looks at state and serial only, but wants subjects to differ. */
  #index(): string {
    const short = (date: Date): string => `${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`;
    return this.authority.issued().map(({ serial }) => {
      const revocation = this.authority.revocation(serial);
      // A reason that OpenSSL has no word for is left out: with it the whole list would be unreadable.
      const why = revocation === null ? '' : `${short(revocation.revokedAt)}${revocation.reason === 'privilegeWithdrawn' ? '' : `,${revocation.reason}`}`;
      return `${revocation === null ? 'V' : 'R'}\t440101000000Z\t${why}\t${serial.toUpperCase()}\tunknown\t/CN=${serial}\n`;
    }).join('');
  }
}
