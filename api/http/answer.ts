import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Response } from 'express';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { Layout } from '../../dashboards/layout.js';
import type { PublicVisit } from '../route.js';
import { noticeOf } from './notice.js';

const pack = promisify(gzip);

export type Page = {
  title: string;
  /** The page's own part, e.g. `MyTasksPage(model)`. */
  view: VNode;
  /** The JSON twin: what the view was made from. */
  model: object;
  status?: number;
  /** The page asks for itself again after so many seconds (works without JavaScript). */
  refreshSeconds?: number;
  /** For a page with a part that asks for itself: the whole page does so only without JavaScript. */
  scriptlessSeconds?: number | null;
};

export const wantsJson = ({ request }: PublicVisit): boolean => request.accepts(['html', 'json']) === 'json';

/** A page for browsers; for `Accept: application/json` the model, with `csrf` and who is signed in. */
export async function sendPage(visit: PublicVisit, page: Page): Promise<void> {
  const { services, response, me } = visit;
  response.status(page.status ?? 200);
  if (wantsJson(visit)) {
    response.json({ ...page.model, csrf: me?.csrf ?? null, me: me === null ? null : { personId: me.personId, grants: me.grants } });
    return;
  }
  const html = renderToString(Layout({
    title: page.title, sandbox: services.settings.HUB_MODE === 'sandbox', assets: response.app.locals['assets'] as { css: string; script: string },
    path: visit.request.path, me, notice: await noticeOf(visit), refreshSeconds: page.refreshSeconds ?? null, scriptlessSeconds: page.scriptlessSeconds ?? null, children: page.view,
  }));
  await sendHtml(visit, `<!doctype html>${html}`);
}

/** A part of a page, for htmx. */
export const sendPart = (visit: PublicVisit, view: VNode): Promise<void> => sendHtml(visit, renderToString(view));

async function sendHtml({ request, response }: PublicVisit, html: string): Promise<void> {
  response.set({ 'Content-Type': 'text/html; charset=utf-8', 'Vary': 'Accept, Accept-Encoding' });
  if (request.acceptsEncodings('gzip') === 'gzip') response.set('Content-Encoding', 'gzip').end(await pack(html));
  else response.end(html);
}

/** After a POST: the browser is sent on with 303, a program gets `body`. */
export function sendOn(visit: PublicVisit, to: string, body: object): void {
  if (wantsJson(visit)) visit.response.json(body);
  else visit.response.redirect(303, to);
}

/** @param name the file's name as the person sees it; it may hold Vietnamese */
export function sendFile(response: Response, file: { name: string; type: string; bytes: Uint8Array }): void {
  fileHeaders(response, file).end(Buffer.from(file.bytes));
}

/** The heads of a file, for one that is sent piece by piece. */
export function fileHeaders(response: Response, file: { name: string; type: string }): Response {
  const ascii = file.name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').replace(/[^\w.-]+/g, '-');
  return response.set({ 'Content-Type': file.type, 'Content-Disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(file.name)}` });
}

export const HTML = 'text/html; charset=utf-8';
export const PDF = 'application/pdf';
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
