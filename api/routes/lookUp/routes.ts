import type { Route } from '../../route.js';
import { lookUpByCode, lookUpByFile, showLookUp } from './show.js';

export const lookUpRoutes: readonly Route[] = [showLookUp, lookUpByCode, lookUpByFile];
