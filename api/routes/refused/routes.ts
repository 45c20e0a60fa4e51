import type { Route } from '../../route.js';
import { correctCards } from './correct.js';
import { showRefused } from './show.js';

export const refusedRoutes: readonly Route[] = [showRefused, correctCards];
