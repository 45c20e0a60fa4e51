import type { Route } from '../../route.js';
import { exemptSchool, extendDeadline, grantException, remindSchool } from './acts.js';
import { admitPupil } from './admitPupil.js';
import { changePupils, showClass } from './classPage.js';
import { showSchool } from './show.js';

export const schoolRoutes: readonly Route[] = [showSchool, extendDeadline, remindSchool, exemptSchool, grantException, showClass, changePupils, admitPupil];
