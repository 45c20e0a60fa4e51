import { closeSession } from '../../auth/session.js';
import { sendOn } from '../../http/answer.js';
import type { Route } from '../../route.js';

export const signOut: Route = {
  method: 'post', path: '/dang-xuat', access: 'signed-in',
  handle: async (visit) => {
    await closeSession(visit.services, visit.response, visit.me);
    sendOn(visit, '/dang-nhap', { outcome: 'done', next: '/dang-nhap' });
  },
};
