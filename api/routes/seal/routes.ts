import type { Route } from '../../route.js';
import { sealClasses } from './sealClasses.js';
import { showSeal } from './show.js';

export const sealRoutes: readonly Route[] = [showSeal, sealClasses];
