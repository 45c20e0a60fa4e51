import type { Route } from '../../route.js';
import { disableAccount, enableAccount, grantRole, revokeRole } from './acts.js';
import { showPerson } from './show.js';

export const peopleRoutes: readonly Route[] = [showPerson, revokeRole, grantRole, disableAccount, enableAccount];
