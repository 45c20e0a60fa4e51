import type { Route } from '../../route.js';
import { replaceHomeroom } from './replace.js';
import { showHomeroom } from './show.js';

export const homeroomRoutes: readonly Route[] = [showHomeroom, replaceHomeroom];
