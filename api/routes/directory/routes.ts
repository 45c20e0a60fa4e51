import type { Route } from '../../route.js';
import { importUnits, showDirectory, unitsTemplate } from './directory.js';
import { appointHead } from './head.js';
import { showStaff } from './staff.js';

export const directoryRoutes: readonly Route[] = [showDirectory, unitsTemplate, importUnits, showStaff, appointHead];
