import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Town } from './browserCrowd.js';

/** Opens the newest mail of that subject in the sandbox's mailbox, waiting until it has come. */
export async function openMail(page: Page, { mailbox }: Pick<Town, 'mailbox'>, mail: { to: string; subject: RegExp }): Promise<void> {
  for (;;) {
    await page.goto(`${mailbox}/?to=${encodeURIComponent(mail.to)}`);
    const line = page.getByRole('link', { name: mail.subject }).first();
    if (await line.count() > 0) {
      await line.click();
      await page.getByRole('heading', { level: 1, name: mail.subject }).waitFor();
      return;
    }
    await sleep(300);
  }
}

/** Opens the mail and follows its one button, as it is listed below the mail. */
export async function landing(page: Page, town: Pick<Town, 'mailbox'>, mail: { to: string; subject: RegExp }): Promise<void> {
  await openMail(page, town, mail);
  // By keyboard: a click just after scrolling past the mail's frame may still reach the frame (headless Chromium).
  await page.getByRole('link', { name: /\/(dat-mat-khau|viec\/lien-ket)\/|\/kho-tu-choi$/ }).first().press('Enter');
  await page.waitForURL((url) => !url.href.startsWith(town.mailbox));
}
