import type { Route } from '../route.js';
import { accessRoutes } from './access/routes.js';
import { administrationRoutes } from './administration/routes.js';
import { callbackRoutes } from './callbacks/routes.js';
import { campaignRoutes } from './campaigns/routes.js';
import { cardRoutes } from './cards/routes.js';
import { lookUpRoutes } from './lookUp/routes.js';
import { directoryRoutes } from './directory/routes.js';
import { peopleRoutes } from './people/routes.js';
import { shareRoutes } from './share/routes.js';
import { schoolRoutes } from './schools/routes.js';
import { uploadRoutes } from './uploads/routes.js';
import { decisionRoutes } from './decisions/routes.js';
import { taskRoutes } from './tasks/routes.js';
import { schoolWorkRoutes } from './schoolWork.js';

/** Every route of the hub, folder by folder. */
export const ROUTES: readonly Route[] = [
  ...accessRoutes, ...decisionRoutes, ...taskRoutes, ...callbackRoutes,
  ...administrationRoutes, ...directoryRoutes, ...peopleRoutes, ...uploadRoutes, ...campaignRoutes, ...schoolRoutes, ...cardRoutes, ...shareRoutes, ...lookUpRoutes, ...schoolWorkRoutes,
];
