import { z } from 'zod';
import { OverduePage } from '../../../dashboards/pages/campaigns/overdue.js';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { overdueSchools } from '../../../db/views/overdue.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendPage } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import type { Route } from '../../route.js';
import { loadCampaign } from './load.js';

const query = z.object({ xa: z.string().min(1).max(20).optional() });

/** Whom to call: the schools of the tile "Trường quá hạn". */
export const showOverdue: Route = {
  method: 'get', path: '/dot/:campaignId/qua-han', access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    const schools = await overdueSchools(visit.services.db, { campaignId: campaign.id, officeCode: parsed(query, visit.request.query).xa ?? null });
    await sendPage(visit, { title: 'Trường quá hạn', view: OverduePage({ campaign: { id: campaign.id, title: campaignTitle(campaign) }, schools, now: new Date() }), model: { schools } });
  },
};
