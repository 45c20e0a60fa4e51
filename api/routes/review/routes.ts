import type { Route } from '../../route.js';
import { reportRows } from './reportRows.js';
import { showReview } from './review.js';
import { signClass } from './signClass.js';

export const reviewRoutes: readonly Route[] = [showReview, signClass, reportRows];
