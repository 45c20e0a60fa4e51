import assert from 'node:assert/strict';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { landing } from './browserMail.js';
import { watchPage, type Complaints } from './browserWatch.js';
import { chromiumLaunchOptions } from './chromium.js';
import type { RunningHub } from './hub.js';
import type { Province, Staff } from '../../sandbox/province/province.js';

export type Town = { hub: string; mailbox: string; signing: string; province: Province };
export type SeatOptions = { width?: 360 | 1280; javaScript?: boolean; signedIn?: boolean };
/** One person at one browser. `complaints` collects what the console, the page's policy or a foreign request brings up. */
export type Seat = { context: BrowserContext; page: Page; complaints: Complaints };

export const PASSWORD = 'mot cau de nho khi mo phong';
const HEIGHTS = { 360: 740, 1280: 860 } as const;

export const townOf = (hub: RunningHub, province: Province): Town => ({
  hub: hub.env['api']!['HUB_BASE_URL']!, mailbox: `http://127.0.0.1:${hub.ports.mailboxHttp}`, signing: hub.env['api']!['SIGNING_URL']!, province,
});

/** Everybody of a province, each at a browser of their own. Accounts are made as people make them: by the invitation in the mailbox. */
export class Crowd {
  readonly #cookies = new Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>();

  private constructor(readonly browser: Browser, readonly town: Town) {}

  static async gather(town: Town): Promise<Crowd> {
    return new Crowd(await chromium.launch(chromiumLaunchOptions()), town);
  }

  staff(code: string): Staff {
    const found = this.town.province.staff.find((one) => one.code === code);
    if (found === undefined) throw new Error(`nobody is ${code}`);
    return found;
  }

  /** A seat for a member of staff; signed in unless told otherwise. The first time that is by the invitation. */
  async seat(code: string, { width = 1280, javaScript = true, signedIn = true }: SeatOptions = {}): Promise<Seat> {
    const seat = await this.open(width, { javaScriptEnabled: javaScript });
    if (!signedIn) return seat;
    const known = this.#cookies.get(code);
    if (known === undefined) {
      await this.acceptInvitation(seat, code);
      this.#cookies.set(code, await seat.context.cookies());
    } else {
      await seat.context.addCookies(known);
    }
    return seat;
  }

  /** Lets a person choose a password without looking on, for stories in which they sign in by hand. */
  async prepareAccount(code: string): Promise<void> {
    if (this.#cookies.has(code)) return;
    await (await this.seat(code)).context.close();
  }

  async open(width: 360 | 1280, options: BrowserContextOptions = {}): Promise<Seat> {
    const context = await this.browser.newContext({
      viewport: { width, height: HEIGHTS[width] }, deviceScaleFactor: width === 360 ? 2 : 1, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh', acceptDownloads: true, ...options,
    });
    context.setDefaultTimeout(20_000);
    const complaints: Complaints = [];
    context.on('page', (page) => { watchPage(page, complaints); });
    return { context, page: await context.newPage(), complaints };
  }

  async acceptInvitation({ page }: Seat, code: string): Promise<void> {
    await landing(page, this.town, { to: this.staff(code).email, subject: /^Đặt mật khẩu/ });
    await choosePassword(page);
  }

  /** Leaves the seat; whatever a page complained about during the visit fails the story. */
  async leave(seat: Seat): Promise<void> {
    await seat.context.close();
    assert.deepEqual(seat.complaints, []);
  }

  /** What stands on every open page, for a story that failed. */
  async view(): Promise<string> {
    const pages = this.browser.contexts().flatMap((context) => context.pages());
    const texts = await Promise.all(pages.map(async (page) => `${page.url()}\n${(await page.evaluate('document.body.innerText').catch(String) as string).slice(0, 1_500)}`));
    return texts.join('\n----\n');
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** On the page of a one-time link. The user name offered there is the person's address. */
export async function choosePassword(page: Page, userName?: string): Promise<void> {
  if (userName !== undefined) await page.getByLabel('Tên đăng nhập').fill(userName);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Nhập lại mật khẩu').fill(PASSWORD);
  await page.getByRole('button', { name: 'Đặt mật khẩu và vào hệ thống' }).click();
  await page.getByRole('button', { name: 'Đăng xuất' }).waitFor();
}

export async function signInByHand(page: Page, userName: string): Promise<void> {
  await page.getByLabel('Tên đăng nhập').fill(userName);
  await page.getByLabel('Mật khẩu').fill(PASSWORD);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
}
