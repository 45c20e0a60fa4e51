import type { Route } from '../../route.js';
import { remindSchool } from './remind.js';
import { showChase, showOffices } from './show.js';

export const officeRoutes: readonly Route[] = [showOffices, showChase, remindSchool];
