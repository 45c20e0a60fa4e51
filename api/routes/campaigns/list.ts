import { CampaignsPage } from '../../../dashboards/pages/campaigns/list.js';
import { campaigns } from '../../../db/views/campaigns.js';
import { directoryCounts } from '../../../db/views/directory.js';
import { packetKeys } from '../../../db/views/packetKeys.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendPage } from '../../http/answer.js';
import type { Route } from '../../route.js';

/** The coordinator's first page: the campaigns, and before the first one what to do in which order. */
export const listCampaigns: Route = {
  method: 'get', path: '/dot', access: COORDINATOR,
  handle: async (visit) => {
    const { db } = visit.services;
    const [all, directory, keys] = await Promise.all([campaigns(db), directoryCounts(db), packetKeys(db)]);
    const hasPacketKey = keys.some((key) => key.active);
    await sendPage(visit, { title: 'Đợt phát hành học bạ số', view: CampaignsPage({ campaigns: all, directory, hasPacketKey }), model: { campaigns: all, directory, hasPacketKey } });
  },
};
