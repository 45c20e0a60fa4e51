import type { Route } from '../route.js';
import { approveRoutes } from './approve/routes.js';
import { authorityRoutes } from './authority/routes.js';
import { batchRoutes } from './batch/routes.js';
import { renditionRoutes } from './card/routes.js';
import { homeroomRoutes } from './homeroom/routes.js';
import { officeRoutes } from './office/routes.js';
import { refusedRoutes } from './refused/routes.js';
import { reportRoutes } from './reports/routes.js';
import { reviewRoutes } from './review/routes.js';
import { rosterRoutes } from './roster/routes.js';
import { sealKeyRoutes } from './sealKey/routes.js';
import { sealRoutes } from './seal/routes.js';

/** What schools, offices and officials come for. */
export const schoolWorkRoutes: readonly Route[] = [
  ...rosterRoutes, ...reviewRoutes, ...approveRoutes, ...sealRoutes, ...sealKeyRoutes, ...refusedRoutes, ...authorityRoutes, ...homeroomRoutes, ...batchRoutes, ...renditionRoutes, ...officeRoutes, ...reportRoutes,
];
