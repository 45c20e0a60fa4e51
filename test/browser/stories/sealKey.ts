import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { rows } from '../../../db/connect.js';
import { fetchSoftSeal } from '../../../sandbox/province/accounts.js';
import { inspect } from '../../support/browserInspect.js';
import { reloadUntil, school, type Scene } from './scene.js';

const NONE = 'Hệ thống không giữ khóa nào của trường.';

async function give(page: Page, buffer: Buffer, password: string): Promise<void> {
  await page.getByLabel('Tệp chứng thư .p12 hoặc .pfx').setInputFiles({ name: 'con-dau.p12', mimeType: 'application/x-pkcs12', buffer });
  await page.getByLabel('Mật khẩu của tệp').fill(password);
  await page.getByRole('button', { name: 'Giao cho hệ thống' }).click();
}

/** A tiny school's head, who is its clerk too, on a phone: gives the seal as a file, seals without another app, takes the key back. */
export async function headGivesSealAndTakesItBack(scene: Scene): Promise<void> {
  const { crowd, stage } = scene;
  const { code, seal } = school(scene, 1);
  const file = await fetchSoftSeal(seal, crowd.town.signing);
  const seat = await crowd.seat('T02-HT', { width: 360 });
  const { page } = seat;
  await page.goto(`${crowd.town.hub}/viec-cua-toi`);
  await page.getByRole('link', { name: 'Chứng thư số của trường' }).click();
  await page.getByText(NONE).waitFor();
  await inspect(page, 'a school\'s seal before it is given');
  await give(page, file, 'khong phai mat khau');
  await page.getByText('Mật khẩu của tệp không đúng').first().waitFor();
  await inspect(page, 'a school\'s seal with a wrong password');
  assert.equal(await page.getByLabel('Mật khẩu của tệp').inputValue(), '');
  await give(page, file, seal.pin);
  await page.getByText('Đang dùng').waitFor();
  await inspect(page, 'a school\'s seal that the hub keeps');

  await page.goto(`${crowd.town.hub}/truong/${code}/ky-so`);
  const press = page.getByRole('button', { name: 'Ký số phát hành các lớp đã chọn' });
  await reloadUntil(page, async () => await press.count() > 0);
  await page.getByText('không cần xác nhận trên điện thoại').waitFor();
  await inspect(page, 'seal by the school\'s own key');
  await press.click();
  await page.getByText(/Đã ký số phát hành \d+ học bạ/).first().waitFor();
  assert.deepEqual(await rows(stage.db, `SELECT DISTINCT account, seal_key_id IS NOT NULL AS here, state FROM signature_batch WHERE school_code = :code AND role = 'seal'`, { code }), [{ account: null, here: true, state: 'attached' }]);

  await page.goto(`${crowd.town.hub}/truong/${code}/chung-thu`);
  await page.getByText('Gỡ khỏi hệ thống').first().click();
  await page.getByLabel('Lí do gỡ').fill('Trường dùng lại tài khoản ký số.');
  await inspect(page, 'taking the seal back');
  await page.getByRole('button', { name: 'Gỡ khỏi hệ thống' }).click();
  await page.getByText(NONE).waitFor();
  assert.deepEqual(await rows(stage.db, 'SELECT 1 FROM seal_key WHERE sealed_key IS NOT NULL'), []);
  await crowd.leave(seat);
}
