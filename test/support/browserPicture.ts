import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { passingFolder } from './passingFolder.js';
import { projectRoot } from './projectRoot.js';

/** Pictures are for the README, on every line of the mobile web. */
const MOST_BYTES = 250_000;
/** Pixels of air under the last thing shown. */
const BELOW = 10;

/** docs/images when HUB_WRITE_SCREENSHOTS=1, so that a usual run leaves the checkout as it was; else a folder for temporary files. */
export const pictureFolder: string = process.env['HUB_WRITE_SCREENSHOTS'] === '1' ? path.join(projectRoot, 'docs', 'images') : passingFolder('hub-pictures-');

/** @param through what the picture ends below, counted from the top of the page; default the window's height */
export async function takePicture(page: Page, name: `${string}.png`, { through }: { through?: Locator } = {}): Promise<void> {
  const file = path.join(pictureFolder, name);
  mkdirSync(pictureFolder, { recursive: true });
  const size = page.viewportSize()!;
  await page.evaluate('document.activeElement?.blur?.(); scrollTo(0, 0)');
  const box = await through?.boundingBox();
  if (box != null) await page.setViewportSize({ ...size, height: Math.ceil(box.y + box.height + BELOW) });
  await page.screenshot({ path: file, animations: 'disabled' });
  await page.setViewportSize(size);
  checkPicture(file);
}

export function checkPicture(file: string): void {
  const { size } = statSync(file);
  assert.ok(size > 5_000 && size < MOST_BYTES, `${path.basename(file)} has ${size} bytes`);
}
