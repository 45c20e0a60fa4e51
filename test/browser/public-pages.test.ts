import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { row } from '../../db/connect.js';
import { inspectBothWidths } from '../support/browserInspect.js';
import { chromiumLaunchOptions } from '../support/chromium.js';
import { storeDepartmentKey, writeRealCards } from '../support/realCards.js';
import { seedProvince } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Web } from '../support/web.js';

describe('what parents and receivers of a card see, in a browser without scripts', () => {
  let web: Web;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let who: ReturnType<typeof staffing>;
  let classId: string;
  let card: { id: string; birth: string };
  before(async () => {
    web = await startWeb();
    const seeded = await seedProvince(web.owner, { cardState: (_class, school) => (school === 0 ? 'accepted' : 'drafted') });
    who = staffing(seeded);
    classId = seeded.classOf(who.school(0), who.classNames(0)[0]!);
    await writeRealCards(web.owner, classId);
    await storeDepartmentKey(web.owner, web.secret);
    card = (await row<typeof card>(web.owner, 'SELECT c.id, p.birth_date AS birth FROM report_card c JOIN expected_pupil p ON p.id = c.expected_pupil_id WHERE c.class_id = :classId ORDER BY c.id LIMIT 1', { classId }))!;
    browser = await chromium.launch(chromiumLaunchOptions());
    context = await browser.newContext({ javaScriptEnabled: false, locale: 'vi-VN', acceptDownloads: true, viewport: { width: 360, height: 800 } });
    page = await context.newPage();
  });
  after(async () => {
    await browser?.close();
    await web?.close();
  });

  /** The same address with scripts on, for the inspection alone. */
  async function inspected(url: string, name: string): Promise<void> {
    const other = await browser.newContext({ locale: 'vi-VN', storageState: await context.storageState() });
    const seen = await other.newPage();
    await seen.goto(url);
    await inspectBothWidths(seen, name);
    await other.close();
  }

  test('a card is looked up by its printed code and the date of birth', async () => {
    await page.goto(`${web.url}/dang-nhap`);
    await page.getByRole('link', { name: 'tra cứu học bạ số' }).click();
    await inspected(page.url(), 'look-up');
    await page.goto(`${web.url}/tra-cuu?ma=${card.id}`);
    await page.getByLabel('Ngày sinh của học sinh').fill(card.birth);
    await page.getByRole('button', { name: 'Tra cứu' }).click();
    await page.getByText('Còn giá trị').waitFor();
    assert.ok(await page.getByText('Phạm Thị Duyệt').isVisible());
    assert.ok(!page.url().includes(card.birth));
  });

  test('the clerk goes from the menu to a card and makes a link; a parent opens it and takes the PDF', async () => {
    const clerk = await web.as(who.at('clerk', 0));
    await context.addCookies([{ name: 'hub_session', value: clerk.cookie.replace('hub_session=', ''), url: web.url }]);
    await page.goto(web.url);
    await page.getByRole('link', { name: 'Học bạ của trường' }).click();
    await inspected(page.url(), 'cards of the school');
    await page.getByRole('link', { name: who.classNames(0)[0]!, exact: true }).click();
    await inspected(page.url(), 'cards of a class');
    await page.locator(`a[href="/hoc-ba/${card.id}/gui-phu-huynh"]`).click();
    await page.getByRole('button', { name: 'Tạo liên kết' }).click();
    const link = new URL((await page.locator('code.uuid').first().textContent())!);
    await inspected(page.url(), 'links of a card');
    await context.clearCookies();

    await page.goto(web.url + link.pathname);
    await inspected(page.url(), 'shared card');
    await page.getByLabel('Ngày sinh của học sinh').fill(card.birth);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Tải bản in (PDF)' }).click()]);
    assert.match(file.suggestedFilename(), /^hoc-ba-\d{4}-\d{4}\.pdf$/);
  });
});
