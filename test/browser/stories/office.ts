import assert from 'node:assert/strict';
import { inspect } from '../../support/browserInspect.js';
import { openMail } from '../../support/browserMail.js';
import { school, type Scene } from './scene.js';

/** "Here are the schools to call, with what each lacks": who, which number, a reminder by mail, a list on paper. */
export async function officeChases(scene: Scene): Promise<void> {
  const { crowd } = scene;
  const { name } = school(scene, 1);
  const head = crowd.staff('T02-HT');
  const seat = await crowd.seat('P02-CV01');
  const { page } = seat;
  const late = page.getByRole('article', { name });
  await late.getByText(/quá hạn/).first().waitFor();
  const text = await late.innerText();
  assert.ok(text.includes(head.fullName) && text.includes(head.phone), 'whose turn it is, and the number to call');
  assert.match(text, /còn \d+ học bạ/, 'what is missing');
  assert.match(text, /Nhắc gần nhất: chưa nhắc/);
  await inspect(page, 'schools of an area');
  await late.getByRole('button', { name: 'Gửi nhắc' }).click();
  await late.getByText(/Nhắc gần nhất: \d\d:\d\d/).waitFor();

  await page.emulateMedia({ media: 'print' });
  assert.deepEqual([await page.getByRole('banner').isVisible(), await late.getByRole('button').isVisible(), await late.getByText(head.phone).isVisible()], [false, false, true], 'paper has numbers and no buttons');
  assert.equal((await page.pdf({ preferCSSPageSize: true })).subarray(0, 5).toString(), '%PDF-');
  await page.emulateMedia({ media: null });
  await openMail(page, crowd.town, { to: head.email, subject: /^Nhắc việc \(quá hạn/ });
  await page.getByText(/gửi\s+nhắc, lần nhắc thứ 1/).first().waitFor();
  await crowd.leave(seat);
}
