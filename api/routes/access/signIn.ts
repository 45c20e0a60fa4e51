import { z } from 'zod';
import { SignInPage } from '../../../dashboards/pages/access/signIn.js';
import { judgeSignIn, LOCK_MINUTES, MOST_ATTEMPTS } from '../../auth/judgeSignIn.js';
import { closeSession, openSession } from '../../auth/session.js';
import { SignInLimit, WINDOW_MINUTES } from '../../auth/signInLimit.js';
import { addressOf } from '../../http/rateLimit.js';
import { sendOn, sendPage, wantsJson } from '../../http/answer.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import type { PublicVisit, Route } from '../../route.js';
import { ownPath } from './onward.js';

const body = z.object({
  userName: z.string({ error: 'Nhập tên đăng nhập.' }).trim().min(1, 'Nhập tên đăng nhập.').max(100, 'Tên đăng nhập quá dài.'),
  password: z.string({ error: 'Nhập mật khẩu.' }).min(1, 'Nhập mật khẩu.').max(200, 'Mật khẩu quá dài.'),
});

const problem = (sentence: string): Problem => ({ code: 'not-signed-in', sentence, fields: {} });
/** One sentence whether the name is unknown, the password wrong, or the account locked or shut: a guesser learns nothing from it. */
const WRONG = problem(`Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi nhập lại. Sau ${MOST_ATTEMPTS} lần sai liền nhau thì phải chờ ${LOCK_MINUTES} phút, kể cả khi nhập đúng; quên mật khẩu thì nhờ quản trị hệ thống gửi liên kết đặt lại.`);
/** About the address, never about an account. */
const TOO_MANY = problem(`Từ mạng này đã nhập sai quá nhiều lần. Chờ ${WINDOW_MINUTES} phút rồi thử lại.`);

export const signIn: Route = {
  method: 'post', path: '/dang-nhap', access: 'public',
  handle: async (visit) => {
    const form = filled(body, visit.request.body);
    if (!form.ok) return again(visit, form.problem, 422);
    const { db, settings } = visit.services;
    const limit = new SignInLimit(db, settings.HUB_SECRET_KEY, addressOf(visit.request));
    if (!await limit.take()) return again(visit, TOO_MANY, 429);
    const judgement = await judgeSignIn(db, form.data);
    if (judgement.kind !== 'welcome') return again(visit, WRONG, 401);
    await limit.giveBack();
    if (visit.me !== null) await closeSession(visit.services, visit.response, visit.me);
    const { csrf } = await openSession(visit.services, visit.response, judgement.personId);
    const onward = ownPath((visit.request.body as { tiep?: unknown }).tiep) ?? '/';
    sendOn(visit, onward, { outcome: 'done', personId: judgement.personId, csrf, next: onward });
  },
};

async function again(visit: PublicVisit, problem: Problem, status: number): Promise<void> {
  if (wantsJson(visit)) {
    visit.response.status(status).json({ outcome: 'refused', ...problem });
    return;
  }
  const { password: _typed, ...kept } = (visit.request.body ?? {}) as Record<string, unknown>;
  const form = refusedForm('', kept, problem);
  await sendPage(visit, { title: 'Đăng nhập', view: SignInPage({ form, onward: ownPath(kept['tiep']) }), model: {}, status });
}
