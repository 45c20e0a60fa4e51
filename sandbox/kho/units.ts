import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { Journal } from '../process/journal.js';
import type { AuthenticationRequest } from './wire.js';

export const unitInput = z.strictObject({ ma_don_vi: z.string().min(1).max(20), user_name: z.string().min(1).max(64), password: z.string().min(8).max(200) });

type Unit = { unit: string; userName: string; /** SHA-256 in hex: what the wire sends as the password. */ passwordHash: string };
export type Entry = { ok: true } | { ok: false; error: string; description: string };

/** Who may use the Kho. Tokens live in memory: a restart makes everyone ask for a new one, as real ones do. */
export class UnitBook {
  readonly #units = new Map<string, Unit>();
  readonly #tokens = new Map<string, { userName: string; expires: number }>();

  private constructor(private readonly journal: Journal<Unit>, private readonly tokenMs: number) {}

  static async open(directory: string, tokenMs: number): Promise<UnitBook> {
    const { journal, entries } = await Journal.open<Unit>(join(directory, 'units.jsonl'));
    const book = new UnitBook(journal, tokenMs);
    for (const unit of entries) book.#units.set(unit.userName, unit);
    return book;
  }

  /** Makes the account or gives it this password; the same again changes nothing. */
  async put({ ma_don_vi, user_name, password }: z.infer<typeof unitInput>): Promise<void> {
    const unit = { unit: ma_don_vi, userName: user_name, passwordHash: createHash('sha256').update(password).digest('hex') };
    const known = this.#units.get(user_name);
    if (known?.passwordHash === unit.passwordHash && known.unit === unit.unit) return;
    await this.journal.append(unit);
    this.#units.set(user_name, unit);
  }

  /** A token and when it ends, or null for a wrong account. */
  issueToken(userName: string, passwordHash: string): { token: string; expires: string } | null {
    if (this.#units.get(userName)?.passwordHash !== passwordHash) return null;
    const token = randomBytes(24).toString('base64url');
    const expires = Date.now() + this.tokenMs;
    this.#tokens.set(token, { userName, expires });
    return { token, expires: new Date(expires).toISOString() };
  }

  enter(request: AuthenticationRequest): Entry {
    const token = this.#tokens.get(request.token);
    if (token === undefined || token.expires <= Date.now() || token.userName !== request.user_name) {
      this.#tokens.delete(request.token);
      return { ok: false, error: 'TOKEN_KHONG_HOP_LE', description: 'Mã truy cập không đúng hoặc đã hết hạn.' };
    }
    const unit = this.#units.get(request.user_name);
    if (unit?.passwordHash !== request.password) return { ok: false, error: 'SAI_TAI_KHOAN', description: 'Tên đăng nhập hoặc mật khẩu không đúng.' };
    return unit.unit === request.ma_don_vi ? { ok: true } : { ok: false, error: 'SAI_DON_VI', description: 'Tài khoản không thuộc đơn vị này.' };
  }

  close(): Promise<void> {
    return this.journal.close();
  }
}
