import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { Seat } from './browserCrowd.js';

/** What issue 3 lets one page weigh on the wire, with its stylesheet and script, in bytes. */
const MOST_BYTES = 60_000;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Violation = { id: string; impact: string | null; nodes: { target: string[]; failureSummary: string }[] };

/** The page as it stands: no serious accessibility fault, nothing to scroll sideways, one heading, marked as simulated. */
export async function inspect(page: Page, name: string): Promise<void> {
  const serious = (await violations(page)).filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${node.failureSummary.split('\n').slice(1).join(' ').trim()})`).join(' | ')}`);
  const { wide, headings, marked } = await page.evaluate(`({
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    headings: document.querySelectorAll('h1').length,
    marked: document.body.innerText.includes('Dữ liệu mô phỏng'),
  })`) as { wide: number; headings: number; marked: boolean };
  assert.deepEqual({ serious, wide, headings, marked }, { serious: [], wide: 0, headings: 1, marked: true }, `${name} (${page.url()})`);
}

async function violations(page: Page): Promise<Violation[]> {
  // A click answers when the next page has begun, which is before it has an element.
  await page.waitForLoadState('load');
  // The page's policy lets in no foreign script; the debugger may evaluate one all the same.
  await page.evaluate(`${axe.source};0`);
  const { violations: found } = await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`) as { violations: Violation[] };
  return found;
}

/** The same on a desk and on a phone, with everything that folds opened. */
export async function inspectBothWidths(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!;
  await page.evaluate(`document.querySelectorAll('details').forEach((fold) => { fold.open = true; })`);
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await inspect(page, `${name} at ${width} px`);
  }
  await page.setViewportSize(before);
}

/** Makes the seat's page load everything anew each time, and gives back what weighs one address on the wire in bytes: the page with its stylesheet and script. */
export async function scaleOf({ context, page }: Seat): Promise<(url: string) => Promise<number>> {
  const debug = await context.newCDPSession(page);
  await debug.send('Network.enable');
  await debug.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  debug.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
  return async (url) => {
    bytes = 0;
    await page.goto(url, { waitUntil: 'load' });
    assert.ok(bytes > 5_000 && bytes < MOST_BYTES, `${url} weighs ${bytes} bytes`);
    return bytes;
  };
}
