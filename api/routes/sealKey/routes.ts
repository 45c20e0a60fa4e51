import type { Route } from '../../route.js';
import { giveSealKey } from './give.js';
import { showSealKey } from './show.js';
import { withdrawSealKey } from './withdraw.js';

export const sealKeyRoutes: readonly Route[] = [showSealKey, giveSealKey, withdrawSealKey];
