import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { signInByHand, type Seat } from '../../support/browserCrowd.js';
import { inspect } from '../../support/browserInspect.js';
import { landing } from '../../support/browserMail.js';
import { cardsIn, othersDo } from '../../support/browserOthers.js';
import { confirmOnPhone, enterPin } from '../../support/browserPhone.js';
import { reloadUntil, school, type Scene } from './scene.js';
import { until } from '../../support/stage.js';

/** A phone in the mountains: half a second each way, 50 kB a second. */
async function throttle({ context, page }: Seat): Promise<void> {
  const debug = await context.newCDPSession(page);
  await debug.send('Network.enable');
  await debug.send('Network.emulateNetworkConditions', { offline: false, latency: 500, downloadThroughput: 50_000, uploadThroughput: 20_000 });
}

/** From the mail to the task by sign-in, a card read in full, one class given back. */
export async function deputyReadsAndReturns(scene: Scene): Promise<void> {
  const { crowd } = scene;
  const { email } = crowd.staff('T01-PHT');
  await crowd.prepareAccount('T01-PHT');
  const seat = await crowd.seat('T01-PHT', { width: 360, signedIn: false });
  const { page } = seat;
  await throttle(seat);
  await landing(page, crowd.town, { to: email, subject: /^Ký duyệt/ });
  await page.getByText('Đăng nhập xong sẽ tới đúng việc cần làm').waitFor();
  await inspect(page, 'sign-in from a mail');
  await signInByHand(page, email);
  await page.waitForURL(new RegExp(`/truong/${school(scene, 0).code}/ky-duyet`));
  await page.getByText(/theo văn bản số 12\/QĐ-TH ngày \d\d\/\d\d\/\d{4}/).waitFor();
  await inspect(page, 'approval');

  await page.getByRole('link', { name: 'Đọc, trả lại lớp 5A' }).click();
  await inspect(page, 'class before its approval');
  await readCard(scene, page);
  await page.goBack();
  await page.getByLabel('Lí do trả lại').fill('sai');
  await page.getByRole('button', { name: 'Trả lại lớp 5A' }).click();
  await page.getByText('Ghi lí do, ít nhất 5 ký tự').first().waitFor();
  await page.getByLabel('Lí do trả lại').fill('Nhận xét môn Toán của nhiều em giống nhau, rà soát lại.');
  await page.getByRole('button', { name: 'Trả lại lớp 5A' }).click();
  await page.waitForURL(/\/ky-duyet\?/);
  assert.equal(await page.getByLabel(/Lớp 5A/).count(), 0, 'the class is no longer here to sign');
  await crowd.leave(seat);
}

/** Everything the card will say stands on one page, spelled out. */
async function readCard({ stage }: Scene, page: Page): Promise<void> {
  await page.getByRole('rowheader').getByRole('link').first().click();
  const sheet = page.getByRole('article');
  const name = await sheet.getByRole('heading', { level: 2 }).innerText();
  const record = stage.province.schools[0]!.classes.flatMap(({ pupils }) => pupils).find(({ identity }) => identity.fullName === name)!;
  const text = await sheet.innerText();
  for (const part of [record.identity.pupilCode, record.identity.personalNumber!, record.remarks.teacher, record.remarks.qualities, record.remarks.generalCompetences, record.remarks.specificCompetences]) assert.ok(text.includes(part), part);
  assert.equal(await sheet.getByRole('row').count() - 1 >= record.subjects.length, true);
  assert.match(text, /Hoàn thành tốt|Hoàn thành|Chưa hoàn thành/);
  await inspect(page, 'a card in full');
}

/** One approval for all but one card; the line breaks before the PIN, and what happened meanwhile stands there on return. */
export async function deputySignsOverBrokenLine(scene: Scene): Promise<void> {
  const { crowd, stage } = scene;
  const { code } = school(scene, 0);
  await othersDo(stage, 'review', code, async () => await cardsIn(stage, code, ['drafted']) === 0);
  const seat = await crowd.seat('T01-PHT', { width: 360 });
  const { page, context } = seat;
  await throttle(seat);
  await page.goto(`${crowd.town.hub}/viec-cua-toi`);
  await page.getByRole('main').getByRole('link', { name: 'Ký duyệt' }).click();
  await reloadUntil(page, async () => await page.getByRole('button', { name: /^Bỏ chọn từng học bạ/ }).count() === school(scene, 0).classes.length);
  await page.getByRole('button', { name: 'Bỏ chọn từng học bạ lớp 1A' }).click();
  await page.getByRole('group', { name: /Học bạ lớp 1A/ }).getByRole('checkbox').first().uncheck();
  await inspect(page, 'approval with the cards of a class');
  const ready = await cardsIn(stage, code, ['teacher_signed']);
  await page.getByRole('button', { name: 'Ký duyệt các lớp đã chọn' }).click();
  await page.getByText('Chờ Thầy/Cô xác nhận trên điện thoại').waitFor();
  await inspect(page, 'signing under way');
  const href = await page.getByRole('link', { name: /Mở điện thoại mô phỏng/ }).getAttribute('href');

  await context.setOffline(true);
  const phone = await crowd.open(360);
  await phone.page.goto(href!);
  await enterPin(phone.page, crowd.town);
  await crowd.leave(phone);
  await until(async () => await cardsIn(stage, code, ['principal_signed']) === ready - 1);
  assert.ok(await page.getByText('Chờ Thầy/Cô xác nhận trên điện thoại').isVisible(), 'without a line the page keeps what it knew');
  await context.setOffline(false);
  await page.getByText(`Đã ký duyệt ${ready - 1} học bạ của 4 lớp`).waitFor();
  await page.reload();
  await page.getByText(`Đã ký duyệt ${ready - 1} học bạ của 4 lớp`).waitFor();
  assert.match(await page.getByText('Trang này có').innerText(), /Trang này có 1 học bạ của 1 lớp/, 'the unticked card is still to be signed');
  await page.getByRole('link', { name: 'Xem phiếu kết quả' }).click();
  await page.getByRole('heading', { level: 1, name: 'Lần ký' }).waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Ký duyệt các lớp đã chọn' }).click();
  await confirmOnPhone(seat, crowd.town);
  await page.getByText('Đã ký duyệt 1 học bạ của 1 lớp').waitFor();
  await page.getByText('Không còn học bạ nào chờ ký duyệt').waitFor();
  await crowd.leave(seat);
}
