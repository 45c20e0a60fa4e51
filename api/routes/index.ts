import type { Route } from '../route.js';
import { accessRoutes } from './access/routes.js';
import { administrationRoutes } from './administration/routes.js';
import { callbackRoutes } from './callbacks/routes.js';
import { decisionRoutes } from './decisions/routes.js';
import { taskRoutes } from './tasks/routes.js';
import { schoolWorkRoutes } from './schoolWork.js';

/** Every route of the hub, folder by folder. */
export const ROUTES: readonly Route[] = [
  ...accessRoutes, ...decisionRoutes, ...taskRoutes, ...callbackRoutes,
  ...administrationRoutes, ...schoolWorkRoutes,
];
