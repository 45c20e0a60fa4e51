import type { Route } from '../../route.js';
import { annotatedUpload, showUpload } from './result.js';
import { applyUnits, discardUnits } from './settleUnits.js';

export const uploadRoutes: readonly Route[] = [showUpload, annotatedUpload, applyUnits, discardUnits];
