import type { Route } from '../../route.js';
import { showRendition } from './show.js';

export const renditionRoutes: readonly Route[] = [showRendition];
