import type { z } from 'zod';
import { generateRsa, type KeyPair, type Subject } from '../trust/certificate.js';
import { issuedCertificate, type certificateInput } from './messages.js';

export type Issued = { certificate: string; fingerprint: string; serial: string };

/** Where the signing service gets certificates for the keys it keeps: the sandbox's trust services, which never see a private key. */
export class Authority {
  /** @param url origin of the trust services, e.g. `http://127.0.0.1:7304` */
  constructor(private readonly url: string) {}

  /** @param makeKey default: a key of its own; `KeyMint` for many at once */
  async issue(subject: Subject, makeKey: () => Promise<KeyPair> = () => generateRsa(2048)): Promise<Issued & { privateKey: KeyPair['privateKey'] }> {
    const keys = await makeKey();
    const response = await fetch(new URL('/sandbox/certificates', this.url), {
      method: 'POST', headers: { 'content-type': 'application/json' }, redirect: 'error', signal: AbortSignal.timeout(ISSUED_WITHIN_MS),
      body: JSON.stringify({ subject, publicKey: keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }),
    });
    if (!response.ok) throw new Error(`the trust services issued no certificate: HTTP ${response.status}`);
    return { ...issuedCertificate.parse(await response.json()), privateKey: keys.privateKey };
  }

  /** A certificate with its key, for the one key that the hub may hold: the Sở's packet certificate. */
  async issueSoft({ commonName, uid, organisation }: z.infer<typeof certificateInput>): Promise<Issued & { privateKey: string }> {
    const { privateKey, ...issued } = await this.issue({ commonName, uid, ...(organisation === undefined ? {} : { organisation }) });
    return { ...issued, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  }
}

const ISSUED_WITHIN_MS = 60_000;
