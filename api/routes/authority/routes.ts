import type { Route } from '../../route.js';
import { grantAuthority } from './grant.js';
import { revokeAuthority } from './revoke.js';
import { showAuthority } from './show.js';

export const authorityRoutes: readonly Route[] = [showAuthority, grantAuthority, revokeAuthority];
