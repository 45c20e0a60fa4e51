import { SignInPage } from '../../../dashboards/pages/access/signIn.js';
import { sendPage } from '../../http/answer.js';
import { freshForm } from '../../http/form.js';
import type { Route } from '../../route.js';
import { ownPath } from './onward.js';

export const showSignIn: Route = {
  method: 'get', path: '/dang-nhap', access: 'public',
  handle: async (visit) => {
    const onward = ownPath(visit.request.query['tiep']);
    if (visit.me !== null) return visit.response.redirect(303, onward ?? '/');
    await sendPage(visit, { title: 'Đăng nhập', view: SignInPage({ form: freshForm(''), onward }), model: { onward } });
  },
};
