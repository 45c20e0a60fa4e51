import { z } from 'zod';
import { taskPath } from '../../../dashboards/taskPaths.js';
import { taskById } from '../../../db/views/tasks.js';
import { sendOn } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import { Refused } from '../../http/refused.js';
import type { Route } from '../../route.js';

const path = z.object({ taskId: z.uuid() });

/** A task's address in mails and lists: on to the page where it is done, for the one it is given to. */
export const openTask: Route = {
  method: 'get', path: '/viec/:taskId', access: 'signed-in',
  handle: async (visit) => {
    const { taskId } = parsed(path, visit.request.params);
    const task = await taskById(visit.services.db, { taskId });
    if (task === undefined) throw new Refused('not-found');
    if (task.assigneeId !== visit.me.personId) throw new Refused('not-your-task');
    if (task.state !== 'open') throw new Refused('task-closed');
    sendOn(visit, taskPath(task), { task, next: taskPath(task) });
  },
};
