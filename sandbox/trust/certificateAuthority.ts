import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Journal } from '../process/journal.js';
import { replaceFile } from '../process/replaceFile.js';
import { generateEc, issueCertificate, type CertificateUse, type IssuedCertificate, type Issuer, type Subject } from './certificate.js';
import { writeCrl, type Revocation, type RevocationReason } from './crl.js';

type StoredRoot = { certificate: string; privateKey: string };
type AuthorityEvent =
  | { type: 'issued'; serial: string; fingerprint: string; commonName: string; at: string }
  | { type: 'revoked'; serial: string; revokedAt: string; reason: RevocationReason; invalidAt: string | null; at: string }
  | { type: 'lifted'; serial: string; at: string }
  | { type: 'crl'; number: number };

export type IssuedEntry = { serial: string; fingerprint: string; commonName: string; at: string };
export type RevocationInput = { serial: string; revokedAt: Date; reason: RevocationReason; invalidAt: Date | null };
export type CurrentCrl = { der: Buffer; number: number; thisUpdate: Date; nextUpdate: Date };

/** One of the sandbox's certificate authorities: a root key that issues directly, what it issued, what it took back. */
export class CertificateAuthority {
  readonly #issued = new Map<string, IssuedEntry>();
  readonly #revoked = new Map<string, Revocation>();
  #crlNumber = 0;
  #current: CurrentCrl | null = null;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly code: string, readonly certificate: string,
    private readonly issuer: Issuer, private readonly journal: Journal<AuthorityEvent>, private readonly crlMs: number,
  ) {}

  /** @param crlMs how long one CRL holds; the next one comes at half of it */
  static async open(input: { code: string; directory: string; subject: Subject; crlMs: number }): Promise<CertificateAuthority> {
    const path = join(input.directory, `authority-${input.code}.json`);
    const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    const stored = kept === null ? await makeRoot(path, input.subject) : JSON.parse(kept) as StoredRoot;
    const { journal, entries } = await Journal.open<AuthorityEvent>(join(input.directory, `authority-${input.code}.jsonl`));
    const authority = new CertificateAuthority(input.code, stored.certificate, { subject: input.subject, privateKey: createPrivateKey(stored.privateKey) }, journal, input.crlMs);
    for (const entry of entries) authority.#apply(entry);
    return authority;
  }

  get commonName(): string {
    return this.issuer.subject.commonName;
  }

  issued(): IssuedEntry[] {
    return [...this.#issued.values()];
  }

  revocation(serial: string): Revocation | null {
    return this.#revoked.get(serial) ?? null;
  }

  async issue(input: { subject: Subject; publicKey: KeyObject; use: CertificateUse; validity?: { from: Date; to: Date } }): Promise<IssuedCertificate> {
    // A name that resolves nowhere: whoever calls what a certificate says would be seen to fail.
    const issued = await issueCertificate({ ...input, issuer: this.issuer, crlAddress: `http://crl-${this.code}.mo-phong.invalid/${this.code}.crl` });
    await this.#record({ type: 'issued', serial: issued.serial, fingerprint: issued.fingerprint, commonName: input.subject.commonName, at: new Date().toISOString() });
    return issued;
  }

  /** Takes a certificate back and says so in a CRL of this moment. @returns false when this authority never issued it; revoking again changes nothing */
  async revoke({ serial, revokedAt, reason, invalidAt }: RevocationInput): Promise<boolean> {
    if (!this.#issued.has(serial)) return false;
    // A hold may become a revocation for good.
    if (!this.#revoked.has(serial) || this.#revoked.get(serial)?.reason === 'certificateHold') {
      await this.#record({ type: 'revoked', serial, revokedAt: revokedAt.toISOString(), reason, invalidAt: invalidAt?.toISOString() ?? null, at: new Date().toISOString() });
      await this.nextCrl();
    }
    return true;
  }

  /** Takes a hold back and says so in a CRL of this moment. @returns false when none was on */
  async lift(serial: string): Promise<boolean> {
    if (this.#revoked.get(serial)?.reason !== 'certificateHold') return false;
    await this.#record({ type: 'lifted', serial, at: new Date().toISOString() });
    await this.nextCrl();
    return true;
  }

  /** The CRL that holds now; a new one when half of the last one's time is over. */
  async crl(): Promise<CurrentCrl> {
    const current = this.#current;
    return current !== null && Date.now() < current.thisUpdate.getTime() + this.crlMs / 2 ? current : this.nextCrl();
  }

  /** Issues the next CRL at once. One after the other: a number stands for one list. */
  nextCrl(): Promise<CurrentCrl> {
    const writing = this.#writing.then(() => this.#writeCrl());
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  async #writeCrl(): Promise<CurrentCrl> {
    const number = this.#crlNumber + 1;
    await this.#record({ type: 'crl', number });
    // Whole seconds, as the list says them.
    const thisUpdate = new Date(Math.floor(Date.now() / 1000) * 1000);
    const nextUpdate = new Date(thisUpdate.getTime() + this.crlMs);
    this.#current = { der: await writeCrl({ issuer: this.issuer, number, thisUpdate, nextUpdate, revoked: [...this.#revoked.values()] }), number, thisUpdate, nextUpdate };
    return this.#current;
  }

  async #record(event: AuthorityEvent): Promise<void> {
    await this.journal.append(event);
    this.#apply(event);
  }

  #apply(event: AuthorityEvent): void {
    switch (event.type) {
      case 'issued': this.#issued.set(event.serial, event); return;
      case 'revoked':
        this.#revoked.set(event.serial, { serial: event.serial, revokedAt: new Date(event.revokedAt), reason: event.reason, invalidAt: event.invalidAt === null ? null : new Date(event.invalidAt) });
        return;
      case 'lifted': this.#revoked.delete(event.serial); return;
      case 'crl': this.#crlNumber = event.number;
    }
  }
}

async function makeRoot(path: string, subject: Subject): Promise<StoredRoot> {
  const keys = await generateEc();
  const root = await issueCertificate({ subject, publicKey: createPublicKey(keys.privateKey), issuer: { subject, privateKey: keys.privateKey }, use: 'authority' });
  const stored = { certificate: root.pem, privateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  await replaceFile(path, JSON.stringify(stored));
  return stored;
}
