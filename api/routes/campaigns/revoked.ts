import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { RevokedPage } from '../../../dashboards/pages/campaigns/revoked.js';
import { revokedCards, revokedInCampaign } from '../../../db/views/evidence.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendPage } from '../../http/answer.js';
import type { Route } from '../../route.js';
import { loadCampaign } from './load.js';

/** A page stays readable, and under its weight; who has more touched cards works them off from the top. */
const MOST_CARDS = 200;

/** Certificates taken back by their authority, with the cards each touches. */
export const showRevoked: Route = {
  method: 'get', path: '/dot/:campaignId/chung-thu-thu-hoi', access: COORDINATOR,
  handle: async (visit) => {
    const campaign = await loadCampaign(visit);
    const { db } = visit.services;
    const [certificates, cards] = [await revokedInCampaign(db, { campaignId: campaign.id }), await revokedCards(db, { campaignId: campaign.id, limit: MOST_CARDS })];
    await sendPage(visit, {
      title: 'Chứng thư bị thu hồi', view: RevokedPage({ campaign: { id: campaign.id, title: campaignTitle(campaign) }, certificates, cards, limit: MOST_CARDS }), model: { certificates, cards },
    });
  },
};
