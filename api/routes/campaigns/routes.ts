import type { Route } from '../../route.js';
import { showClosing } from './closing.js';
import { createCampaign, showNewCampaign } from './create.js';
import { expectedTemplate, importExpected } from './expected.js';
import { cancel, end, showCancel, showEnd } from './finish.js';
import { launch, showLaunch } from './launch.js';
import { listCampaigns } from './list.js';
import { showOverdue } from './overdue.js';
import { showPupils } from './pupilList.js';
import { reconcile, showReconciliation } from './reconciliation.js';
import { showRevoked } from './revoked.js';
import { search, showSearch } from './search.js';
import { showCampaign } from './show.js';

export const campaignRoutes: readonly Route[] = [
  listCampaigns, showNewCampaign, createCampaign, showCampaign, expectedTemplate, importExpected, showLaunch, launch,
  showPupils, showOverdue, showRevoked, showSearch, search, showReconciliation, reconcile, showEnd, end, showCancel, cancel, showClosing,
];
