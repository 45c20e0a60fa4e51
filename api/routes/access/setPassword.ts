import { z } from 'zod';
import { touched } from '../../../db/connect.js';
import { DeadLinkPage, SetPasswordPage } from '../../../dashboards/pages/access/setPassword.js';
import { passwordLink, usePasswordLink, writeAccount, type PasswordLink } from '../../../db/accessLink.js';
import { hashPassword, PASSWORD_MIN } from '../../auth/password.js';
import { closeSession, openSession } from '../../auth/session.js';
import { tokenHash } from '../../auth/token.js';
import { sendOn, sendPage, wantsJson } from '../../http/answer.js';
import { filled, freshForm, parsed, refusedForm, type Problem } from '../../http/form.js';
import type { PublicVisit, Route } from '../../route.js';

const path = z.object({ token: z.string().regex(/^[\w-]{43}$/) });
const body = z.object({
  userName: z.string({ error: 'Nhập tên đăng nhập.' }).trim().toLowerCase().regex(/^[a-z0-9@._-]{3,100}$/, 'Tên đăng nhập có từ 3 đến 100 ký tự: chữ không dấu, chữ số và các dấu @ . _ -'),
  password: z.string({ error: 'Nhập mật khẩu.' }).min(PASSWORD_MIN, `Mật khẩu cần ít nhất ${PASSWORD_MIN} ký tự.`).max(200, 'Mật khẩu quá dài.'),
  repeated: z.string().optional(),
})
  .refine((form) => form.repeated === undefined || form.repeated === form.password, { path: ['repeated'], message: 'Hai lần nhập mật khẩu chưa giống nhau.' })
  .refine((form) => !form.password.toLowerCase().includes(form.userName), { path: ['password'], message: 'Mật khẩu không được chứa tên đăng nhập.' });

/** Opening the link changes nothing; a mail scanner may open it too. */
export const showSetPassword: Route = {
  method: 'get', path: '/dat-mat-khau/:token', access: 'public',
  handle: async (visit) => {
    const { token } = parsed(path, visit.request.params);
    const link = await passwordLink(visit.services.db, tokenHash(token));
    if (link === undefined) return dead(visit);
    await show(visit, token, link, freshForm(visit.me?.csrf ?? ''));
  },
};

export const setPassword: Route = {
  method: 'post', path: '/dat-mat-khau/:token', access: 'public',
  handle: async (visit) => {
    const { services, request, response, me } = visit;
    const { token } = parsed(path, request.params);
    const link = await passwordLink(services.db, tokenHash(token));
    if (link === undefined) return dead(visit);
    const form = filled(body, request.body);
    if (!form.ok) return again(visit, token, link, form.problem);
    const passwordHash = await hashPassword(form.data.password);
    const outcome = await services.db.transaction(async (trx) => {
      if (!await writeAccount(trx, { personId: link.personId, userName: form.data.userName, passwordHash })) return 'taken';
      if (!await usePasswordLink(trx, tokenHash(token))) throw new LinkUsed();
      await touched(trx, `DELETE FROM session WHERE person_id = :personId`, { personId: link.personId });
      await touched(trx, `INSERT INTO audit (actor_id, act, subject_kind, subject_id) VALUES (:personId, 'set_password', 'person', :personId)`, { personId: link.personId });
      return 'set';
    }).catch((error: unknown) => {
      if (error instanceof LinkUsed) return 'used' as const;
      throw error;
    });
    if (outcome === 'used') return dead(visit);
    if (outcome === 'taken') return again(visit, token, link, { code: 'bad-input', sentence: 'Tên đăng nhập này đã có người dùng.', fields: { userName: 'Chọn tên khác, chẳng hạn thêm mã trường.' } });
    if (me !== null) await closeSession(services, response, me);
    const { csrf } = await openSession(services, response, link.personId);
    sendOn(visit, '/', { outcome: 'done', personId: link.personId, csrf, next: '/' });
  },
};

/** Thrown to undo the account when two browsers use one link at once. */
class LinkUsed extends Error {}

const show = (visit: PublicVisit, token: string, link: PasswordLink, form: ReturnType<typeof freshForm>, status = 200): Promise<void> =>
  sendPage(visit, {
    title: 'Đặt mật khẩu', status,
    view: SetPasswordPage({ token, form, fullName: link.fullName, suggestion: link.userName ?? link.suggestion ?? '', minLength: PASSWORD_MIN }),
    model: { personId: link.personId, userName: link.userName },
  });

async function again(visit: PublicVisit, token: string, link: PasswordLink, problem: Problem): Promise<void> {
  if (wantsJson(visit)) {
    visit.response.status(422).json({ outcome: 'refused', ...problem });
    return;
  }
  const { password: _first, repeated: _second, ...kept } = (visit.request.body ?? {}) as Record<string, unknown>;
  await show(visit, token, link, refusedForm(visit.me?.csrf ?? '', kept, problem), 422);
}

const dead = (visit: PublicVisit): Promise<void> =>
  sendPage(visit, { title: 'Liên kết hết hiệu lực', view: DeadLinkPage(), model: { outcome: 'refused', code: 'not-found' }, status: 410 });
