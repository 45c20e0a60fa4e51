import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Knex } from 'knex';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { hashPassword } from '../../api/auth/password.js';
import { inspectBothWidths } from '../support/browserInspect.js';
import { chromiumLaunchOptions } from '../support/chromium.js';
import { giveCertificates } from '../support/schoolWork.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { startWeb, type Web } from '../support/web.js';

const PASSWORD = 'mot cau de nho';

/** A units workbook that was read and waits for the coordinator, with a difference of every kind. */
async function waitingUnits(owner: Knex, uploadedBy: string): Promise<string> {
  const id = randomUUID();
  const names = { name: 'Sùng Thị Mỷ Hạnh Phương', unitName: 'Trường Phổ thông dân tộc bán trú Tiểu học Nậm Khắt Thượng' };
  const one = (role: string) => ({ grantId: randomUUID(), personId: randomUUID(), role, ...names });
  await owner('upload').insert({ id, kind: 'units', format: 'xlsx', uploaded_by: uploadedBy, file_name: 'danh-muc-nhan-su-thang-11.xlsx', bytes: Buffer.from('x'), sha256: '0'.repeat(64) });
  await owner('upload_reading').insert({
    upload_id: id, state: 'waiting', read_at: new Date(), summary: JSON.stringify({ schools: 3, staff: 41 }), content: '{}',
    differences: JSON.stringify({
      added: [{ what: 'person', name: names.name, detail: null }, { what: 'role', name: names.name, detail: `clerk/${names.unitName}` }], again: [{ name: names.name, role: 'clerk', unitName: names.unitName }],
      changed: [{ name: names.name, field: 'Thư điện tử', from: 'mot-dia-chi-rat-dai.cua-nha-truong@truong-tieu-hoc.example', to: 'khac@truong.example' }],
      gone: [one('clerk'), one('homeroom')], heads: [{ grantId: randomUUID(), schoolCode: '1', schoolName: names.unitName, current: names.name, named: 'Lò Văn Ánh' }],
    }),
  });
  return id;
}

describe('the pages of the Sở in a browser', () => {
  let web: Web;
  let seeded: Seeded;
  let browser: Browser;
  let base: string;
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: (_class, school) => (school === 0 ? 'accepted' : 'drafted'), dueHours: [-30, 2, 3, 4] });
    base = `/dot/${seeded.campaignId}`;
    const { person_id } = await web.owner('role_grant').where({ role: 'coordinator' }).first<{ person_id: string }>();
    await web.owner('account').insert({ person_id, user_name: 'chuyenvien', password_hash: await hashPassword(PASSWORD) });
    browser = await chromium.launch(chromiumLaunchOptions());
  });
  after(async () => {
    await browser?.close();
    await web?.close();
  });

  /** Signs in by hand, as people do. */
  async function signedIn(options: { javaScriptEnabled?: boolean; width?: number } = {}): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
    const context = await browser.newContext({ javaScriptEnabled: options.javaScriptEnabled ?? true, viewport: { width: options.width ?? 1280, height: 800 }, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh' });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${web.url}${base}`);
    await page.getByLabel('Tên đăng nhập').fill('chuyenvien');
    await page.getByLabel('Mật khẩu').fill(PASSWORD);
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await page.waitForURL(`${web.url}${base}`);
    return { page, context, complaints };
  }

  const extend = async (page: Page): Promise<void> => {
    await page.goto(`${web.url}${base}/truong/${seeded.province.schools[1]!.code}`);
    await page.getByText('Gia hạn', { exact: true }).first().click();
    const form = page.getByRole('form', { name: 'Gia hạn' });
    await form.getByLabel('Hạn mới').fill('2099-06-20T17:00');
    await form.getByLabel('Lí do').fill('Đường vào bản bị sạt lở');
    await form.getByRole('button', { name: 'Gia hạn' }).click();
  };

  test('a decision that waits for a worker says so, and the page tells the outcome by itself', async () => {
    const { page, context, complaints } = await signedIn();
    await extend(page);
    await page.getByText('đã ghi nhận, đang xử lý').waitFor();
    web.startWorker();
    await page.getByText('đã làm xong').waitFor({ timeout: 15_000 });
    await page.getByText('Gia hạn (1)').click();
    await page.getByText('Đường vào bản bị sạt lở').waitFor();
    assert.deepEqual(complaints, [], 'neither the policy of the page nor a script complains');
    await context.close();
  });

  test('signing in, extending a deadline and opening a list work with JavaScript off', async () => {
    const { page, context } = await signedIn({ javaScriptEnabled: false });
    await extend(page);
    // The same deadline again is no later than the one before.
    await page.getByText('Hạn mới phải muộn hơn hạn hiện tại').first().waitFor();
    assert.equal(await page.getByRole('form', { name: 'Gia hạn' }).getByLabel('Lí do').inputValue(), 'Đường vào bản bị sạt lở');
    await page.goto(`${web.url}${base}`);
    await page.getByRole('link', { name: /Kho đã tiếp nhận/ }).first().click();
    await page.getByRole('heading', { name: 'Danh sách học bạ' }).waitFor();
    await context.close();
  });

  test('at 360 px the certificate of a signature stands in lines one can read', async () => {
    const { page, context } = await signedIn({ width: 360 });
    await giveCertificates(web.owner);
    const { id: cardId, school_code: school, class_id } = await web.owner('report_card').where({ state: 'accepted' }).first<{ id: string; school_code: string; class_id: string }>();
    const { person_id: personId } = await web.owner('role_grant').where({ role: 'homeroom', school_code: school }).first<{ person_id: string }>();
    const [decisionId, batchId] = [randomUUID(), randomUUID()];
    await web.owner('decision').insert({ id: decisionId, act: 'review_class', actor_id: personId, province_code: seeded.province.code, payload: '{}', workflow_id: 'x', outcome: 'done', outcome_at: new Date() });
    await web.owner('signature_batch').insert({
      id: batchId, campaign_id: seeded.campaignId, school_code: school, role: 'teacher', person_id: personId, decision_id: decisionId, account: 'x', certificate_id: (await web.owner('certificate').first<{ id: string }>('id')).id,
      state: 'attached', created_at: new Date(), expires_at: new Date(), prepared_at: new Date(), attached_at: new Date(),
    });
    await web.owner('signature_item').insert({ batch_id: batchId, card_id: cardId, class_id, state: 'attached' });
    await page.goto(`${web.url}/hoc-ba/${cardId}`);
    const cell = page.locator('td[data-label="Chứng thư"]').first();
    const widths = await Promise.all((await cell.locator('code').all()).map(async (one) => (await one.boundingBox())!.width));
    assert.equal(widths.length, 2);
    for (const width of widths) assert.ok(width > 90, `a number is ${width} px wide`);
    assert.ok((await cell.boundingBox())!.height < 130, 'not a column of slivers');
    await context.close();
  });

  test('on a phone, without JavaScript, a pupil who was taken out by mistake is brought back from the class’s page', async () => {
    web.startWorker();
    const left = await web.owner('expected_pupil').where({ status: 'expected', school_code: seeded.province.schools[1]!.code }).orderBy('pupil_code').first<{ id: string; class_id: string; full_name: string }>();
    await web.owner('report_card').where({ expected_pupil_id: left.id }).update({ state: 'superseded' });
    await web.owner('expected_pupil').where({ id: left.id }).update({ status: 'excluded', reason: 'drop_out', reason_note: 'Đơn số 3' });
    const { page, context } = await signedIn({ width: 360, javaScriptEnabled: false });
    await page.goto(`${web.url}${base}/lop/${left.class_id}`);
    await page.getByRole('link', { name: `Ghi lại ${left.full_name}` }).click();
    const form = page.getByRole('form', { name: 'Ghi học sinh chuyển đến hoặc bị sót' });
    assert.equal(await form.getByLabel('Họ và tên').inputValue(), left.full_name);
    await form.getByLabel('Minh chứng').fill('Nhầm với em cùng tên lớp bên');
    await form.getByLabel('Dân tộc').fill('Ba Na');
    await form.getByRole('button', { name: 'Ghi học sinh vào lớp' }).click();
    await page.waitForURL(/quyet-dinh=/);
    assert.equal(await page.getByText('Nhầm với em cùng tên lớp bên').count(), 1);
    assert.equal(await page.getByRole('link', { name: `Ghi lại ${left.full_name}` }).count(), 0);
    await context.close();
    const other = await signedIn();
    await other.page.goto(`${web.url}${base}/lop/${left.class_id}`);
    await other.page.getByText('Ghi học sinh chuyển đến hoặc bị sót').first().click();
    await other.page.evaluate(`document.querySelectorAll('form').forEach((form) => { form.noValidate = true; })`);
    await other.page.getByRole('button', { name: 'Ghi học sinh vào lớp' }).click();
    await other.page.getByText('Chọn lí do ghi thêm').first().waitFor();
    await inspectBothWidths(other.page, 'the form with its faults');
    await other.page.goto(`${web.url}${base}/tong-ket`);
    await inspectBothWidths(other.page, 'the closing report with who came and left');
    await other.context.close();
  });

  test('at 360 px no page scrolls sideways, every field has its label and every page one heading', async () => {
    const { page, context } = await signedIn({ width: 360 });
    const { id: cardId, class_id: classId } = await web.owner('report_card').where({ state: 'accepted' }).first<{ id: string; class_id: string }>();
    const paths = ['', '/danh-sach?muc=expected', '/qua-han', `/truong/${seeded.province.schools[0]!.code}`, `/lop/${classId}`, '/tim', '/ket-thuc', '/huy', '/tong-ket'].map((path) => base + path);
    const school = seeded.province.schools[0]!.code;
    const { person_id: clerk } = await web.owner('role_grant').where({ role: 'clerk', school_code: school }).first<{ person_id: string }>();
    const people = [`/nhan-su/${clerk}`, `/truong/${school}/chu-nhiem`, `/tep/${await waitingUnits(web.owner, clerk)}`];
    for (const path of [...paths, ...people, `/hoc-ba/${cardId}`, '/dot', '/dot/moi', '/don-vi', `/don-vi/truong/${seeded.province.schools[0]!.code}`, '/viec-cua-toi']) {
      await page.goto(web.url + path);
      await page.evaluate(`document.querySelectorAll('details').forEach((fold) => { fold.open = true; })`);
      const seen = await page.evaluate(`({
        wide: document.documentElement.scrollWidth - innerWidth,
        headings: document.querySelectorAll('h1').length,
        unnamed: [...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter((field) => field.labels.length === 0).map((field) => field.name),
        doubles: [...document.querySelectorAll('[id]')].map((one) => one.id).filter((id, at, all) => all.indexOf(id) !== at),
      })`) as { wide: number; headings: number; unnamed: string[]; doubles: string[] };
      assert.deepEqual(seen, { wide: 0, headings: 1, unnamed: [], doubles: [] }, path);
    }
    // This province counts in hundreds; the largest stand on the same line.
    await page.goto(web.url + base);
    await page.evaluate(`document.querySelector('.headline strong').textContent = '500.000 / 500.000 = 100,00 %'`);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, 'the headline of half a million');
    await context.close();
  });
});
