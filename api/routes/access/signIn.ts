import { z } from 'zod';
import { SignInPage } from '../../../dashboards/pages/access/signIn.js';
import { judgeSignIn, LOCK_MINUTES, MOST_ATTEMPTS } from '../../auth/judgeSignIn.js';
import { closeSession, openSession } from '../../auth/session.js';
import { sendOn, sendPage, wantsJson } from '../../http/answer.js';
import { filled, refusedForm, type Problem } from '../../http/form.js';
import type { PublicVisit, Route } from '../../route.js';
import { ownPath } from './onward.js';

const body = z.object({
  userName: z.string({ error: 'Nhập tên đăng nhập.' }).trim().min(1, 'Nhập tên đăng nhập.').max(100, 'Tên đăng nhập quá dài.'),
  password: z.string({ error: 'Nhập mật khẩu.' }).min(1, 'Nhập mật khẩu.').max(200, 'Mật khẩu quá dài.'),
});

const problem = (sentence: string): Problem => ({ code: 'not-signed-in', sentence, fields: {} });
const WRONG = problem('Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi nhập lại.');
const LOCKED = problem(`Tài khoản tạm khóa ${LOCK_MINUTES} phút vì nhập sai ${MOST_ATTEMPTS} lần. Chờ rồi thử lại, hoặc nhờ quản trị hệ thống gửi thư đặt lại mật khẩu.`);

export const signIn: Route = {
  method: 'post', path: '/dang-nhap', access: 'public',
  handle: async (visit) => {
    const form = filled(body, visit.request.body);
    if (!form.ok) return again(visit, form.problem, 422);
    const judgement = await judgeSignIn(visit.services.db, form.data);
    if (judgement.kind !== 'welcome') return again(visit, judgement.kind === 'locked' ? LOCKED : WRONG, judgement.kind === 'locked' ? 429 : 401);
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
