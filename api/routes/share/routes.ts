import type { Route } from '../../route.js';
import { endShare, makeShare, showShare } from './manage.js';
import { openShare, takeShared } from './open.js';

export const shareRoutes: readonly Route[] = [showShare, makeShare, endShare, openShare, takeShared];
