import type { Page } from 'playwright-core';
import type { Seat, Town } from './browserCrowd.js';

/** The signing account's PIN, of a person or a school's seal. */
export function pinOf({ province }: Town, account: string): string {
  const holders = [...province.staff.flatMap(({ signing }) => (signing === null ? [] : [signing])), ...province.schools.map(({ seal }) => seal)];
  const found = holders.find((one) => one.account === account);
  if (found === undefined) throw new Error(`nobody holds the account ${account}`);
  return found.pin;
}

/** From a page that waits for a confirmation: opens the simulated phone in a second tab, enters the PIN, closes the tab. */
export async function confirmOnPhone({ context, page }: Seat, town: Town): Promise<void> {
  const [phone] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: /Mở điện thoại mô phỏng/ }).click()]);
  await enterPin(phone, town);
  await phone.close();
}

/** On the phone's own page. */
export async function enterPin(phone: Page, town: Town): Promise<void> {
  const request = phone.getByRole('article').first();
  await request.waitFor();
  const account = decodeURIComponent(new URL(phone.url()).pathname.split('/').at(-1)!);
  await request.getByLabel('Mã PIN').fill(pinOf(town, account));
  await request.getByRole('button', { name: 'Ký', exact: true }).click();
  await phone.getByText('Đã xác nhận').waitFor();
}
