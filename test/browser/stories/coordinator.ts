import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { inputTime } from '../../../dashboards/format.js';
import { inspect } from '../../support/browserInspect.js';
import { cardsIn } from '../../support/browserOthers.js';
import { takePicture } from '../../support/browserPicture.js';
import { until } from '../../support/stage.js';
import { reloadUntil, school, tileCount, type Scene } from './scene.js';

/** "I know where every record is and why it is there": every count opens its list, every list its cards, every card its history. */
export async function coordinatorKnowsWhere(scene: Scene, pupilName: string): Promise<void> {
  const { crowd, stage } = scene;
  const cockpit = `${crowd.town.hub}/dot/${stage.campaignId}`;
  // Counts are compared page by page, so nothing may be under way.
  await until(async () => await cardsIn(stage, school(scene, 0).code, ['sealed', 'received', 'packed', 'sending', 'unknown', 'submitted', 'refused']) === 0);
  const seat = await crowd.seat('SO-CV01');
  const { page } = seat;
  await page.goto(cockpit);
  await inspect(page, 'cockpit');
  await everyCountOpensItsList(page);

  await page.goto(cockpit);
  await page.getByRole('link', { name: 'Tìm học sinh, học bạ' }).click();
  await page.getByRole('searchbox').fill(pupilName);
  await page.getByRole('button', { name: 'Tìm', exact: true }).click();
  assert.doesNotMatch(page.url(), /\?/, 'no name stands in an address');
  await page.getByRole('link', { name: pupilName }).click();
  await page.getByText('Kho đã tiếp nhận').waitFor();
  const history = page.locator('.history');
  for (const step of ['GVCN ký xác nhận', 'Ký duyệt', 'Ký số phát hành', 'Sở kiểm tra chữ ký', 'Kho từ chối', 'không khớp Cơ sở dữ liệu quốc gia', 'Gửi lại Kho', 'Kho tiếp nhận']) assert.ok((await history.innerText()).includes(step), step);
  assert.ok((await history.innerText()).includes(crowd.staff('T01-PHT').fullName), 'who signed');
  await inspect(page, 'a card with its history');
  await takePicture(page, 'card-history.png', { through: page.locator('.columns') });
  await crowd.leave(seat);
}

async function everyCountOpensItsList(page: Page): Promise<void> {
  const tiles = await Promise.all((await page.locator('a.tile').all()).map(async (tile: Locator) => ({ label: await tile.locator('.tile-label').innerText(), count: await tile.locator('.tile-count').innerText(), href: (await tile.getAttribute('href'))! })));
  assert.ok(tiles.length >= 13, `only ${tiles.length} counts have a list`);
  for (const { label, count, href } of tiles) {
    await page.goto(new URL(href, page.url()).href);
    const said = label === 'Trường quá hạn' ? String(await page.locator('tbody tr').count()) : await page.locator('main p strong').last().innerText();
    assert.equal(said, count, label);
  }
}

/** What the Sở may do for a school, each with its reason; and why the campaign cannot end yet. */
export async function coordinatorHelpsSchool(scene: Scene): Promise<void> {
  const { crowd, stage } = scene;
  const { code, classes } = school(scene, 1);
  const seat = await crowd.seat('SO-CV01');
  const { page } = seat;
  const base = `${crowd.town.hub}/dot/${stage.campaignId}`;
  await page.goto(`${base}/ket-thuc`);
  assert.ok(await page.getByRole('button', { name: 'Kết thúc đợt' }).isDisabled());
  assert.match(await page.locator('#ket-thuc-vi-sao').innerText(), /^Còn \d+ học bạ chưa xong\./, 'a disabled button says why');
  await inspect(page, 'end of a campaign, not yet');

  await page.goto(`${base}/truong/${code}`);
  await inspect(page, 'a school');
  await page.getByText('Gia hạn', { exact: true }).first().click();
  const extend = page.getByRole('form', { name: 'Gia hạn' });
  await extend.getByLabel('Khâu').selectOption({ label: 'Thu thập dữ liệu' });
  await extend.getByLabel('Hạn mới').fill(inputTime(Date.now() + 20 * 3_600_000));
  await extend.getByLabel('Lí do').fill('Đường vào bản bị sạt lở.');
  await extend.getByRole('button', { name: 'Gia hạn' }).click();
  await page.getByText('gia hạn từ').waitFor();

  const except = page.getByRole('form', { name: 'Cho phép ngoại lệ vai trò' });
  await page.getByText('Cho phép ngoại lệ vai trò có thời hạn').click();
  const day = (offset: number): string => inputTime(Date.now() + offset * 86_400_000).slice(0, 10);
  for (const [label, value] of [['Số quyết định của Sở', '871/QĐ-SGDĐT'], ['Ngày quyết định', day(-1)], ['Có hiệu lực từ ngày', day(0)], ['Đến hết ngày', day(30)], ['Lí do', 'Trường có một cán bộ quản lí.']] as const) await except.getByLabel(label).fill(value);
  await except.getByRole('button', { name: 'Cho phép ngoại lệ' }).click();
  await page.getByText(/Thẩm quyền ký duyệt và ngoại lệ/).click();
  await page.getByText('871/QĐ-SGDĐT').first().waitFor();

  await page.getByRole('table', { name: 'Các lớp' }).getByRole('link', { name: '2A' }).click();
  await page.getByLabel(classes[1]!.pupils[0]!.identity.fullName).check();
  await inspect(page, 'a class of the Sở');
  await exempt(page);
  await page.goto(base);
  assert.equal(await tileCount(page, 'Miễn'), 1, 'the exempt pupil is counted apart');
  await crowd.leave(seat);
}

async function exempt(page: Page): Promise<void> {
  const form = page.getByRole('form', { name: 'Học sinh của lớp' });
  await form.getByLabel(/^Lí do/).fill('Học sinh nằm viện dài ngày, có giấy của bệnh viện.');
  await form.getByRole('button', { name: 'Ghi cho học sinh đã chọn' }).click();
  await page.getByText('Được miễn').first().waitFor();
}

/** Nothing is unexplained: the same button now works, and the closing report says what happened. */
export async function coordinatorEndsCampaign(scene: Scene): Promise<void> {
  const { crowd, stage } = scene;
  const seat = await crowd.seat('SO-CV01');
  const { page } = seat;
  await page.goto(`${crowd.town.hub}/dot/${stage.campaignId}`);
  await page.getByRole('button', { name: 'Đối soát với Kho' }).click();
  await page.goto(`${crowd.town.hub}/dot/${stage.campaignId}/ket-thuc`);
  await reloadUntil(page, async () => await tileCount(page, 'Chưa xong') === 0 && await page.getByText('Chưa đối soát với Kho lần nào').count() === 0);
  await page.getByRole('checkbox', { name: /không mở lại được/ }).check();
  await page.getByRole('button', { name: 'Kết thúc đợt' }).click();
  await page.getByRole('heading', { level: 1, name: 'Báo cáo kết thúc đợt' }).waitFor();
  for (const part of [stage.province.roleExceptions[0]!.instrument.number, 'Đường vào bản bị sạt lở', crowd.staff('T01-PHT').fullName, 'Khớp hoàn toàn']) assert.ok((await page.locator('main').innerText()).includes(part), `the closing report says ${part}`);
  await inspect(page, 'closing report');
  await crowd.leave(seat);
}
