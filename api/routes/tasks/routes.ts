import type { Route } from '../../route.js';
import { myTasks } from './myTasks.js';
import { openTask } from './openTask.js';

export const taskRoutes: readonly Route[] = [myTasks, openTask];
