import type { Page } from 'playwright-core';

/** Lines that say what went wrong in a browser and on which page. */
export type Complaints = string[];

/** Collects console errors, uncaught errors, and requests that leave the page's own server. */
export function watchPage(page: Page, complaints: Complaints): void {
  let offline = false;
  page.on('console', (message) => {
    // A refused form answers 4xx, which Chromium logs as an error of its own; a lost line is the story's doing.
    const harmless = /^Failed to load resource: .*(status of 4\d\d|ERR_INTERNET_DISCONNECTED)/.test(message.text()) || (offline && /Failed to fetch|NetworkError/.test(message.text()));
    if (message.type() === 'error' && !harmless) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${String(error)}`));
  page.on('requestfailed', (request) => { offline ||= request.failure()?.errorText === 'net::ERR_INTERNET_DISCONNECTED'; });
  page.on('request', (request) => {
    if (request.url().startsWith('data:') || request.isNavigationRequest()) return;
    const home = new URL(request.frame().url());
    if (home.protocol.startsWith('http') && new URL(request.url()).host !== home.host) complaints.push(`${home.href} asked another server for ${request.url()}`);
  });
}
