import type { Route } from '../../route.js';
import { approveClasses } from './approveClasses.js';
import { showApproveClass, showCardChoices } from './classPage.js';
import { returnClass } from './returnClass.js';
import { openCards, showApprove } from './show.js';

export const approveRoutes: readonly Route[] = [showApprove, openCards, approveClasses, showApproveClass, showCardChoices, returnClass];
