import { z } from 'zod';
import { campaignTitle } from '../../../dashboards/campaignNames.js';
import { RevokedPage } from '../../../dashboards/pages/campaigns/revoked.js';
import { revokedCards, revokedCounts, revokedInCampaign } from '../../../db/views/evidence.js';
import { COORDINATOR } from '../../auth/access.js';
import { sendPage } from '../../http/answer.js';
import { parsed } from '../../http/form.js';
import type { Route } from '../../route.js';
import { loadCampaign } from './load.js';

/** A page stays readable, and under its weight. */
const CARDS_A_PAGE = 100;
const query = z.object({ trang: z.coerce.number().int().min(1).max(10_000).optional() });

/** Certificates taken back by their authority, with the cards each touches. */
export const showRevoked: Route = {
  method: 'get', path: '/dot/:campaignId/chung-thu-thu-hoi', access: COORDINATOR,
  handle: async (visit) => {
    const page = parsed(query, visit.request.query).trang ?? 1;
    const campaign = await loadCampaign(visit);
    const campaignId = campaign.id;
    // Of one moment: a count that says more than its list would be looked for.
    const { certificates, counts, cards } = await visit.services.db.transaction(async (snapshot) => ({
      certificates: await revokedInCampaign(snapshot, { campaignId }), counts: await revokedCounts(snapshot, { campaignId }),
      cards: await revokedCards(snapshot, { campaignId, limit: CARDS_A_PAGE, offset: (page - 1) * CARDS_A_PAGE }),
    }), { isolationLevel: 'repeatable read', readOnly: true });
    const total = counts.reduce((sum, one) => sum + one.cards, 0);
    await sendPage(visit, {
      title: 'Chứng thư bị thu hồi', view: RevokedPage({ campaign: { id: campaignId, title: campaignTitle(campaign) }, certificates, counts, cards, page, pages: Math.max(1, Math.ceil(total / CARDS_A_PAGE)) }),
      model: { certificates, counts, cards, page, total },
    });
  },
};
