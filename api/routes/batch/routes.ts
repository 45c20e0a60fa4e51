import type { Route } from '../../route.js';
import { showBatch } from './show.js';

export const batchRoutes: readonly Route[] = [showBatch];
