import assert from 'node:assert/strict';
import { rosterWorkbook } from '../../../sandbox/province/workbooks.js';
import { signInByHand, type Seat } from '../../support/browserCrowd.js';
import { tabTo } from '../../support/browserKeyboard.js';
import { cardsIn } from '../../support/browserOthers.js';
import { confirmOnPhone, pinOf } from '../../support/browserPhone.js';
import { PASSWORD } from '../../support/browserCrowd.js';
import { upload } from './clerk.js';
import { reloadUntil, school, type Scene } from './scene.js';

const signedOut = async ({ crowd }: Scene, seat: Seat, email: string): Promise<void> => {
  await seat.page.goto(crowd.town.hub);
  await signInByHand(seat.page, email);
};

/** Head, clerk and teacher in one person, on a browser without scripts: upload, then the own class signed. */
export async function headUploadsAndSignsScriptless(scene: Scene): Promise<void> {
  const { crowd, stage } = scene;
  await crowd.prepareAccount('T02-HT');
  const seat = await crowd.seat('T02-HT', { width: 360, javaScript: false, signedIn: false });
  const { page } = seat;
  await signedOut(scene, seat, crowd.staff('T02-HT').email);
  await page.getByRole('main').getByRole('link', { name: 'Nộp dữ liệu lớp' }).click();
  await upload(page, await rosterWorkbook(stage.province, school(scene, 1).code));
  await page.getByText('Đã nhận 2 lớp').waitFor();
  await page.getByRole('link', { name: 'Việc của tôi' }).click();
  await reloadUntil(page, async () => await page.getByRole('main').getByRole('link', { name: 'Rà soát và ký xác nhận' }).count() > 0);
  await page.getByRole('main').getByRole('link', { name: 'Rà soát và ký xác nhận' }).click();
  await page.getByRole('button', { name: /^Ký xác nhận \d+ học bạ/ }).click();
  await reloadUntil(page, () => page.getByText('Chờ Thầy/Cô xác nhận trên điện thoại').isVisible());
  await confirmOnPhone(seat, crowd.town);
  await page.getByText(/Đã ký xác nhận \d+ học bạ của 1 lớp/).waitFor();
  await crowd.leave(seat);
}

/** The other teacher has no mouse: every step by Tab, letters and Enter, the phone included. */
export async function teacherSignsByKeyboard(scene: Scene): Promise<void> {
  const { crowd, stage } = scene;
  const { email } = crowd.staff('T02-GV01');
  await crowd.prepareAccount('T02-GV01');
  const seat = await crowd.seat('T02-GV01', { signedIn: false });
  const { page, context } = seat;
  await page.goto(crowd.town.hub);
  await tabTo(page, /^Tên đăng nhập/);
  await page.keyboard.type(email);
  await tabTo(page, /^Mật khẩu/);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Việc của tôi' }).waitFor();
  await tabTo(page, /^Rà soát và ký xác nhận/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Từng học sinh' }).waitFor();
  await tabTo(page, /^Ký xác nhận \d+ học bạ/);
  await page.keyboard.press('Enter');
  await page.getByText('Chờ Thầy/Cô xác nhận trên điện thoại').waitFor();
  await tabTo(page, /^Mở điện thoại mô phỏng/);
  const [phone] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Enter')]);
  await phone.getByLabel('Mã PIN').waitFor();
  await phone.keyboard.press('Tab');
  await phone.keyboard.type(pinOf(crowd.town, crowd.staff('T02-GV01').signing!.account));
  await phone.keyboard.press('Enter');
  await phone.getByText('Đã xác nhận').waitFor();
  await phone.close();
  await page.getByText(/Đã ký xác nhận \d+ học bạ/).waitFor();
  assert.equal(await cardsIn(stage, school(scene, 1).code, ['drafted']), 0);
  await crowd.leave(seat);
}

/** Both classes approved without scripts, the cards of one opened first; the own class by the Sở's dated exception. */
export async function headApprovesScriptless(scene: Scene): Promise<void> {
  const { crowd } = scene;
  const seat = await crowd.seat('T02-HT', { width: 360, javaScript: false, signedIn: false });
  const { page } = seat;
  await signedOut(scene, seat, crowd.staff('T02-HT').email);
  await page.goto(`${crowd.town.hub}/truong/${school(scene, 1).code}/ky-duyet`);
  await reloadUntil(page, async () => await page.getByRole('button', { name: /^Bỏ chọn từng học bạ/ }).count() === 2);
  await page.getByText('theo ngoại lệ của Sở GD&ĐT').waitFor();
  await page.getByRole('button', { name: 'Bỏ chọn từng học bạ lớp 2A' }).click();
  assert.ok(await page.getByRole('group', { name: /Học bạ lớp 2A/ }).getByRole('checkbox').count() > 0);
  assert.ok(await page.getByRole('checkbox', { name: /^Lớp 1A/ }).isChecked(), 'the other choices are kept');
  await page.getByRole('button', { name: 'Ký duyệt các lớp đã chọn' }).click();
  await reloadUntil(page, () => page.getByText('Chờ Thầy/Cô xác nhận trên điện thoại').first().isVisible());
  while (await page.getByRole('link', { name: /Mở điện thoại mô phỏng/ }).count() > 0) {
    const [phone] = await Promise.all([seat.context.waitForEvent('page'), page.getByRole('link', { name: /Mở điện thoại mô phỏng/ }).first().click()]);
    while (await phone.getByLabel('Mã PIN').count() > 0) {
      await phone.getByLabel('Mã PIN').first().fill(pinOf(crowd.town, crowd.staff('T02-HT').signing!.account));
      await phone.getByRole('button', { name: 'Ký', exact: true }).first().click();
      await phone.getByText('Đã xác nhận').waitFor();
    }
    await phone.close();
    await reloadUntil(page, async () => await page.getByText('Chờ Thầy/Cô xác nhận trên điện thoại').count() === 0);
  }
  await reloadUntil(page, async () => await page.getByText('Không còn học bạ nào chờ ký duyệt').count() === 1);
  await crowd.leave(seat);
}
