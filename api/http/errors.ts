import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { REFUSALS } from '../../domain/refusals.js';
import { RefusedPage, BrokenPage, FileTooLargePage } from '../../dashboards/pages/access/refused.js';
import { formatNumber } from '../../dashboards/format.js';
import type { PublicVisit } from '../route.js';
import type { Services } from '../services.js';
import { sendPage, wantsJson } from './answer.js';
import { dataFault } from '../../db/connect.js';
import { FileTooLarge } from './receive.js';
import { Refused } from './refused.js';
import { findMe } from '../auth/session.js';

/** An address nobody serves. */
export const notFound: RequestHandler = (_request, _response, next) => next(new Refused('not-found'));

/** The one place where what went wrong becomes an answer: a refusal's sentence, or a request id that the log knows too. */
export const errorHandler = (services: Services): ErrorRequestHandler => (error: unknown, request, response, next) => {
  if (response.headersSent) return next(error);
  const visit: PublicVisit = { services, request, response, me: (response.locals['me'] as PublicVisit['me'] | undefined) ?? null };
  // Even saying no may need the database; whatever breaks then is answered by us too, never by Express with its stack.
  answer(visit, error).catch((second: unknown) => failed(visit, second)).catch(next);
};

async function answer(visit: PublicVisit, error: unknown): Promise<void> {
  const { services, request } = visit;
  if (error instanceof Refused) return refused(visit, error);
  if (error instanceof FileTooLarge) {
    const sentence = error.maxBytes < 2 ** 20 ? `Tệp lớn hơn ${formatNumber(Math.floor(error.maxBytes / 2 ** 10))} KB nên không được nhận. Kiểm tra đã chọn đúng tệp rồi gửi lại.`
      : `Tệp lớn hơn ${formatNumber(Math.floor(error.maxBytes / 2 ** 20))} MB nên không được nhận. Xóa hình ảnh và trang tính thừa, hoặc chia thành nhiều tệp rồi nộp lại.`;
    const model = { outcome: 'refused', code: 'file-too-large', sentence };
    return sendPage(visit, { title: 'Tệp quá lớn', view: FileTooLargePage({ sentence }), model, status: 413 });
  }
  const status = statusOf(error);
  if (status !== null) return refused(visit, new Refused('bad-input'), status);
  const unfit = dataFault(error);
  if (unfit !== null && UNFIT_INPUT.includes(unfit)) {
    services.log.warn({ method: request.method, route: (request.route as { path?: string } | undefined)?.path, code: unfit }, 'sent what the database cannot hold');
    return refused(visit, new Refused('bad-input'));
  }
  return failed(visit, error);
}

async function failed(visit: PublicVisit, error: unknown): Promise<void> {
  const { services, request, response } = visit;
  const requestId = randomUUID();
  services.log.error({ requestId, method: request.method, route: (request.route as { path?: string } | undefined)?.path, ...described(error) }, 'request failed');
  const sentence = 'Hệ thống gặp lỗi nên chưa làm được việc này. Dữ liệu không bị thay đổi.';
  return sendPage(visit, { title: 'Có lỗi', view: BrokenPage({ requestId }), model: { outcome: 'failed', code: 'internal', sentence, requestId }, status: 500 })
    .catch(() => { response.status(500).type('text/plain').end(`${sentence} ${requestId}`); });
}

/** SQLSTATE of letters that PostgreSQL takes in no text or JSON: NUL, halves of a letter pair. */
const UNFIT_INPUT: readonly string[] = ['22021', '22P05', '22P02'];

async function refused(visit: PublicVisit, refusal: Refused, status: number = refusal.status): Promise<void> {
  const me = visit.me ?? await findMe(visit.services.db, visit.request);
  if (refusal.code === 'not-signed-in' && visit.request.method === 'GET' && !wantsJson(visit)) {
    visit.response.redirect(303, `/dang-nhap?tiep=${encodeURIComponent(visit.request.originalUrl)}`);
    return;
  }
  const { sentence } = REFUSALS[refusal.code];
  await sendPage({ ...visit, me }, {
    title: 'Không làm được', view: RefusedPage({ code: refusal.code, sentence, signedIn: me !== null }),
    model: { outcome: 'refused', code: refusal.code, sentence }, status,
  });
}

/** Faults of the HTTP readers (too long, not JSON, bad percent sign) carry their own status; they are the sender's. */
function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('status' in error) || typeof error.status !== 'number') return null;
  return error.status >= 400 && error.status < 500 ? error.status : null;
}

/** Class, SQL state and stack only: a message may quote a person's data. */
function described(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 8);
  return { error: error.name, code: 'code' in error ? error.code : undefined, constraint: 'constraint' in error ? error.constraint : undefined, stack };
}
