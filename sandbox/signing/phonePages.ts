import { Router, type Request, type Response } from 'express';
import { escapeHtml, localTime, page, thousands } from '../process/page.js';
import type { AccountBook } from './accounts.js';
import { pinInput } from './messages.js';
import type { RequestBook, SigningRequest } from './requests.js';

/**
 * The person's phone, simulated: what waits for the account, and a yes with the PIN or a no. Forms are answered with a
 * page, JSON with JSON: `{requestId, result}` 200, wrong PIN 403, locked 423, no longer waiting 409.
 */
export function phonePages(accounts: AccountBook, requests: RequestBook): Router {
  const router = Router();

  router.get('/', (_request, response) => {
    const rows = accounts.codes().map((code) =>
      `<tr><td><a href="/phone/${encodeURIComponent(code)}">${escapeHtml(code)}</a></td><td>${thousands(requests.waitingFor(code).length)}</td></tr>`);
    response.send(page('Dịch vụ ký số từ xa', `<p>Chọn một tài khoản để mở điện thoại của người đó.</p>
<table><thead><tr><th>Tài khoản</th><th>Yêu cầu đang chờ</th></tr></thead><tbody>${rows.join('')}</tbody></table>`));
  });

  router.get('/phone/:account.json', (request, response) => {
    const { account } = request.params;
    if (accounts.view(account) === null) response.status(404).json({ error: 'unknown-account' });
    else response.json({ account, lockedUntil: accounts.lockedUntil(account), requests: requests.waitingFor(account).map(summary) });
  });

  router.get('/phone/:account', (request, response) => {
    const { account } = request.params;
    if (accounts.view(account) === null) response.status(404).send(page('Không có tài khoản này', '<p>Hãy kiểm tra lại mã tài khoản.</p>'));
    else {
      const { done } = request.query;
      response.send(phone(account, requests.waitingFor(account), NOTES.get(typeof done === 'string' ? done : '') ?? ''));
    }
  });

  router.post('/phone/:account/requests/:id/confirm', async (request, response) => {
    const { account, id } = request.params;
    if (accounts.view(account) === null) return answer(request, response, { status: 404, error: 'unknown-account', message: 'Không có tài khoản này.' });
    const { pin } = pinInput.parse(request.body);
    const verdict = await accounts.checkPin(account, pin);
    if (!verdict.right && 'lockedUntil' in verdict) {
      return answer(request, response, { status: 423, error: 'locked', message: `Sai mã PIN ba lần: tài khoản tạm khoá đến ${localTime(verdict.lockedUntil)}. Hãy thử lại sau giờ đó.` });
    }
    if (!verdict.right) {
      return answer(request, response, { status: 403, error: 'wrong-pin', message: `Mã PIN không đúng; còn ${verdict.attemptsLeft} lần thử trước khi tài khoản tạm khoá.` });
    }
    return answer(request, response, await requests.confirm(account, id) ? { status: 200, result: 'confirmed' } : NO_LONGER_WAITING);
  });

  router.post('/phone/:account/requests/:id/decline', async (request, response) => {
    const { account, id } = request.params;
    return answer(request, response, await requests.decline(account, id) ? { status: 200, result: 'declined' } : NO_LONGER_WAITING);
  });

  return router;
}

const NOTES: ReadonlyMap<string, string> = new Map([
  ['confirmed', 'Đã xác nhận. Dịch vụ đang ký và sẽ báo cho hệ thống đã gửi yêu cầu.'],
  ['declined', 'Đã từ chối. Không có gì được ký.'],
]);

type Answer = { status: 200; result: 'confirmed' | 'declined' } | { status: number; error: string; message: string };
const NO_LONGER_WAITING: Answer = { status: 409, error: 'not-waiting', message: 'Yêu cầu này không còn chờ: đã ký, đã từ chối, đã huỷ hoặc đã hết hạn.' };

function answer(request: Request<{ account: string; id: string }>, response: Response, given: Answer): void {
  const { account, id } = request.params;
  if (request.is('json') !== false) {
    response.status(given.status).json({ requestId: id, ...given, status: undefined });
  } else if ('result' in given) {
    response.redirect(303, `/phone/${encodeURIComponent(account)}?done=${given.result}`);
  } else {
    response.status(given.status).send(page('Chưa ký được', `<p role="alert">${escapeHtml(given.message)}</p>
<p><a href="/phone/${encodeURIComponent(account)}">Quay lại danh sách yêu cầu</a></p>`));
  }
}

const summary = ({ requestId, description, documents, createdAt, expiresAt }: SigningRequest) =>
  ({ requestId, description, count: documents.length, createdAt, expiresAt });

function phone(account: string, waiting: readonly SigningRequest[], note: string): string {
  const base = `/phone/${encodeURIComponent(account)}`;
  const cards = waiting.map((request, index) => `<article><h2>${escapeHtml(request.description)}</h2>
<p>${thousands(request.documents.length)} chữ ký · gửi lúc ${localTime(request.createdAt)} · hết hạn ${localTime(request.expiresAt)}</p>
<form method="post" action="${base}/requests/${request.requestId}/confirm"><label for="pin${index}">Mã PIN</label>
<input id="pin${index}" name="pin" type="password" inputmode="numeric" autocomplete="off" required>
<div><button>Ký</button></div></form>
<form method="post" action="${base}/requests/${request.requestId}/decline"><button class="quiet">Từ chối</button></form></article>`);
  return page(`Điện thoại của ${account}`, `${note === '' ? '' : `<p role="status">${escapeHtml(note)}</p>`}
${cards.length === 0 ? '<p>Không có yêu cầu ký nào đang chờ.</p>' : cards.join('')}
<p><a href="${base}">Tải lại</a></p>`);
}
