import type { Route } from '../../route.js';
import { signingNotice } from './signingNotice.js';

export const callbackRoutes: readonly Route[] = [signingNotice];
