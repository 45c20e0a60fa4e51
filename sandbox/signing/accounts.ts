import { createPrivateKey, randomBytes, scrypt, timingSafeEqual, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Journal } from '../process/journal.js';
import type { Authority } from './authority.js';
import { KeyMint } from './keyMint.js';
import type { AccountInput } from './messages.js';

type StoredAccount = Omit<AccountInput, 'pin'> & {
  pinSalt: string;
  pinHash: string;
  certificate: string;
  fingerprint: string;
  serial: string;
  privateKey: string;
  createdAt: string;
};
type AccountEvent =
  | { type: 'account'; account: StoredAccount }
  | { type: 'renewed'; account: string; certificate: string; fingerprint: string; serial: string; privateKey: string; at: string }
  | { type: 'pin'; account: string; right: boolean; at: string };

type Account = StoredAccount & { key: KeyObject; wrongPins: number; lockedUntil: number };

export type AccountView = { account: string; certificate: string; fingerprint: string; serial: string };
export type PinVerdict = { right: true } | { right: false; attemptsLeft: number } | { right: false; lockedUntil: string };

const PIN_ATTEMPTS = 3;

/** The accounts with their keys; a key never leaves this class except into the signer, or an organisation's into the file it asked for. */
export class AccountBook {
  readonly #accounts = new Map<string, Account>();
  readonly #mint = new KeyMint();
  readonly #making = new Map<string, Promise<Account>>();

  private constructor(private readonly journal: Journal<AccountEvent>, private readonly authority: Authority, private readonly lockMs: number) {}

  static async open(directory: string, authority: Authority, lockMs: number): Promise<AccountBook> {
    const { journal, entries } = await Journal.open<AccountEvent>(join(directory, 'accounts.jsonl'));
    const book = new AccountBook(journal, authority, lockMs);
    for (const entry of entries) book.#apply(entry);
    return book;
  }

  codes(): string[] {
    return [...this.#accounts.keys()].sort();
  }

  view(code: string): AccountView | null {
    const account = this.#accounts.get(code);
    return account === undefined ? null : { account: code, certificate: account.certificate, fingerprint: account.fingerprint, serial: account.serial };
  }

  keyOf(code: string): KeyObject {
    const account = this.#accounts.get(code);
    if (account === undefined) throw new Error(`account ${code} does not exist`);
    return account.key;
  }

  /** An organisation's key with its certificate (PEM); null for persons, whose keys stay here. */
  softOf(code: string): { key: KeyObject; certificate: string } | null {
    const account = this.#accounts.get(code);
    return account === undefined || account.kind !== 'organisation' ? null : { key: account.key, certificate: account.certificate };
  }

  /** Makes the account, or answers the one made before; null when that one was made with other details. */
  async ensure(input: AccountInput): Promise<AccountView | null> {
    const before = this.#accounts.get(input.account) ?? await this.#making.get(input.account);
    if (before === undefined) {
      const making = this.#make(input).finally(() => this.#making.delete(input.account));
      this.#making.set(input.account, making);
      await making;
    } else if (!sameDetails(before, input) || !(await pinMatches(before, input.pin))) {
      return null;
    }
    return this.view(input.account);
  }

  /** A new key with a new certificate for an account whose old one is of no use any more; null when there is no such account. */
  async renew(code: string): Promise<AccountView | null> {
    const account = this.#accounts.get(code);
    if (account === undefined) return null;
    const { commonName, uid, organisation } = account;
    const { certificate, fingerprint, serial, privateKey } = await this.authority.issue({ commonName, uid, ...(organisation === undefined ? {} : { organisation }) });
    await this.#record({ type: 'renewed', account: code, certificate, fingerprint, serial, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, at: new Date().toISOString() });
    return this.view(code);
  }

  lockedUntil(code: string): string | null {
    const until = this.#accounts.get(code)?.lockedUntil ?? 0;
    return until > Date.now() ? new Date(until).toISOString() : null;
  }

  /** Three wrong PINs lock the account for a while; the count is on disk, so a restart does not open it. */
  async checkPin(code: string, pin: string): Promise<PinVerdict> {
    const account = this.#accounts.get(code);
    if (account === undefined) throw new Error(`account ${code} does not exist`);
    const locked = this.lockedUntil(code);
    if (locked !== null) return { right: false, lockedUntil: locked };
    const right = await pinMatches(account, pin);
    if (!right || account.wrongPins > 0) await this.#record({ type: 'pin', account: code, right, at: new Date().toISOString() });
    if (right) return { right };
    const now = this.lockedUntil(code);
    return now === null ? { right, attemptsLeft: PIN_ATTEMPTS - account.wrongPins } : { right, lockedUntil: now };
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  async #make({ pin, ...input }: AccountInput): Promise<Account> {
    const pinSalt = randomBytes(16).toString('hex');
    const { commonName, uid, organisation } = input;
    const issued = await this.authority.issue({ commonName, uid, ...(organisation === undefined ? {} : { organisation }) }, () => this.#mint.key());
    await this.#record({
      type: 'account',
      account: {
        ...input,
        pinSalt,
        pinHash: (await hashPin(pin, pinSalt)).toString('hex'),
        certificate: issued.certificate,
        fingerprint: issued.fingerprint,
        serial: issued.serial,
        privateKey: issued.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
        createdAt: new Date().toISOString(),
      },
    });
    return this.#accounts.get(input.account) as Account;
  }

  async #record(event: AccountEvent): Promise<void> {
    await this.journal.append(event);
    this.#apply(event);
  }

  #apply(event: AccountEvent): void {
    if (event.type === 'account') {
      this.#accounts.set(event.account.account, { ...event.account, key: createPrivateKey(event.account.privateKey), wrongPins: 0, lockedUntil: 0 });
      return;
    }
    const account = this.#accounts.get(event.account);
    if (account === undefined) throw new Error('the accounts journal changes an account it does not hold');
    if (event.type === 'renewed') {
      const { certificate, fingerprint, serial, privateKey } = event;
      Object.assign(account, { certificate, fingerprint, serial, privateKey, key: createPrivateKey(privateKey) });
      return;
    }
    account.wrongPins = event.right ? 0 : account.wrongPins + 1;
    if (account.wrongPins >= PIN_ATTEMPTS) {
      account.lockedUntil = Date.parse(event.at) + this.lockMs;
      account.wrongPins = 0;
    }
  }
}

const sameDetails = (stored: StoredAccount, input: AccountInput): boolean =>
  stored.kind === input.kind && stored.commonName === input.commonName && stored.uid === input.uid && stored.organisation === input.organisation;

/** Cheap on purpose (a stand-in makes many at once), yet no PIN stands readable on disk. */
const hashPin = (pin: string, salt: string): Promise<Buffer> =>
  promisify<string, string, number, { N: number }, Buffer>(scrypt)(pin, salt, 32, { N: 4_096 });

const pinMatches = async (account: StoredAccount, pin: string): Promise<boolean> =>
  timingSafeEqual(await hashPin(pin, account.pinSalt), Buffer.from(account.pinHash, 'hex'));
