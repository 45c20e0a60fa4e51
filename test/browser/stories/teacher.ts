import assert from 'node:assert/strict';
import { inspect } from '../../support/browserInspect.js';
import { landing } from '../../support/browserMail.js';
import { confirmOnPhone } from '../../support/browserPhone.js';
import { schoolClass, type Scene } from './scene.js';

/** "My class is right, and only I could say so": odd rows first; a wrong row stops the class before anything is signed. */
export async function teacherReportsWrongRow({ crowd }: Scene, code: string): Promise<void> {
  const seat = await crowd.seat(code, { width: 360 });
  const { page } = seat;
  await landing(page, crowd.town, { to: crowd.staff(code).email, subject: /^Rà soát và ký xác nhận/ });
  await page.getByRole('heading', { name: 'Từng học sinh' }).waitFor();
  const odd = await page.evaluate(`[...document.querySelectorAll('.pupil')].map((one) => one.classList.contains('pupil-odd'))`) as boolean[];
  assert.ok(odd.includes(true) && odd.includes(false), 'the class has something to look at');
  assert.equal(odd.lastIndexOf(true), odd.indexOf(false) - 1, 'odd rows stand before all others');
  await inspect(page, 'review of a class');
  await page.getByLabel(/^Báo sai/).first().check();
  await page.getByLabel('Sai ở đâu, sửa thế nào').fill('sai');
  await page.getByRole('button', { name: 'Gửi văn thư sửa' }).click();
  await page.getByRole('alert').first().waitFor();
  assert.ok(await page.getByLabel(/^Báo sai/).first().isChecked(), 'the tick is kept when the reason was too short');
  await page.getByLabel('Sai ở đâu, sửa thế nào').fill('Số buổi nghỉ có phép phải là 3.');
  await page.getByRole('button', { name: 'Gửi văn thư sửa' }).click();
  await page.getByText('dữ liệu đang chờ văn thư sửa').waitFor();
  assert.ok(await page.getByRole('button', { name: /^Ký xác nhận/ }).isDisabled(), 'nothing can be signed meanwhile');
  await crowd.leave(seat);
}

/** One press, the PIN on the phone in another tab, and the page says the rest by itself. */
export async function teacherSigns(scene: Scene, code: string): Promise<void> {
  const { crowd } = scene;
  const role = crowd.staff(code).roles.find((one) => one.kind === 'homeroom')!;
  const seat = await crowd.seat(code, { width: 360 });
  const { page } = seat;
  await landing(page, crowd.town, { to: crowd.staff(code).email, subject: /^Làm lại: Rà soát và ký xác nhận/ });
  await page.getByText('Người ký duyệt ghi trong học bạ').waitFor();
  await page.getByRole('button', { name: /^Ký xác nhận \d+ học bạ/ }).click();
  await page.getByText('Chờ Thầy/Cô xác nhận trên điện thoại').waitFor();
  assert.ok(await page.getByRole('button', { name: /^Ký xác nhận/ }).isDisabled());
  await confirmOnPhone(seat, crowd.town);
  await page.getByText(/Đã ký xác nhận \d+ học bạ của 1 lớp/).waitFor();
  assert.ok(Number(/Đã ký xác nhận (\d+)/.exec(await page.locator('main').innerText())?.[1]) <= schoolClass(scene, 0, role.className).pupils.length);
  await page.getByRole('link', { name: 'Xem phiếu kết quả' }).first().click();
  await inspect(page, 'closing sheet of a signing');
  await crowd.leave(seat);
}
