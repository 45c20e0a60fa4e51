import type { Route } from '../../route.js';
import { annotatedUpload, showUpload } from './result.js';

export const uploadRoutes: readonly Route[] = [showUpload, annotatedUpload];
