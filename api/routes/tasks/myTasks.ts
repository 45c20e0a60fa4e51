import { MyTasksPage } from '../../../dashboards/pages/tasks/myTasks.js';
import { openTasksOf } from '../../../db/views/tasks.js';
import { sendPage } from '../../http/answer.js';
import type { Route } from '../../route.js';

/** Everybody's first question: what do I have to do, until when? */
export const myTasks: Route = {
  method: 'get', path: '/viec-cua-toi', access: 'signed-in',
  handle: async (visit) => {
    const tasks = await openTasksOf(visit.services.db, { personId: visit.me.personId });
    const roles = visit.me.grants.map((grant) => grant.role);
    await sendPage(visit, { title: 'Việc của tôi', view: MyTasksPage({ tasks, roles, now: new Date() }), model: { tasks } });
  },
};
