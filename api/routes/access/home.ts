import { hasRole } from '../../auth/me.js';
import type { Route } from '../../route.js';

/** Each role's own first page. */
export const home: Route = {
  method: 'get', path: '/', access: 'signed-in',
  handle: ({ me, response }) => {
    if (hasRole(me, ['coordinator'])) response.redirect(303, '/dot');
    else if (hasRole(me, ['administrator'])) response.redirect(303, '/quan-tri/nguoi-dung');
    else if (hasRole(me, ['office'])) response.redirect(303, '/dia-ban');
    else if (hasRole(me, ['official'])) response.redirect(303, '/bao-cao');
    else response.redirect(303, '/viec-cua-toi');
    return Promise.resolve();
  },
};
