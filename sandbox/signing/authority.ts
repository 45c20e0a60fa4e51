import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { replaceFile } from '../process/replaceFile.js';
import { generateRsa, issueCertificate, type IssuedCertificate, type Issuer, type KeyPair, type Subject } from './certificate.js';
import type { certificateInput } from './messages.js';

/** The sandbox's certificate authority: one root, made at the first start and kept under SIGNING_DIR. */
export class Authority {
  private constructor(private readonly issuer: Issuer) {}

  /** Also writes `anchors.pem`, which the hub is pointed to; `HUB_MODE=production` refuses it. */
  static async open(directory: string): Promise<Authority> {
    const path = join(directory, 'authority.json');
    const subject: Subject = { commonName: 'Chứng thư gốc mô phỏng', organisation: 'Dịch vụ ký số mô phỏng' };
    const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    const stored = kept === null ? await makeRoot(path, subject) : JSON.parse(kept) as StoredRoot;
    await replaceFile(join(directory, 'anchors.pem'), stored.certificate);
    return new Authority({ subject, privateKey: createPrivateKey(stored.privateKey) });
  }

  async issue(subject: Subject): Promise<IssuedCertificate & { privateKey: KeyPair['privateKey'] }> {
    const keys = await generateRsa(2048);
    return { ...(await issueCertificate(subject, keys.publicKey, this.issuer)), privateKey: keys.privateKey };
  }

  /** A certificate with its key, for the one key that the hub may hold: the Sở's packet certificate. */
  async issueSoft({ commonName, uid, organisation }: z.infer<typeof certificateInput>): Promise<{ certificate: string; privateKey: string; fingerprint: string; serial: string }> {
    const issued = await this.issue({ commonName, uid, ...(organisation === undefined ? {} : { organisation }) });
    return {
      certificate: issued.pem,
      privateKey: issued.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      fingerprint: issued.fingerprint,
      serial: issued.serial,
    };
  }
}

type StoredRoot = { certificate: string; privateKey: string };

async function makeRoot(path: string, subject: Subject): Promise<StoredRoot> {
  const keys = await generateRsa(3072);
  const root = await issueCertificate(subject, keys.publicKey, { subject, privateKey: keys.privateKey });
  const stored = { certificate: root.pem, privateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  await replaceFile(path, JSON.stringify(stored));
  return stored;
}
