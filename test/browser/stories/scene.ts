import type { Page } from 'playwright-core';
import type { School, SchoolClass } from '../../../sandbox/province/province.js';
import type { Crowd } from '../../support/browserCrowd.js';
import type { Stage } from '../../support/stage.js';

/** What the stories of one campaign share: the hub, its province, and the people at their browsers. */
export type Scene = { stage: Stage; crowd: Crowd };

export const school = ({ stage }: Scene, index: number): School => stage.province.schools[index]!;
export const schoolClass = (scene: Scene, schoolIndex: number, className: string): SchoolClass => school(scene, schoolIndex).classes.find((one) => one.name === className)!;
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The number a tile shows. */
export const tileCount = async (page: Page, label: string): Promise<number> =>
  Number((await page.locator('.tile', { has: page.locator('.tile-label', { hasText: new RegExp(`^${label}$`) }) }).locator('.tile-count').innerText()).replaceAll('.', ''));

/** Reloads until it holds, as somebody does who waits for the others. */
export async function reloadUntil(page: Page, holds: () => Promise<boolean>): Promise<void> {
  while (!await holds()) {
    await page.waitForTimeout(300);
    await page.reload();
  }
}
