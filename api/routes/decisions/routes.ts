import type { Route } from '../../route.js';
import { showDecision } from './showDecision.js';

export const decisionRoutes: readonly Route[] = [showDecision];
