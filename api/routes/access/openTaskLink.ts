import { z } from 'zod';
import { OtherPersonPage, PastTaskLinkPage } from '../../../dashboards/pages/access/taskLink.js';
import { taskPath } from '../../../dashboards/taskPaths.js';
import { taskLink, type LinkedTask } from '../../../db/accessLink.js';
import { tokenHash } from '../../auth/token.js';
import { sendPage } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import type { Route } from '../../route.js';

const path = z.object({ token: z.string().regex(/^[\w-]{43}$/) });

/** A mailed link: shows the way to the task and changes nothing; who you are is asked by sign-in, never answered by the link. */
export const openTaskLink: Route = {
  method: 'get', path: '/viec/lien-ket/:token', access: 'public',
  handle: async (visit) => {
    const { token } = parsed(path, visit.request.params);
    const link = await taskLink(visit.services.db, tokenHash(token));
    const first = link?.openTasks[0];
    if (link === undefined || link.expired || first === undefined) {
      return sendPage(visit, { title: 'Việc đã xong', view: PastTaskLinkPage({ signedIn: visit.me !== null }), model: { outcome: 'refused', code: 'task-closed' }, status: 410 });
    }
    if (visit.me === null) return visit.response.redirect(303, `/dang-nhap?tiep=/viec/lien-ket/${token}`);
    if (visit.me.personId !== link.personId) {
      return sendPage(visit, { title: 'Liên kết của người khác', view: OtherPersonPage({ csrf: visit.me.csrf }), model: { outcome: 'refused', code: 'not-your-task' }, status: 403 });
    }
    visit.response.redirect(303, haveOnePage(link.openTasks) ? `/viec/${first.id}` : '/viec-cua-toi');
  },
};

/** Four classes to approve are four tasks and one page. */
const haveOnePage = (tasks: readonly LinkedTask[]): boolean => new Set(tasks.map(taskPath)).size === 1;
