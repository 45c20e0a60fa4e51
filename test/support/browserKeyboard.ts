import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

const FAR = 200;

type Focused = { name: string; ring: boolean; seen: boolean };

/** Presses Tab until what is named has the focus; on the way every stop must be visible and marked. */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let step = 0; step < FAR; step += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(FOCUSED) as Focused | null;
    if (focused === null) continue;
    assert.ok(focused.ring, `the focus on "${focused.name}" cannot be seen (${page.url()})`);
    assert.ok(focused.seen, `"${focused.name}" has the focus and lies behind something (${page.url()})`);
    if (name.test(focused.name)) return;
  }
  throw new Error(`no Tab leads to ${String(name)} on ${page.url()}`);
}

/** What has the focus, by its label or text; whether it is marked; whether nothing lies over it. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  if (one === null || one === document.body) return null;
  const rect = one.getClientRects()[0];
  const top = document.elementFromPoint(rect.x + rect.width / 2, rect.y + rect.height / 2);
  const style = getComputedStyle(one);
  return {
    name: (one.labels?.[0]?.innerText ?? one.getAttribute('aria-label') ?? one.innerText ?? '').trim(),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: top !== null && (one.contains(top) || top.contains(one) || one.closest('label') === top.closest('label')),
  };
})()`;
